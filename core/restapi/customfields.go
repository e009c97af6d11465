package restapi

import "tencent-chat-groups/core/internal/strictjson"

// customFields are the custom fields of an entry of GroupInfo.
type customFields struct {
	seen   bool     // the entry has AppDefinedData
	found  bool     // and it is not null
	values [][]byte // as the service wrote them, by the index of the key in the query; nil where there is none

	// The current one:
	key   int // index of its key in the query, noKey or otherKey
	value []byte
}

const (
	noKey    = -1
	otherKey = -2 // which the query does not have
)

// customFields reads AppDefinedData, [{"Key":"...","Value":"..."},...].
func (l *ProfileReader) customFields() error {
	if l.custom.seen {
		return l.Error("a second AppDefinedData")
	}
	l.custom.seen = true
	if l.atNull() {
		return l.Skip()
	}
	l.custom.found = true
	return l.Array(l.customField)
}

func (l *ProfileReader) customField() error {
	l.custom.key, l.custom.value = noKey, nil
	if err := l.Object(l.customMember); err != nil {
		return err
	}
	key := l.custom.key
	switch {
	case key == noKey:
		return l.Error("a custom field without Key")
	case l.custom.value == nil:
		return l.Error("a custom field without Value")
	case key == otherKey:
		l.noteUnasked("AppDefinedData")
	case l.custom.values[key] != nil:
		return l.Error("a second custom field of one Key")
	default:
		l.custom.values[key] = l.custom.value
	}
	return nil
}

func (l *ProfileReader) customMember(name []byte) error {
	switch string(name) {
	case "Key":
		if l.custom.key != noKey {
			return l.Error("a second Key")
		}
		key, err := l.String()
		l.custom.key = otherKey
		for i := range l.query.AppDefinedData {
			if l.query.AppDefinedData[i] == string(key) {
				l.custom.key = i
			}
		}
		return err
	case "Value":
		if l.custom.value != nil {
			return l.Error("a second Value")
		}
		start := l.Pos
		_, err := l.AnyString()
		l.custom.value = l.Data[start:l.Pos]
		return err
	}
	return l.Skip()
}

// customText returns the custom fields of the current entry as a JSON object.
func (l *ProfileReader) customText() []byte {
	text := []byte{'{'}
	for i, value := range l.custom.values {
		if value == nil {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(append(append(text, strictjson.Quote(l.query.AppDefinedData[i])...), ':'), value...)
	}
	return append(text, '}')
}
