package core

import "strconv"

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// atoi reads a whole number in the one way to write it (no plus sign, no leading zero, no minus zero) if it fits int64.
func atoi[T string | []byte](text T) (int64, bool) {
	digits := text
	if len(digits) > 0 && digits[0] == '-' {
		digits = digits[1:]
	}
	negative := len(digits) < len(text)
	if len(digits) == 0 || len(digits) > 19 || digits[0] == '0' && (len(digits) > 1 || negative) {
		return 0, false
	}
	var n uint64
	for i := range len(digits) {
		c := digits[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0') // 19 digits fit 64 bits unsigned
	}
	if negative {
		return -int64(n), n <= 1<<63
	}
	return int64(n), n < 1<<63
}
