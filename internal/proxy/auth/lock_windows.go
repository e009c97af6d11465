package auth

import (
	"os"

	"golang.org/x/sys/windows"
)

// lock waits for the exclusive lock of a file. Closing the file releases it. The lock is on a byte beyond the content,
// since Windows refuses to read locked bytes.
func lock(f *os.File) error {
	const beyond = 1 << 30
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0,
		&windows.Overlapped{OffsetHigh: beyond})
}
