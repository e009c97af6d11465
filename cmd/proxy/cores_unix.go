//go:build unix

package main

import "syscall"

// keepOutOfCores keeps the key out of core dumps, by allowing none.
func keepOutOfCores() {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) // lowering a limit is always allowed
}
