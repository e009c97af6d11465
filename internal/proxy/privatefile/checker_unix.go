//go:build unix

package privatefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// checker checks that other users cannot change a file. Tests replace its fields.
type checker struct {
	self  int // user ID of this process
	owner func(path string, info fs.FileInfo) int
}

func newChecker() checker {
	owner := func(_ string, info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }
	return checker{self: os.Geteuid(), owner: owner}
}

// check returns an error if other users can change a file.
func (c checker) check(name string, info fs.FileInfo) error {
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("its group or others can write it (mode %04o): chmod go-w", mode)
	}
	if err := c.checkOwner("it", name, info); err != nil {
		return err
	}
	return c.checkFolders(name)
}

// maxLinks is the limit of Linux for symbolic links on the way to a file.
const maxLinks = 40

// checkFolders checks every folder and link on the way to a file: a user who can change one can replace the file.
func (c checker) checkFolders(name string) error {
	path, err := filepath.Abs(name)
	if err != nil {
		return errors.New("the working folder is unknown")
	}
	current, links := "/", 0
	names := strings.Split(path, "/")
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		if name == "" || name == "." {
			continue
		}
		next := filepath.Join(current, name) // correct for ".." too, since current has no links
		info, err := os.Lstat(next)
		if err != nil {
			return errors.Unwrap(err)
		}
		switch {
		case info.Mode().Type() == fs.ModeSymlink:
			if links++; links > maxLinks {
				return syscall.ELOOP
			}
			if err := c.checkOwner(fmt.Sprintf("the symbolic link %q", next), next, info); err != nil {
				return err
			}
			target, err := os.Readlink(next)
			if err != nil {
				return errors.Unwrap(err)
			}
			if filepath.IsAbs(target) {
				current = "/"
			}
			names = append(strings.Split(target, "/"), names...)
		case info.IsDir():
			if err := c.checkOwner(fmt.Sprintf("the folder %q", next), next, info); err != nil {
				return err
			}
			if info.Mode().Perm()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0 {
				return fmt.Errorf("every user can write the folder %q (mode %04o) and replace the file: chmod o-w",
					next, info.Mode().Perm())
			}
			current = next
		}
	}
	return nil
}

func (c checker) checkOwner(what, path string, info fs.FileInfo) error {
	if owner := c.owner(path, info); owner != 0 && owner != c.self {
		return fmt.Errorf("user %d owns %s and could change it: make root or user %d, who runs this process, its owner",
			owner, what, c.self)
	}
	return nil
}
