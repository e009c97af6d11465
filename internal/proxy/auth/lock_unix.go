//go:build unix

package auth

import (
	"os"
	"syscall"
)

// lock waits for the exclusive lock of a file. Closing the file releases it.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX) }
