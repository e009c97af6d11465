package auth

import (
	"os"

	"golang.org/x/sys/windows"
)

// lock waits until no other process holds the lock of a file. Closing the file releases it. The locked byte lies beyond any content:
// Windows would refuse to read what is locked.
func lock(f *os.File) error {
	const beyond = 1 << 30
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &windows.Overlapped{OffsetHigh: beyond})
}
