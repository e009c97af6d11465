package bytescan

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// readMembers reads an object and returns the reader, whose Places have the values.
func readMembers(data []byte) Members {
	var m Members
	m.AddName("GroupId", false)
	m.AddName("Name", false)
	m.AddName("MemberNum", true)
	m.AddName("MaxMemberNum", true)
	m.Start(data)
	for i := range m.Places {
		m.Places[i] = math.NaN()
	}
	m.Read('{')
	return m
}

func (m *Members) textOf(name int) string {
	start, end := int(m.Places[2*name]), int(m.Places[2*name+1])
	if start < 0 {
		return string(utf16.Decode(utf16.Encode([]rune(string(m.Wide)))[^start:^end]))
	}
	return string(m.ASCII[start:end])
}

func TestMembers(t *testing.T) {
	for length := range 26 {
		for at := range length + 1 {
			for _, unusual := range []string{
				"", `\"`, `\\`, `\/`, `\b\f\n\r\t`, "é", "群", "😀", "\x7f", "{", ",",
			} {
				plain := strings.Repeat("abcdefg", 4)[:length]
				written := plain[:at] + unusual + plain[at:]
				var text string
				if err := json.Unmarshal([]byte(`"`+written+`"`), &text); err != nil {
					t.Fatal(err)
				}
				number := strings.Repeat("123456789", 2)[:min(length, 14)+1]
				object := `{"GroupId":"` + written + `","MaxMemberNum":-` + number + `,"MemberNum":0,` +
					`"Name":"` + written + `"}`
				m := readMembers([]byte(object + strings.Repeat(" ", 40)))
				if m.Pos != len(object)-1 {
					t.Fatalf("%s: read up to %d of %d bytes", object, m.Pos, len(object))
				}
				if m.textOf(0) != text || m.textOf(1) != text {
					t.Fatalf("%s: read %q and %q", object, m.textOf(0), m.textOf(1))
				}
				if n, _ := strconv.ParseFloat("-"+number, 64); m.Places[6] != n || m.Places[4] != 0 {
					t.Fatalf("%s: read %v and %v", object, m.Places[6], m.Places[4])
				}
			}
		}
	}
}

// Each object has one member in the usual form, and then something else.
func TestMembersStop(t *testing.T) {
	const first = `{"GroupId":"a"`
	for _, rest := range []string{
		` ,"Name":"b"}`, `, "Name":"b"}`, `,"Name" :"b"}`, `,"Name": "b"}`, `,"name":"b"}`, `,"Nam\u0065":"b"}`,
		`,"GroupId":"b"}`, `}`, `,"MaxMemberNux":1}`, `,"MaxXemberNum":1}`, `,"MaxMembeXNum":1}`, `,"MemberList":[]}`,
		`,"Other":1}`, `{"Name":"b"}`, `;"Name":"b"}`, `,"Name":"\u0062"}`, `,"Name":"\x"}`, `,"Name":1}`,
		`,"Name":null}`,
		`,"Name":["b"]}`, `,"Name":"` + "\n" + `"}`, `,"Name":"b`, `,"Name":"b\`,
		`,"MemberNum":"1"}`, `,"MemberNum":-0}`,
		`,"MemberNum":01}`, `,"MemberNum":-}`, `,"MemberNum":}`, `,"MemberNum":1.5}`, `,"MemberNum":1e3}`,
		`,"MemberNum":1 }`, `,"MemberNum":1]`, `,"MemberNum":1x}`, `,"MemberNum":1234567890123456}`,
		`,"MemberNum":-12345678901234567890}`,
	} {
		m := readMembers([]byte(first + rest + strings.Repeat(" ", 40)))
		others := math.IsNaN(m.Places[2]) && math.IsNaN(m.Places[4]) && math.IsNaN(m.Places[6])
		if m.Pos != len(first) || m.textOf(0) != "a" || !others {
			t.Errorf("%s: read up to %d of %d bytes: %v", first+rest, m.Pos, len(first), m.Places)
		}
	}
}

func TestMembersBounds(t *testing.T) {
	const object = `{"GroupId":"12345678","Name":"群 and more","MemberNum":12,"MaxMemberNum":200}`
	for n := range len(object) {
		for _, more := range []string{`"}`, `345,"Name":"beyond"}`, `\",\"`} {
			data := followed(object[:n], more+strings.Repeat(" ", 40))
			m := readMembers(data)
			for _, name := range []int{0, 1} {
				if end := m.Places[2*name+1]; !math.IsNaN(end) && strings.Contains(m.textOf(name), "beyond") {
					t.Errorf("%s: read %q", data, m.textOf(name))
				}
			}
			if m.Pos > n {
				t.Errorf("%s: read up to %d of %d bytes", data, m.Pos, n)
			}
		}
	}
}
