package restapi

import (
	"errors"
	"math"
	"unicode/utf8"

	"tencent-chat-groups/core/internal/bytescan"
	"tencent-chat-groups/core/internal/strictjson"
)

// ProfileReader reads the answers to the calls of a query.
type ProfileReader struct {
	json    strictjson.Reader
	query   ProfileQuery
	members []entryMember // those of a row come first
	rowSize int
	scan    bytescan.Members // reads entries in the usual form; Places has the values of members in the current entry

	// The current answer:
	groupIDs []string
	groups   []GroupAnswer // as groupIDs
	rows     []float64     // one for each of groupIDs
	valid    bool          // the body is valid UTF-8, which scan needs
	entries  int
	unasked  string

	// The current entry:
	ascii, wide, wideUnits int // what scan had before it
	nulls                  bool
	custom                 customFields
}

// entryMember is a member of an entry whose value is a string or an integer. A value has two numbers in Places, as in a
// row.
type entryMember struct {
	name  string // in the endpoint's words
	kind  FieldKind
	other int // index of the member with the field's other name, 0 if there is none
}

const (
	groupIDPlace           = 0
	ignoredKind  FieldKind = -1
)

// What a place has instead of a value: absent where the entry has no such member, null where its value is null.
var absent, null = math.NaN(), math.Inf(-1)

func isAbsent(place float64) bool { return place != place || place == null }

// Reader returns a reader of answers to the query.
func (q ProfileQuery) Reader() *ProfileReader {
	l := &ProfileReader{query: q, rowSize: q.RowSize()}
	l.custom.values = make([]string, len(q.AppDefinedData))
	l.addMember("GroupId", TextField)
	for _, field := range q.Fields {
		l.addMember(field.Endpoint[0], field.Kind)
	}
	l.addMember("ErrorCode", IntegerField)
	l.addMember("ErrorInfo", TextField)
	l.addMember("Appid", ignoredKind) // the SDKAppID, which the vendor's samples have
	if len(q.Fields) == 0 {
		l.addMember("Type", ignoredKind) // which the filter asks for in place of nothing
	}
	for i, field := range q.Fields {
		if len(field.Endpoint) > 1 {
			l.members[1+i].other = len(l.members)
			l.addMember(field.Endpoint[1], field.Kind)
		}
	}
	return l
}

func (l *ProfileReader) addMember(name string, kind FieldKind) {
	l.members = append(l.members, entryMember{name: name, kind: kind})
	l.scan.AddName(name, kind == IntegerField)
}

func (l *ProfileReader) errorCodePlace() int { return 2 + 2*len(l.query.Fields) }
func (l *ProfileReader) errorInfoPlace() int { return 4 + 2*len(l.query.Fields) }

// start prepares for an answer.
func (l *ProfileReader) start(body []byte, groupIDs []string) {
	l.json = strictjson.Reader{Data: body}
	l.scan.Start(body)
	if size := l.rowSize * len(groupIDs); cap(l.rows) < size {
		l.rows = make([]float64, size)
	}
	l.groupIDs, l.groups = groupIDs, make([]GroupAnswer, len(groupIDs))
	l.valid, l.entries, l.unasked = utf8.Valid(body), 0, ""
}

// profiles returns the profiles that were read.
func (l *ProfileReader) profiles() ProfileList {
	list := ProfileList{Rows: l.rows[:0], ASCII: l.scan.ASCII, Wide: l.scan.Wide}
	for i, group := range l.groups {
		if group.Answered && group.ErrorCode == 0 {
			list.Rows = append(list.Rows, l.rowOf(i)...)
			list.Count++
		}
	}
	return list
}

// rowOf returns the row of a group.
func (l *ProfileReader) rowOf(group int) []float64 {
	return l.rows[:cap(l.rows)][group*l.rowSize:][:l.rowSize]
}

// groupInfo reads GroupInfo.
func (l *ProfileReader) groupInfo() error {
	none := make([]float64, len(l.scan.Places))
	for i := range none {
		none[i] = absent
	}
	return l.json.Array(func() error {
		l.ascii, l.wide, l.wideUnits = len(l.scan.ASCII), len(l.scan.Wide), l.scan.WideUnits
		l.nulls, l.custom.seen, l.custom.found = false, false, false
		copy(l.scan.Places, none)
		if !l.readFast() {
			copy(l.scan.Places, none)
			l.forgetText()
			clear(l.custom.values)
			if err := l.json.Object(l.member); err != nil {
				return err
			}
		}
		return l.entry()
	})
}

// readFast reads an entry whose members all have the usual form.
func (l *ProfileReader) readFast() bool {
	if !l.valid {
		return false
	}
	l.scan.Pos = l.json.Pos
	l.scan.Read('{')
	if l.scan.Pos == l.json.Pos || l.scan.Pos == len(l.json.Data) || l.json.Data[l.scan.Pos] != '}' {
		return false
	}
	l.json.Pos = l.scan.Pos + 1
	return true
}

func (l *ProfileReader) forgetText() {
	l.scan.ASCII, l.scan.Wide, l.scan.WideUnits = l.scan.ASCII[:l.ascii], l.scan.Wide[:l.wide], l.wideUnits
}

