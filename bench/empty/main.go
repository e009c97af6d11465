//go:build js && wasm

// Command empty does nothing. It measures the size and the start of a minimal Go program.
package main

func main() {
	select {}
}
