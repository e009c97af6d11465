// Package privatefile reads files that must not be changed by other users of the machine: the secret key, the tokens file, and
// the key of a certificate.
package privatefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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
func Read(name string, maxBytes int) (File, error) {
	return newReader().read(name, maxBytes)
}

// reader has what tests replace.
type reader struct {
	self  int // user ID of this process
	owner func(path string, info fs.FileInfo) int
}

func newReader() reader {
	return reader{self: os.Geteuid(), owner: func(_ string, info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }}
}

func (r reader) read(name string, maxBytes int) (File, error) {
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
	mode := info.Mode()
	switch {
	case mode.IsDir():
		return wrong("read", syscall.EISDIR)
	case !mode.IsRegular():
		return wrong("read", errors.New("not a regular file, and cannot be read again"))
	case mode.Perm()&0o022 != 0:
		return wrong("check", fmt.Errorf("its group or others can write it (mode %04o): chmod go-w", mode.Perm()))
	}
	if err := r.checkOwner("it", name, info); err != nil {
		return wrong("check", err)
	}
	if err := r.checkFolders(name); err != nil {
		return wrong("check", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, int64(maxBytes)+1))
	if err != nil {
		return wrong("read", errors.Unwrap(err))
	}
	if len(text) > maxBytes {
		return wrong("read", fmt.Errorf("it has more than %d bytes", maxBytes))
	}
	return File{text, mode}, nil
}

// maxLinks is how many symbolic links may lead to a file, as Linux has it.
const maxLinks = 40

// checkFolders checks every folder and every symbolic link on the way to a file: whoever can change one of them can put another
// file in its place.
func (r reader) checkFolders(name string) error {
	path, err := filepath.Abs(name)
	if err != nil {
		return errors.New("the working folder cannot be found")
	}
	at, links := "/", 0
	ahead := strings.Split(path, "/")
	for len(ahead) > 0 {
		step := ahead[0]
		ahead = ahead[1:]
		if step == "" || step == "." {
			continue
		}
		next := filepath.Join(at, step) // also for "..": at has no links left
		info, err := os.Lstat(next)
		if err != nil {
			return errors.Unwrap(err)
		}
		switch {
		case info.Mode().Type() == fs.ModeSymlink:
			if links++; links > maxLinks {
				return syscall.ELOOP
			}
			if err := r.checkOwner(fmt.Sprintf("the symbolic link %q", next), next, info); err != nil {
				return err
			}
			target, err := os.Readlink(next)
			if err != nil {
				return errors.Unwrap(err)
			}
			if filepath.IsAbs(target) {
				at = "/"
			}
			ahead = append(strings.Split(target, "/"), ahead...)
		case info.IsDir():
			if err := r.checkOwner(fmt.Sprintf("the folder %q", next), next, info); err != nil {
				return err
			}
			if info.Mode().Perm()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0 {
				return fmt.Errorf("every user can write the folder %q (mode %04o) and put another file in its place: chmod o-w",
					next, info.Mode().Perm())
			}
			at = next
		}
	}
	return nil
}

func (r reader) checkOwner(what, path string, info fs.FileInfo) error {
	if owner := r.owner(path, info); owner != 0 && owner != r.self {
		return fmt.Errorf("user %d owns %s and could change it: make root or user %d, who runs this process, its owner", owner, what, r.self)
	}
	return nil
}
