package core

// itoa writes a whole number. It is strconv.FormatInt without the tables of floats that come with package strconv.
func itoa(n int64) string {
	var digits [20]byte
	at := len(digits)
	rest := uint64(n)
	if n < 0 {
		rest = -rest
	}
	for {
		at--
		digits[at] = byte('0' + rest%10)
		if rest /= 10; rest == 0 {
			break
		}
	}
	if n < 0 {
		at--
		digits[at] = '-'
	}
	return string(digits[at:])
}

// atoi reads a whole number in the one way to write it (no plus sign, no leading zero, no minus zero) if it fits int64.
func atoi(text string) (int64, bool) {
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
