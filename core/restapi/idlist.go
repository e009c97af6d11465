package restapi

import (
	"bytes"

	"tencent-chat-groups/core/internal/bytescan"
	"tencent-chat-groups/core/internal/strictjson"
)

// IDList holds the IDs of a page in one piece of UTF-8, because one long string crosses into JavaScript in a fraction
// of the time that thousands of short ones take. Line feeds separate the IDs. If an ID contains a line feed itself,
// Text is the list as the server wrote it instead: [{"GroupId":"..."},...].
type IDList struct {
	Text  []byte
	Count int
	JSON  bool // Text is the server's list
}

// Strings returns the IDs. It is for hosts written in Go; JavaScript splits the text itself.
func (list IDList) Strings() []string {
	ids := make([]string, 0, list.Count)
	if list.JSON {
		r := strictjson.Reader{Data: list.Text}
		_ = r.Array(func() error { // which cannot fail again
			var id string
			err := r.Members(r.StringMember("GroupId", &id))
			ids = append(ids, id)
			return err
		})
		return ids
	}
	if list.Count > 0 {
		for id := range bytes.SplitSeq(list.Text, []byte{bytescan.Separator}) {
			ids = append(ids, string(id))
		}
	}
	return ids
}

// readIDList reads [{"GroupId":"..."},...] into buffer, or into new memory if that is too small.
func readIDList(r *strictjson.Reader, buffer []byte) (IDList, error) {
	start := r.Pos
	// An entry is longer than its ID and a separator. Whole words are written, hence eight bytes more.
	if size := len(r.Data) - start + 8; cap(buffer) < size {
		buffer = make([]byte, size+size/4) // a quarter more: the next page may be a little larger
	}
	list := idListReader{Reader: r, text: buffer[:0]}
	if err := r.Array(list.entry); err != nil {
		return IDList{}, err
	}
	if list.ambiguous {
		return IDList{Text: append(buffer[:0], r.Data[start:r.Pos]...), Count: list.count, JSON: true}, nil
	}
	return IDList{Text: list.text, Count: list.count}, nil
}

type idListReader struct {
	*strictjson.Reader
	text      []byte
	count     int
	ambiguous bool // an ID contains the separator
}

// entry reads one entry in any form, and before it all entries in the usual form.
func (l *idListReader) entry() error {
	end := 0
	l.Pos, end, l.count = bytescan.Entries(l.Data, l.Pos, l.text[:cap(l.text)], len(l.text), l.count)
	l.text = l.text[:end]
	l.Space()
	if l.count > 0 {
		l.text = append(l.text, bytescan.Separator)
	}
	l.count++
	found := false
	err := l.Object(func(name []byte) error {
		if string(name) != "GroupId" {
			return l.Skip()
		}
		if found {
			return l.Error("a second GroupId")
		}
		found = true
		return l.id()
	})
	if err == nil && !found {
		err = l.Error("an entry without GroupId")
	}
	return err
}

func (l *idListReader) id() error {
	id, err := l.String()
	l.text = append(l.text, id...)
	// Only an escape can write a separator.
	l.ambiguous = l.ambiguous || l.HasEscapes() && bytes.IndexByte(id, bytescan.Separator) >= 0
	return err
}
