package core

import "math/bits"

// The list of IDs is nearly all of an answer: 10,000 entries, some 300 KB. The server writes each as {"GroupId":"..."} to the
// letter, with an ID that seldom holds anything but plain ASCII. What is written so is read eight bytes at a time; what is
// not is read byte by byte, as any JSON is. Both ways give the same run on the same list.

// groupIDList reads [{"GroupId":"..."},...] into room, or into new memory where that is too small.
func (s *scanner) groupIDList(room []byte) (IDRun, bool) {
	start := s.pos
	r := idReader{scanner: s}
	// An entry is longer than its ID and a separator; eight bytes more, since whole words are written.
	if most := len(s.data) - s.pos + 8; cap(room) < most {
		room = make([]byte, most)
	}
	r.text = room[:0]
	ok := r.list()
	if !ok || !r.ambiguous {
		return IDRun{Text: r.text, Count: r.count}, ok
	}
	s.pos = start
	r = idReader{scanner: s, text: append(room[:0], '['), json: true}
	ok = r.list()
	return IDRun{Text: append(r.text, ']'), Count: r.count, JSON: true}, ok
}

// idReader reads a list of IDs into one run.
type idReader struct {
	*scanner
	text      []byte
	count     int
	ambiguous bool // an ID holds the separator
	json      bool // the run is to be a JSON array
}

func (r *idReader) list() bool {
	return r.array(func() bool {
		if !r.json {
			r.usualEntries()
		}
		return r.entry()
	})
}

// usualEntry is how the server writes an entry up to its ID.
const usualEntry = `{"GroupId":"`

// usualEntries reads entries as long as they are written as usual, hold nothing but plain ASCII, and are followed by another.
// It leaves the rest, at least one entry, to entry.
func (r *idReader) usualEntries() {
	first, second := word(usualEntry, 0), word(usualEntry, 4)
	data, text := r.data, r.text[:cap(r.text)]
	pos, at, count := r.pos, len(r.text), r.count
	for pos+len(usualEntry)+8 <= len(data) && word(data, pos) == first && word(data, pos+4) == second {
		from, to := pos+len(usualEntry), at
		if count > 0 {
			text[to] = idSeparator
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
		if from+3 > len(data) || data[from] != '"' || data[from+1] != '}' || data[from+2] != ',' {
			break
		}
		pos, at = from+3, to
		count++
	}
	r.pos, r.text, r.count = pos, text[:at], count
	r.space() // behind a comma there may be some
}

// entry reads one entry, however it is written.
func (r *idReader) entry() bool {
	if r.count > 0 {
		if r.json {
			r.text = append(r.text, ',')
		} else {
			r.text = append(r.text, idSeparator)
		}
	}
	r.count++
	if r.idAlone() {
		return true
	}
	found := false
	ok := r.object(func(key []byte) bool {
		if string(key) != "GroupId" {
			return r.skip()
		}
		if found {
			return r.fail("a second GroupId")
		}
		found = true
		return r.id()
	})
	return ok && (found || r.fail("an entry without GroupId"))
}

// idAlone reads an entry that has nothing but GroupId, with white space wherever it may be. Of any other, it reads nothing.
func (r *idReader) idAlone() bool {
	const name = `"GroupId` // eight bytes
	start, before := r.pos, len(r.text)
	if r.peek() != '{' {
		return false
	}
	pos := afterSpace(r.data, start+1)
	if pos+len(name)+1 > len(r.data) || word(r.data, pos) != word(name, 0) || r.data[pos+len(name)] != '"' {
		return false
	}
	pos = afterSpace(r.data, pos+len(name)+1)
	if pos >= len(r.data) || r.data[pos] != ':' {
		return false
	}
	r.pos = afterSpace(r.data, pos+1)
	if r.id() {
		if r.pos = afterSpace(r.data, r.pos); r.peek() == '}' {
			r.pos++
			return true
		}
	}
	r.pos, r.text, r.problem = start, r.text[:before], ""
	return false
}

// id reads an ID behind what is there already.
func (r *idReader) id() (ok bool) {
	if r.json {
		var id []byte
		if id, ok = r.str(nil, true); ok {
			r.text = appendQuoted(r.text, string(id))
		}
		return ok
	}
	from, raw := len(r.text), r.pos
	if r.text, ok = r.str(r.text, true); !ok {
		return false
	}
	if r.pos-raw > len(r.text)-from+2 { // there are escapes, and only they can make a separator
		for _, c := range r.text[from:] {
			r.ambiguous = r.ambiguous || c == idSeparator
		}
	}
	return true
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
