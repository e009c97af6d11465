package bytescan

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// followed puts data in front of more, as a slice that could be made longer. Whoever reads too far takes that for a
// part of it.
func followed(data, more string) []byte { return []byte(data + more)[:len(data)] }

// Bytes that are nothing special, next to those that are.
const plain = " !#[]~\x7fa"

func isSpecial(c byte) bool { return c < ' ' || c >= 0x80 || c == '"' || c == '\\' }

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func TestPlainStopsAtTheFirstSpecialByte(t *testing.T) {
	for n := range 27 {
		for _, filler := range []byte(plain) {
			for first := range n + 1 {
				data := followed(strings.Repeat(string(filler), n), "beyond beyond")
				for c := range 256 {
					want := n
					if first < n {
						data[first] = byte(c)
						if isSpecial(byte(c)) {
							want = first
						}
					}
					if first+1 < n { // a second one, right behind
						data[first+1] = '"'
						want = min(want, first+1)
					}
					for pos := range min(want, 9) + 1 {
						if got := Plain(data, pos); got != want {
							t.Fatalf("Plain(%q, %d) is %d, not %d", data, pos, got, want)
						}
					}
				}
			}
		}
	}
}

func TestSpaceStopsAtTheFirstOtherByte(t *testing.T) {
	for n := range 18 {
		for first := range n + 1 {
			for c := range 256 {
				data := followed(strings.Repeat(" \n\r\t", 5)[:n], "        ")
				want := n
				if first < n {
					data[first] = byte(c)
					if !isSpace(byte(c)) {
						want = first
					}
				}
				for pos := range want + 1 {
					if got := Space(data, pos); got != want {
						t.Fatalf("Space(%q, %d) is %d, not %d", data, pos, got, want)
					}
				}
			}
		}
	}
}

// ways are the ways to write an entry that Entries reads, %s being the ID.
var ways = []string{
	`{"GroupId":"%s"},`,
	` {"GroupId":"%s"},`,
	"\n\t{\r\n \"GroupId\" : \"%s\"\n}\n,",
	`{ "GroupId":"%s"},`,
	`{"GroupId" :"%s"},`,
	`{"GroupId": "%s"},`,
	`{"GroupId":"%s" },`,
	`{"GroupId":"%s"} ,`,
	`                 {                 "GroupId"                 :                 "%s"                 }                 ,`,
}

// others are the ways that it leaves to others.
var others = []string{
	`{"GroupId":"%s"}]`, `{"GroupId":"%s"},,`, `{"groupid":"%s"},`, `{"GroupIx":"%s"},`, `{"GroupIdd":"%s"},`, `{"GroupIdx:"%s"},`, `{"GroupI":"%s"},`,
	`{"GroupId":"%s","Type":1},`, `{"GroupId":"%s"]},`, `{"GroupId";"%s"},`, `{"GroupId":'%s'},`, `{'GroupId':"%s"},`, `["GroupId":"%s"},`,
	"\v{\"GroupId\":\"%s\"},", "{\"GroupId\":\"%s\"\x00},", `{"\u0047roupId":"%s"},`, `{"GroupId":"%s"}`, `{"x":1,"GroupId":"%s"},`, `{},`, `]`, ``,
	`{"GroupId":"%s"x,`, `{"GroupId":"%s}"x,`, `{"GroupId":"%s,x"}x`,
}

func TestEntriesTakesIDsOfEveryLength(t *testing.T) {
	for _, first := range ways {
		for _, second := range ways {
			for n := range 27 {
				id := strings.Repeat("@TGS#12345", 3)[:n]
				checkEntries(t, fmt.Sprintf(first, id)+fmt.Sprintf(second, "b"+id)+fmt.Sprintf(ways[0], "")+`{"GroupId":"last"}]}`)
			}
		}
	}
}

// The last entry may end where data and the room for text end.
func TestEntriesReadsToTheEnd(t *testing.T) {
	for _, test := range []struct {
		data       string
		room       int
		pos, at, n int
	}{
		{`{"GroupId":"12345"},`, 8, 20, 5, 1},
		{`{"GroupId":"12345"},`, 7, 0, 0, 0},
		{`{"GroupId":"12345"}`, 8, 0, 0, 0},
		{`{"GroupId":"1234567812345"},`, 16, 28, 13, 1},
		{` { "GroupId" : "12345" } ,`, 8, 26, 5, 1},
		{`{"GroupId":"1"},{"GroupId":"12345"},`, 10, 36, 7, 2},
		{`{"GroupId":"1"},{"GroupId":"12345"},`, 9, 16, 1, 1},
	} {
		data := slices.Clip([]byte(test.data))
		pos, at, n := Entries(data, 0, make([]byte, test.room), 0, 0)
		if pos != test.pos || at != test.at || n != test.n {
			t.Errorf("Entries(%s) with room for %d bytes is %d, %d, %d, not %d, %d, %d",
				data, test.room, pos, at, n, test.pos, test.at, test.n)
		}
	}
}

