// Package ascii compares text as DNS, URLs and HTTP do: only the letters A to Z have a lower case. Package strings
// would also fold letters such as the Kelvin sign, and its tables would make groups.wasm 6.5 KB larger (compressed).
package ascii

// Lower returns s with the letters A to Z in lower case.
func Lower(s string) string {
	lower := []byte(s)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return string(lower)
}
