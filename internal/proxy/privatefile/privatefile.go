// Package privatefile reads files that must not be changed by other users of the machine: the secret key, the tokens file, and
// the key of a certificate.
package privatefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// File is a file that was read.
type File struct {
	Text []byte
	Mode fs.FileMode
}

// ReadableByOthers reports whether every user of the machine can read the file. That is not an error: Kubernetes mounts secrets
// with mode 0644 where nobody else is. A caller that reads a secret warns about it.
func (f File) ReadableByOthers() bool { return f.Mode.Perm()&0o004 != 0 }

// Read returns a file of at most maxBytes bytes if only root and the user of this process can change it:
//
//   - it is a regular file,
//   - root or the user of this process owns it, and every folder and symbolic link on the way to it,
//   - neither its group nor others can write it,
//   - others cannot write any of the folders, unless the folder has the sticky bit (as /tmp has).
//
// A folder may be writable by its group: where every user has a group of their own, folders are made so.
//
// Errors are *fs.PathError with the path as given. Their Err names folders and links that exist, and nothing else: a caller whose
// user may have given a secret in place of a path shows Op and Err alone.
//
// On Windows, which has access control lists in place of modes, only the kind and the size of the file are checked.
func Read(name string, maxBytes int) (File, error) {
	return read(name, maxBytes, newChecker())
}

// read reads a file that passes the check.
func read(name string, maxBytes int, check checker) (File, error) {
	// Opening a named pipe would wait for a writer otherwise.
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return File{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	wrong := func(op string, err error) (File, error) { return File{}, &fs.PathError{Op: op, Path: name, Err: err} }
	info, err := f.Stat()
	if err != nil {
		return File{}, err
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return wrong("read", syscall.EISDIR)
	case !mode.IsRegular():
		return wrong("read", errors.New("not a regular file, and cannot be read again"))
	}
	if err := check.check(name, info); err != nil {
		return wrong("check", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, int64(maxBytes)+1))
	if err != nil {
		return wrong("read", errors.Unwrap(err))
	}
	if len(text) > maxBytes {
		return wrong("read", fmt.Errorf("it has more than %d bytes", maxBytes))
	}
	return File{text, info.Mode()}, nil
}
