package core

import "tencent-chat-groups/core/words"

// groupIDList reads [{"GroupId":"..."},...] into one run of IDs, in room or in new memory where that is too small.
func (s *scanner) groupIDList(room []byte) (IDRun, bool) {
	start := s.pos
	// An entry is longer than its ID and a separator; eight bytes more, since whole words are written.
	if most := len(s.data) - start + 8; cap(room) < most {
		room = make([]byte, most+most/4) // a quarter more: the next page may be a little larger
	}
	r := idReader{scanner: s, text: room[:0]}
	ok := s.array(r.entry)
	if ok && r.ambiguous {
		return IDRun{Text: append(room[:0], s.data[start:s.pos]...), Count: r.count, JSON: true}, true
	}
	return IDRun{Text: r.text, Count: r.count}, ok
}

// idReader reads a list of IDs into one run.
type idReader struct {
	*scanner
	text      []byte
	count     int
	ambiguous bool // an ID holds the separator
}

// entry reads one entry, however it is written, and those before it that are written as usual.
func (r *idReader) entry() bool {
	at := 0
	r.pos, at, r.count = words.Entries(r.data, r.pos, r.text[:cap(r.text)], len(r.text), r.count)
	r.text = r.text[:at]
	r.space() // behind a comma there may be some
	if r.count > 0 {
		r.text = append(r.text, words.Separator)
	}
	r.count++
	found := false
	return r.object(func(key []byte) bool {
		if !same(string(key), "GroupId") {
			return r.skip()
		}
		if found {
			return r.fail("a second GroupId")
		}
		found = true
		return r.id()
	}) && (found || r.fail("an entry without GroupId"))
}

// id reads an ID behind what is there already.
func (r *idReader) id() bool {
	id, ok := r.str(true)
	r.text = append(r.text, id...)
	if len(r.decoded) > 0 { // only an escape can make a separator
		r.ambiguous = r.ambiguous || indexByte(string(id), words.Separator) >= 0
	}
	return ok
}
