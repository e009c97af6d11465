package main

// disableCoreDumps does nothing: Windows writes no core dumps by itself.
func disableCoreDumps() {}
