package sandbox

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// GroupTypes are the endpoint's types, by the names that it filters by.
var GroupTypes = []string{"Public", "Private", "ChatRoom", "AVChatRoom", "BChatRoom", "Community"}

// Group is a group of the app.
type Group struct {
	ID   string `json:"groupId"`
	Type string `json:"type"`
}

// maxIDBytes is the vendor's limit for group IDs.
const maxIDBytes = 48

// maxOrdinary limits the groups per type with ordinary IDs at each end of a list. It is more than a screen.
const maxOrdinary = 50

// Generator makes groups from a seed: the same seed makes the same groups in the same order.
type Generator struct {
	rng         *rand.Rand
	ordinaryRNG *rand.Rand
	longIDs     bool
	seen        map[string]bool
}

// NewGenerator returns a Generator. With longIDs every ID has maxIDBytes, almost all of which need an escape, so that a
// page of 10,000 exceeds the endpoint's 1 MB.
func NewGenerator(seed uint64, longIDs bool) *Generator {
	return &Generator{
		rng:         rand.New(rand.NewPCG(seed, 1)),
		ordinaryRNG: rand.New(rand.NewPCG(seed, 4)),
		longIDs:     longIDs,
		seen:        map[string]bool{},
	}
}

// Generate returns the next n groups. The first six groups of a Generator have one type each, so that the smallest app
// has all types. The first and the last groups of each type have ordinary IDs, unless all IDs are long.
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
	if !g.longIDs {
		g.makeEndsOrdinary(groups)
	}
	return groups
}

// makeEndsOrdinary gives ordinary IDs to the first and the last groups of each type: people see these, and take unusual
// IDs for encoding errors. Half of each type keeps its IDs, for tests with small apps.
func (g *Generator) makeEndsOrdinary(groups []Group) {
	counts, seen := map[string]int{}, map[string]int{}
	for _, group := range groups {
		counts[group.Type]++
	}
	for i := range groups {
		group := &groups[i]
		count, at := counts[group.Type], seen[group.Type]
		seen[group.Type]++
		ordinary := min(maxOrdinary, (count+3)/4)
		if at >= ordinary && at < count-ordinary {
			continue
		}
		delete(g.seen, group.ID)
		group.ID = g.ordinaryID(group.Type)
		for g.seen[group.ID] {
			group.ID = g.ordinaryID(group.Type)
		}
		g.seen[group.ID] = true
	}
}

// customNames are typical names in custom IDs.
var customNames = []string{"support", "team", "project", "class", "order", "event", "live", "game", "club", "room"}

// ordinaryID returns a typical ID: a generated one, or a name and a number.
func (g *Generator) ordinaryID(groupType string) string {
	if g.ordinaryRNG.IntN(3) == 0 {
		name := customNames[g.ordinaryRNG.IntN(len(customNames))]
		return fmt.Sprintf("%s%s-%d", customPrefix(groupType), name, 1+g.ordinaryRNG.IntN(9999))
	}
	prefix, length := generatedPrefix(groupType)
	if groupType == "Private" {
		prefix = "@TGS#1"
	}
	return fill(g.ordinaryRNG, prefix, generatedAlphabet, length)
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
		return fill(g.rng, customPrefix(groupType), `"\`, maxIDBytes)
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

const generatedAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// generatedID returns an ID as the service generates it if the group's creator gives none.
func (g *Generator) generatedID(groupType string) string {
	prefix, length := generatedPrefix(groupType)
	return fill(g.rng, prefix, generatedAlphabet, length)
}

// generatedPrefix returns the prefix and the length of generated IDs of a type.
func generatedPrefix(groupType string) (prefix string, length int) {
	if groupType == "Community" {
		return "@TGS#_@TGS#c", 22
	}
	return "@TGS#2", 14
}

// customID returns an ID as a group's creator chooses it: 1 to 48 bytes of printable ASCII. Only a community's may, and
// must, begin with the service's prefix.
func (g *Generator) customID(groupType string) string {
	const printable = ` !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_` +
		"`abcdefghijklmnopqrstuvwxyz{|}~"
	for {
		prefix := customPrefix(groupType)
		length := len(prefix) + 1 + g.rng.IntN(maxIDBytes-len(prefix))
		id := fill(g.rng, prefix, printable, length)
		if prefix != "" || !strings.HasPrefix(id, "@TGS#") {
			return id
		}
	}
}

// nonASCIIPieces are hard for readers of JSON and UTF-8: two, three and four bytes, combined letters, right-to-left
// text, a byte order mark (which a text decoder may drop), a line separator (which ends a line in some tools), the last
// code point.
var nonASCIIPieces = []string{
	"é", "e\u0301", "ß", "群组", "グループ", "그룹", "مجموعة", "😀", "👩‍👩‍👧", "\ufeff", "\u2028",
	"\u00a0", "\ufffd", "\U0010ffff", " ", `"`, `\`, "a",
}

// nonASCIIID returns an ID that today's service does not let anyone choose, but that clients must preserve.
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

// fill returns prefix, filled up to length bytes with characters of an ASCII alphabet.
func fill(rng *rand.Rand, prefix, alphabet string, length int) string {
	text := make([]byte, length)
	for i := copy(text, prefix); i < length; i++ {
		text[i] = alphabet[rng.IntN(len(alphabet))]
	}
	return string(text)
}

// WriteGroups writes one line of JSON per group, in listing order, to compare a listing with.
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
