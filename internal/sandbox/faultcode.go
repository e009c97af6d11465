package sandbox

import "fmt"

// scripted returns the refusal of a fault with an ErrorCode.
func scripted(f fault, r Request) *refusal {
	info := f.info
	if info == "" {
		info = fmt.Sprintf("ErrorCode %d from the script of faults", f.code)
	}
	if f.echoURL {
		info += ": " + r.uri
	}
	return &refusal{f.code, info}
}
