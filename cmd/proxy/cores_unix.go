//go:build unix

package main

import "syscall"

// disableCoreDumps keeps the key out of core dumps, by allowing none.
func disableCoreDumps() {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) // lowering a limit is always allowed
}
