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

// checker finds out who can change a file. It has what tests replace.
type checker struct {
	self  int // user ID of this process
	owner func(path string, info fs.FileInfo) int
}

func newChecker() checker {
	return checker{self: os.Geteuid(), owner: func(_ string, info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }}
}

// check returns why other users can change a check.
func (c checker) check(name string, info fs.FileInfo) error {
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("its group or others can write it (mode %04o): chmod go-w", mode)
	}
	if err := c.checkOwner("it", name, info); err != nil {
		return err
	}
	return c.checkFolders(name)
}

// maxLinks is how many symbolic links may lead to a file, as Linux has it.
const maxLinks = 40

// checkFolders checks every folder and every symbolic link on the way to a file: whoever can change one of them can put another
// file in its place.
func (c checker) checkFolders(name string) error {
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
			if err := c.checkOwner(fmt.Sprintf("the symbolic link %q", next), next, info); err != nil {
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
			if err := c.checkOwner(fmt.Sprintf("the folder %q", next), next, info); err != nil {
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

func (c checker) checkOwner(what, path string, info fs.FileInfo) error {
	if owner := c.owner(path, info); owner != 0 && owner != c.self {
		return fmt.Errorf("user %d owns %s and could change it: make root or user %d, who runs this process, its owner", owner, what, c.self)
	}
	return nil
}
