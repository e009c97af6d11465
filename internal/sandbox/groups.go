package sandbox

import (
	"bufio"
	"encoding/json"
	"io"
	"math/rand/v2"
	"strings"
)

// GroupTypes are the types that the endpoint knows, by the names that it filters by.
var GroupTypes = []string{"Public", "Private", "ChatRoom", "AVChatRoom", "BChatRoom", "Community"}

// Group is one group of the app.
type Group struct {
	ID   string `json:"groupId"`
	Type string `json:"type"`
}

// maxIDBytes is the longest group ID that the vendor allows, in bytes.
const maxIDBytes = 48

// Generator makes groups from a seed: the same seed makes the same groups in the same order.
type Generator struct {
	rng     *rand.Rand
	longIDs bool
	seen    map[string]bool
}

// NewGenerator returns a generator. With longIDs every ID has the most bytes that the vendor allows and needs an escape
// for almost each of them, so that a page of 10,000 is over the endpoint's 1 MB.
func NewGenerator(seed uint64, longIDs bool) *Generator {
	return &Generator{rng: rand.New(rand.NewPCG(seed, 1)), longIDs: longIDs, seen: map[string]bool{}}
}

// Generate returns the next n groups. The first six groups of a generator have one type each, so that the smallest app
// has them all.
func (g *Generator) Generate(n int) []Group {
	groups := make([]Group, n)
	for i := range groups {
		groupType := g.groupType()
		id := g.id(groupType)
		for g.seen[id] {
			id = g.id(groupType)
		}
		g.seen[id] = true
		groups[i] = Group{ID: id, Type: groupType}
	}
	return groups
}

func (g *Generator) groupType() string {
	if n := len(g.seen); n < len(GroupTypes) {
		return GroupTypes[n]
	}
	shares := []int{30, 25, 20, 12, 5, 8} // per cent, in the order of GroupTypes
	at := g.rng.IntN(100)
	for i, share := range shares {
		if at < share {
			return GroupTypes[i]
		}
		at -= share
	}
	panic("sandbox: the shares of the group types don't add up to 100")
}

func (g *Generator) id(groupType string) string {
	if g.longIDs {
		return g.text(customPrefix(groupType), `"\`, maxIDBytes)
	}
	switch style := g.rng.IntN(100); {
	case style < 60:
		return g.generatedID(groupType)
	case style < 92:
		return g.customID(groupType)
	default:
		return g.nonASCIIID(groupType)
	}
}

// generatedID is one that the service makes when the group's creator gives none.
func (g *Generator) generatedID(groupType string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	if groupType == "Community" {
		return g.text("@TGS#_@TGS#c", alphabet, 22)
	}
	return g.text("@TGS#2", alphabet, 14)
}

// customID is one that the group's creator chose: 1 to 48 bytes of printable ASCII. Only a community's may, and must,
// begin with the service's own prefix.
func (g *Generator) customID(groupType string) string {
	const printable = ` !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_` + "`abcdefghijklmnopqrstuvwxyz{|}~"
	for {
		prefix := customPrefix(groupType)
		length := len(prefix) + 1 + g.rng.IntN(maxIDBytes-len(prefix))
		id := g.text(prefix, printable, length)
		if prefix != "" || !strings.HasPrefix(id, "@TGS#") {
			return id
		}
	}
}

// nonASCIIPieces are what trips readers of JSON and of UTF-8: two, three and four bytes, letters that are composed of
// several code points, right to left, a byte order mark (which a text decoder may swallow), a line separator (which ends
// a line in JavaScript and in some tools), the last code point there is.
var nonASCIIPieces = []string{
	"é", "e\u0301", "ß", "群组", "グループ", "그룹", "مجموعة", "😀", "👩‍👩‍👧", "\ufeff", "\u2028", "\u00a0", "\ufffd", "\U0010ffff", " ", `"`, `\`, "a",
}

// nonASCIIID is an ID that today's service no longer lets anyone choose, and that a client has to carry all the same.
func (g *Generator) nonASCIIID(groupType string) string {
	id := customPrefix(groupType)
	for range 1 + g.rng.IntN(8) {
		piece := nonASCIIPieces[g.rng.IntN(len(nonASCIIPieces))]
		if len(id)+len(piece) > maxIDBytes {
			break
		}
		id += piece
	}
	return id
}

func customPrefix(groupType string) string {
	if groupType == "Community" {
		return "@TGS#_"
	}
	return ""
}

// text returns prefix, filled up to length bytes with characters of an alphabet of single bytes.
func (g *Generator) text(prefix, alphabet string, length int) string {
	text := make([]byte, length)
	for i := copy(text, prefix); i < length; i++ {
		text[i] = alphabet[g.rng.IntN(len(alphabet))]
	}
	return string(text)
}

// WriteGroups writes one line of JSON a group, in the order in which the endpoint lists them: the truth to compare a
// listing with.
func WriteGroups(w io.Writer, groups []Group) error {
	buffer := bufio.NewWriter(w)
	lines := json.NewEncoder(buffer)
	lines.SetEscapeHTML(false)
	for _, group := range groups {
		if err := lines.Encode(group); err != nil {
			return err
		}
	}
	return buffer.Flush()
}
