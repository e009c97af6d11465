//go:build js && wasm

// Command empty does nothing: what a Go program weighs and how long it takes to start, before it does anything.
package main

func main() {
	select {}
}
