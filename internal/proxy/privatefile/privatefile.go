// Package privatefile reads files that other users of the machine must not be able to change, such as the secret key.
package privatefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// File is the content and the mode of a file.
type File struct {
	Text []byte
	Mode fs.FileMode
}

// ReadableByOthers reports whether every user of the machine can read the file. It is not an error: Kubernetes mounts
// secrets with mode 0644 where there are no other users.
func (f File) ReadableByOthers() bool { return f.Mode.Perm()&0o004 != 0 }

// Read returns a file of at most maxBytes that only root and the user of this process can change:
//
//   - it is a regular file,
//   - root or the user of this process owns it, and every folder and symbolic link on the way to it,
//   - neither its group nor others can write it,
//   - others cannot write any of the folders, unless the folder has the sticky bit (as /tmp has).
//
// A folder may be writable by its group: on systems with a group per user, folders usually are.
//
// Errors are *fs.PathError with the path as given. Their Err names only folders and links that exist, so Op and Err are
// safe to show even if the path is a secret in the wrong place.
//
// On Windows, which has access control lists instead of modes, Read checks only the kind and the size of the file.
func Read(name string, maxBytes int) (File, error) {
	return read(name, maxBytes, newChecker())
}

func read(name string, maxBytes int, check checker) (File, error) {
	// O_NONBLOCK: opening a named pipe would otherwise wait for a writer.
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return File{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	fail := func(op string, err error) (File, error) { return File{}, &fs.PathError{Op: op, Path: name, Err: err} }
	info, err := f.Stat()
	if err != nil {
		return File{}, err
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return fail("read", syscall.EISDIR)
	case !mode.IsRegular():
		return fail("read", errors.New("it is not a regular file, so it cannot be read again"))
	}
	if err := check.check(name, info); err != nil {
		return fail("check", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, int64(maxBytes)+1))
	if err != nil {
		return fail("read", errors.Unwrap(err))
	}
	if len(text) > maxBytes {
		return fail("read", fmt.Errorf("it has more than %d bytes", maxBytes))
	}
	return File{text, info.Mode()}, nil
}
