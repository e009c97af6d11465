package main

// disableCoreDumps does nothing: by default, Windows writes no core dumps.
func disableCoreDumps() {}
