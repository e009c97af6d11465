package restapi

import (
	"slices"

	"tencent-chat-groups/core/internal/strictjson"
)

// customFields are the custom fields of an entry of GroupInfo.
type customFields struct {
	seen   bool     // the entry has AppDefinedData
	found  bool     // and it is not null
	values []string // as the service wrote them, by the index of the key in the query; "" where there is none
}

// customFields reads AppDefinedData, [{"Key":"...","Value":"..."},...].
func (l *ProfileReader) customFields() error {
	if l.custom.seen {
		return l.json.Error("a second AppDefinedData")
	}
	l.custom.seen = true
	if l.atNull() {
		return l.json.Skip()
	}
	l.custom.found = true
	return l.json.Array(l.customField)
}

func (l *ProfileReader) customField() error {
	var key, value string
	keyMember := l.json.StringMember("Key", &key)
	valueMember := &strictjson.Member{Name: "Value", Read: func() error {
		start := l.json.Pos
		_, err := l.json.AnyString()
		value = string(l.json.Data[start:l.json.Pos])
		return err
	}}
	if err := l.json.Members(keyMember, valueMember); err != nil {
		return err
	}
	if !keyMember.Found || !valueMember.Found {
		return l.json.Error("a custom field without Key or Value")
	}
	i := slices.Index(l.query.AppDefinedData, key)
	if i < 0 {
		l.unasked = "AppDefinedData"
		return nil
	}
	if l.custom.values[i] != "" {
		return l.json.Error("a second custom field of one Key")
	}
	l.custom.values[i] = value
	return nil
}

// customText returns the custom fields of the current entry as a JSON object.
func (l *ProfileReader) customText() []byte {
	var w strictjson.Writer
	for i, value := range l.custom.values {
		if value != "" {
			key := strictjson.Quote(l.query.AppDefinedData[i])
			w.Raw(key[1:len(key)-1], value)
		}
	}
	return []byte(w.End())
}
