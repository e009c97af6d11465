// Package bytescan scans JSON eight bytes at a time. It is the fast path for the list of group IDs, which is nearly all
// of an answer: 10,000 entries, some 300 KB.
//
// The package is separate because it depends on inlining, which groups.wasm is otherwise compiled without. See the
// Makefile.
package bytescan

import "math/bits"

// Separator separates two IDs. A JSON string contains it only as an escape.
const Separator = '\n'

// entry is the beginning of a list entry as the server writes it, and name is the part of it that fits in one word.
const (
	entry = `{"GroupId":"`
	name  = `"GroupId`
)

// Entries reads the entries of a list of IDs from data[pos:] that contain nothing but an ID in printable ASCII without
// escapes and that are followed by a comma. Entries without white space are the fastest. Each ID is written to
// text[at:], after a Separator unless it is the first of the list, which count tells. Entries returns the new pos, at
// and count.
func Entries(data []byte, pos int, text []byte, at, count int) (int, int, int) {
	first, second, third := word(entry, 0), word(entry, 4), word(name, 0)
	for {
		from, to := pos+len(entry), at
		if from+8 > len(data) || word(data, pos) != first || word(data, pos+4) != second {
			if from = after(data, pos, '{'); from == missing {
				break
			}
			from = Space(data, from)
			if from+len(name)+8 > len(data) || word(data, from) != third || data[from+len(name)] != '"' {
				break
			}
			if from = after(data, from+len(name)+1, ':'); from == missing {
				break
			}
			if from = after(data, from, '"'); from == missing {
				break
			}
		}
		if count > 0 {
			text[to] = Separator
			to++
		}
		for from+8 <= len(data) && to+8 <= len(text) {
			w := word(data, from)
			putWord(text, to, w)
			special := specialBytes(w)
			n := bits.TrailingZeros64(special) / 8 // 8 if there is none
			from += n
			to += n
			if special != 0 {
				break
			}
		}
		if from+3 > len(data) || data[from] != '"' {
			break
		}
		if data[from+1] == '}' && data[from+2] == ',' {
			from += 3
		} else {
			if from = after(data, from+1, '}'); from == missing {
				break
			}
			if from = after(data, from, ','); from == missing {
				break
			}
		}
		pos, at = from, to
		count++
	}
	return pos, at, count
}

const missing = -1

// after returns the position after the byte c, which white space may precede, or missing if there is another byte.
func after(data []byte, pos int, c byte) int {
	pos = Space(data, pos)
	if pos >= len(data) || data[pos] != c {
		return missing
	}
	return pos + 1
}

// Space returns the position of the first byte at or after pos that is not white space.
func Space(data []byte, pos int) int {
	for pos < len(data) && (data[pos] == ' ' || data[pos] == '\n' || data[pos] == '\r' || data[pos] == '\t') {
		pos++
	}
	return pos
}

// Plain returns the position of the first byte at or after pos that is a quote, a backslash, a control character or not
// ASCII, or len(data).
func Plain(data []byte, pos int) int {
	for pos+8 <= len(data) {
		special := specialBytes(word(data, pos))
		pos += bits.TrailingZeros64(special) / 8
		if special != 0 {
			return pos
		}
	}
	for pos < len(data) && data[pos] >= ' ' && data[pos] < 0x80 && data[pos] != '"' && data[pos] != '\\' {
		pos++
	}
	return pos
}

const (
	eachByte = 0x0101010101010101
	eachHigh = 0x8080808080808080
)

// specialBytes sets the high bit of the first byte of w that is a quote, a backslash, a control character or not ASCII.
// Later bytes may be marked falsely.
func specialBytes(w uint64) uint64 {
	quote := w ^ '"'*eachByte
	backslash := w ^ '\\'*eachByte
	return ((quote-eachByte)&^quote | (backslash-eachByte)&^backslash | (w-' '*eachByte)&^w | w) & eachHigh
}

// word loads eight bytes, little-endian. The compiler turns it into one instruction.
func word[T string | []byte](b T, at int) uint64 {
	b = b[at : at+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// putWord stores what word loads.
func putWord(b []byte, at int, w uint64) {
	b = b[at : at+8 : at+8]
	b[0], b[1], b[2], b[3] = byte(w), byte(w>>8), byte(w>>16), byte(w>>24)
	b[4], b[5], b[6], b[7] = byte(w>>32), byte(w>>40), byte(w>>48), byte(w>>56)
}
