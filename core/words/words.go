// Package words reads JSON eight bytes at a time, where it is written as the server writes it. It is what makes reading an answer
// fast: the list of IDs is nearly all of it, 10,000 entries, some 300 KB.
//
// It is a package of its own since it lives from inlining, which package core is compiled without, to be small.
package words

import "math/bits"

// Separator stands between two IDs of a run. No string in JSON holds it as it is.
const Separator = '\n'

// entry is how the server writes an entry of the list up to its ID, and name the part of it that is one word.
const (
	entry = `{"GroupId":"`
	name  = `"GroupId`
)

// Entries reads entries of a list of IDs from data[pos:] as long as they have nothing but an ID of plain ASCII, written without
// escapes, and a comma behind them. It is fastest where they are written to the letter as the server writes them; white space
// may be between. Their IDs are written to text, from at on, with a Separator before each but the first of the list, which count
// tells. It returns where it stopped in both, and how many entries there are now.
func Entries(data []byte, pos int, text []byte, at, count int) (int, int, int) {
	first, second, third := word(entry, 0), word(entry, 4), word(name, 0)
	for {
		from, to := pos+len(entry), at
		if from+8 > len(data) || word(data, pos) != first || word(data, pos+4) != second {
			if from = behind(data, pos, '{'); from < 0 {
				break
			}
			from = Space(data, from)
			if from+len(name)+8 > len(data) || word(data, from) != third || data[from+len(name)] != '"' {
				break
			}
			if from = behind(data, from+len(name)+1, ':'); from < 0 {
				break
			}
			if from = behind(data, from, '"'); from < 0 {
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
			if from = behind(data, from+1, '}'); from < 0 {
				break
			}
			if from = behind(data, from, ','); from < 0 {
				break
			}
		}
		pos, at = from, to
		count++
	}
	return pos, at, count
}

// behind returns what is behind a byte, before which there may be white space; -1 if another byte is there.
func behind(data []byte, pos int, c byte) int {
	pos = Space(data, pos)
	if pos >= len(data) || data[pos] != c {
		return -1
	}
	return pos + 1
}

// Space returns where the first byte of data is, at pos or behind it, that is no white space.
func Space(data []byte, pos int) int {
	for pos < len(data) && (data[pos] == ' ' || data[pos] == '\n' || data[pos] == '\r' || data[pos] == '\t') {
		pos++
	}
	return pos
}

// Plain returns where the first byte of data is, at pos or behind it, that is a quote, a backslash, a control character or not
// ASCII; len(data) if there is none.
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

// specialBytes marks, by the high bit of its byte, the first byte of a word that is a quote, a backslash, a control character or
// not ASCII. Bytes behind the first may be marked without reason.
func specialBytes(w uint64) uint64 {
	quote := w ^ '"'*eachByte
	backslash := w ^ '\\'*eachByte
	return ((quote-eachByte)&^quote | (backslash-eachByte)&^backslash | (w-' '*eachByte)&^w | w) & eachHigh
}

// word loads eight bytes, the first into the lowest ones. The compiler makes one instruction of it.
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