func TestEntriesLeavesWhatIsCutShort(t *testing.T) {
	for _, way := range ways {
		for n := range 18 {
			whole := fmt.Sprintf(ways[0], "first") + fmt.Sprintf(way, strings.Repeat("#", n)) + fmt.Sprintf(way, "third")
			for end := range len(whole) + 1 {
				checkEntries(t, whole[:end])
			}
		}
	}
}

func TestEntriesLeavesWhatIsWrittenInAnotherWay(t *testing.T) {
	for _, other := range others {
		if strings.Contains(other, "%") {
			other = fmt.Sprintf(other, "other")
		}
		for _, way := range ways {
			checkEntries(t, fmt.Sprintf(way, "first")+other+fmt.Sprintf(way, "third"))
			checkEntries(t, other+fmt.Sprintf(way, "third"))
		}
	}
}

func TestEntriesLeavesEveryIDThatHasASpecialByte(t *testing.T) {
	for c := range 256 {
		for n := 1; n < 11; n++ {
			for at := range n {
				id := strings.Repeat("x", at) + string([]byte{byte(c)}) + strings.Repeat("x", n-at-1)
				checkEntries(t, fmt.Sprintf(ways[0], "first")+fmt.Sprintf(ways[0], id)+fmt.Sprintf(ways[0], "third")+"        ")
			}
		}
	}
}

func FuzzEntries(f *testing.F) {
	for _, way := range append(ways, others...) {
		f.Add(strings.ReplaceAll(fmt.Sprintf(ways[0], "a")+way+way+fmt.Sprintf(ways[0], "b"), "%s", "@TGS#2J4SZEAEL"))
	}
	f.Fuzz(func(t *testing.T, data string) { checkEntries(t, data) })
}

var entryForm = regexp.MustCompile("^[ \n\r\t]*{[ \n\r\t]*\"GroupId\"[ \n\r\t]*:[ \n\r\t]*\"([ !#-\\[\\]-\x7f]*)\"[ \n\r\t]*}[ \n\r\t]*,")

// checkEntries holds Entries to what the regular expression finds: it reads the same entries, and may stop before one
// for no other reason than that the end is near, of data or of the room for text. It reads and writes nothing beyond
// either.
func checkEntries(t *testing.T, list string) {
	t.Helper()
	const beyond = `"},{"GroupId":"beyond"},{"GroupId":"beyond"},`
	for _, before := range []struct{ data, text string }{{"", ""}, {"[", ""}, {`{"GroupId":"a"},`, "a"}, {`[{"GroupId":"before this"},`, "before this"}} {
		data := before.data + list
		count := strings.Count(before.data, "GroupId")
		ends, texts := []int{len(before.data)}, []string{before.text} // after so many entries
		for n := 0; ; n++ {
			match := entryForm.FindStringSubmatch(data[ends[n]:])
			if match == nil {
				break
			}
			text := texts[n]
			if count+n > 0 {
				text += "\n"
			}
			ends, texts = append(ends, ends[n]+len(match[0])), append(texts, text+match[1])
		}
		last := len(texts) - 1
		for _, spare := range []int{1, 7, 8, 9, len(data)} {
			room := len(texts[last]) + spare
			memory := bytes.Repeat([]byte{0xee}, room+16)
			copy(memory, before.text)
			given := followed(data, beyond)
			pos, at, n := Entries(given, len(before.data), memory[:room], len(before.text), count)
			exact := slices.Clip([]byte(data)) // reading beyond it panics
			if p, a, m := Entries(exact, len(before.data), memory[:room], len(before.text), count); p != pos || a != at || m != n {
				t.Fatalf("Entries reads %q differently when nothing follows it in memory", data)
			}

			n -= count
			switch {
			case n < 0 || n > last:
				t.Fatalf("%q has %d entries; Entries counts %d", data, last, n)
			case pos != ends[n] || at != len(texts[n]) || string(memory[:at]) != texts[n]:
				t.Fatalf("the first %d entries of %q end at %d and are %q; Entries says %d and %q", n, data, ends[n], texts[n], pos, memory[:at])
			case n < last && len(data)-ends[n+1] >= 8 && room-len(texts[n+1]) >= 8:
				t.Fatalf("%q has %d entries; Entries stops after %d, with room for %d bytes more", data, last, n, room-at)
			case string(given) != data || string(given[:len(data)+len(beyond)]) != data+beyond:
				t.Fatalf("Entries changes %q into %q", data, given)
			case !bytes.Equal(memory[room:], bytes.Repeat([]byte{0xee}, 16)):
				t.Fatalf("of %q, with room for %d bytes, Entries writes %q behind it", data, room, memory[room:])
			}
		}
	}
}