// member reads the value of a member in any form, and after it the members in the usual form.
func (l *ProfileReader) member(name []byte) error {
	err := l.valueOf(name)
	if err == nil && l.valid {
		l.scan.Pos = l.json.Pos
		l.scan.Read(',')
		l.json.Pos = l.scan.Pos
	}
	return err
}

func (l *ProfileReader) valueOf(name []byte) error {
	for i := range l.members {
		if l.members[i].name == string(name) {
			if err := l.memberValue(i); err != nil {
				return errors.New("in " + l.members[i].name + ": " + err.Error())
			}
			return nil
		}
	}
	if string(name) == "AppDefinedData" && len(l.custom.values) > 0 {
		return l.customFields()
	}
	if l.unasked == "" {
		l.unasked = string(name)
	}
	return l.json.Skip()
}

func (l *ProfileReader) memberValue(i int) error {
	place, kind, start := &l.scan.Places[2*i], l.members[i].kind, l.json.Pos
	switch {
	case kind == ignoredKind:
		return l.json.Skip()
	case *place == *place: // not NaN
		return l.json.Error("there is a second one")
	case l.atNull():
		*place, l.nulls = null, true
		return l.json.Skip()
	case kind == IntegerField:
		n, err := l.json.Integer()
		if err == nil && !isSafe(n) {
			l.json.Pos = start
			return l.json.Error("an integer over 2^53-1")
		}
		*place = float64(n)
		return err
	}
	text, err := l.json.AnyString()
	l.scan.Set(i, text)
	return err
}

func (l *ProfileReader) atNull() bool {
	return l.json.Pos < len(l.json.Data) && l.json.Data[l.json.Pos] == 'n'
}

// entry takes the current entry, which was read to its end.
func (l *ProfileReader) entry() error {
	code := l.scan.Places[l.errorCodePlace()]
	switch {
	case isAbsent(l.scan.Places[groupIDPlace]):
		return l.json.Error("an entry without GroupId")
	case isAbsent(code):
		return l.json.Error("an entry without ErrorCode")
	}
	n, err := l.indexOfGroup(l.text(groupIDPlace))
	if err != nil {
		return err
	}
	l.entries++
	group := &l.groups[n]
	group.Answered, group.ErrorCode = true, int64(code)
	if code != 0 {
		group.ErrorInfo = string(l.text(l.errorInfoPlace()))
		l.forgetText()
		return nil
	}
	return l.fill(l.rowOf(n))
}

// indexOfGroup returns the index of a group in the query.
func (l *ProfileReader) indexOfGroup(id []byte) (int, error) {
	for i := range l.groups {
		n := (l.entries + i) % len(l.groups) // entries mostly have the order of the query
		if l.groupIDs[n] != string(id) {
			continue
		}
		if l.groups[n].Answered {
			return 0, l.json.Error("a second entry of a group")
		}
		return n, nil
	}
	return 0, l.json.Error("an entry of a group that was not asked for")
}

// fill writes the current entry into a row.
func (l *ProfileReader) fill(row []float64) error {
	copy(row, l.scan.Places[:2+2*len(l.query.Fields)])
	if l.nulls {
		for i, place := range row {
			if place == null {
				row[i] = absent
			}
		}
	}
	for i := range l.query.Fields {
		if l.members[1+i].kind != SwitchField {
			continue
		}
		on, err := l.switched(1 + i)
		if err != nil {
			return err
		}
		row[2+2*i] = on
	}
	if len(l.custom.values) > 0 {
		row = row[len(row)-2:]
		row[0] = absent
		if l.custom.found {
			row[0], row[1] = l.scan.Add(l.customText())
		}
	}
	return nil
}

// switched returns the value of a SwitchField, which may have two members.
func (l *ProfileReader) switched(member int) (float64, error) {
	value := l.text(2 * member)
	if other := l.members[member].other; other > 0 {
		switch text := l.text(2 * other); {
		case value == nil:
			value = text
		case text != nil && string(text) != string(value):
			return 0, l.json.Error("two names of one field with different values")
		}
	}
	switch {
	case value == nil:
		return absent, nil
	case string(value) == "On":
		return 1, nil
	case string(value) == "Off":
		return 0, nil
	}
	return 0, l.json.Error("in " + l.members[member].name + ": neither On nor Off")
}

// text returns the string of a place of the current entry, nil if there is none.
func (l *ProfileReader) text(place int) []byte {
	start, end := l.scan.Places[place], l.scan.Places[place+1]
	switch {
	case isAbsent(start):
		return nil
	case start >= 0:
		return l.scan.ASCII[int(start):int(end)]
	}
	wide := l.scan.Wide[l.wide:]
	wide = wide[bytesOf(wide, ^int(start)-l.wideUnits):]
	return wide[:bytesOf(wide, ^int(end)-^int(start))]
}

// bytesOf returns the number of bytes that the first UTF-16 units of a string have.
func bytesOf(text []byte, units int) (bytes int) {
	for units > 0 {
		char, size := utf8.DecodeRune(text[bytes:])
		bytes += size
		units--
		if char > 0xffff {
			units--
		}
	}
	return bytes
}
