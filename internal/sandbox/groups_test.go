package sandbox

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSeed(t *testing.T) {
	assert.Equal(t, NewGenerator(3, false).Generate(500), NewGenerator(3, false).Generate(500))
	assert.NotEqual(t, NewGenerator(3, false).Generate(500), NewGenerator(4, false).Generate(500))
}

func TestSmallestApp(t *testing.T) {
	types := []string{}
	for _, group := range NewGenerator(1, false).Generate(6) {
		types = append(types, group.Type)
	}
	assert.ElementsMatch(t, GroupTypes, types)
}

func TestGroupIDs(t *testing.T) {
	kinds := map[string]func(Group) bool{
		"generated": func(g Group) bool {
			return g.Type != "Community" && strings.HasPrefix(g.ID, "@TGS#2") && len(g.ID) == 14
		},
		"generated for a community": func(g Group) bool {
			return g.Type == "Community" && strings.HasPrefix(g.ID, "@TGS#_@TGS#c") && len(g.ID) == 22
		},
		"custom with a quote":     func(g Group) bool { return isASCII(g.ID) && strings.Contains(g.ID, `"`) },
		"custom with a backslash": func(g Group) bool { return isASCII(g.ID) && strings.Contains(g.ID, `\`) },
		"custom with <, > or &":   func(g Group) bool { return strings.ContainsAny(g.ID, "<>&") },
		"custom, the longest":     func(g Group) bool { return len(g.ID) == maxIDBytes },
		"custom, the shortest":    func(g Group) bool { return len(g.ID) == 1 },
		"custom for a community": func(g Group) bool {
			return g.Type == "Community" && !strings.Contains(g.ID[5:], "@TGS#")
		},
		"non-ASCII":                 func(g Group) bool { return !isASCII(g.ID) },
		"with a surrogate pair":     func(g Group) bool { return strings.Contains(g.ID, "😀") },
		"with a line separator":     func(g Group) bool { return strings.Contains(g.ID, "\u2028") },
		"with a byte order mark":    func(g Group) bool { return strings.HasPrefix(g.ID, "\ufeff") },
		"with a space at its start": func(g Group) bool { return strings.HasPrefix(g.ID, " ") },
	}
	seen := map[string]bool{}
	found := map[string]bool{}
	for _, group := range NewGenerator(1, false).Generate(25_000) {
		require.False(t, seen[group.ID], "%q twice", group.ID)
		seen[group.ID] = true
		require.True(t, utf8.ValidString(group.ID))
		require.LessOrEqual(t, len(group.ID), maxIDBytes)
		require.NotEmpty(t, group.ID)
		require.Equal(t, group.Type == "Community", strings.HasPrefix(group.ID, "@TGS#_"), "%+v", group)
		for kind, is := range kinds {
			found[kind] = found[kind] || is(group)
		}
	}
	for kind := range kinds {
		assert.True(t, found[kind], kind)
	}
}

var (
	ordinaryGenerated = regexp.MustCompile(`^@TGS#([12][A-Z2-7]{8}|_@TGS#c[A-Z2-7]{10})$`)
	ordinaryCustom    = regexp.MustCompile(`^(@TGS#_)?[a-z]+-[0-9]{1,4}$`)
)

func isOrdinary(id string) bool {
	return ordinaryGenerated.MatchString(id) || ordinaryCustom.MatchString(id)
}

func TestOrdinaryEnds(t *testing.T) {
	for seed := range uint64(5) {
		groups := NewGenerator(seed, false).Generate(25_000)
		for _, groupType := range append([]string{""}, GroupTypes...) {
			ids := idsOf(groups, groupType)
			generated, custom := 0, 0
			for _, id := range slices.Concat(ids[:50], ids[len(ids)-50:]) {
				assert.True(t, isOrdinary(id), "seed %d, type %q: %q", seed, groupType, id)
				if ordinaryCustom.MatchString(id) {
					custom++
				} else {
					generated++
				}
			}
			assert.Greater(t, generated, custom, "seed %d, type %q", seed, groupType)
			assert.Greater(t, custom, 10, "seed %d, type %q", seed, groupType)
		}
	}
}

func TestUnusualIDs(t *testing.T) {
	unusual := func(ids []string) (count int) {
		for _, id := range ids {
			if !isOrdinary(id) {
				count++
			}
		}
		return count
	}
	for seed := range uint64(5) {
		assert.NotZero(t, unusual(idsOf(NewGenerator(seed, false).Generate(30), "")), "seed %d", seed)
		groups := NewGenerator(seed, false).Generate(25_000)
		for _, groupType := range append([]string{""}, GroupTypes...) {
			for page := range slices.Chunk(idsOf(groups, groupType), 400) {
				if len(page) == 400 {
					assert.Greater(t, unusual(page), 40, "seed %d, type %q", seed, groupType)
				}
			}
		}
	}
}

func TestLongIDs(t *testing.T) {
	for _, group := range NewGenerator(1, true).Generate(100) {
		assert.Len(t, group.ID, maxIDBytes)
	}
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

func TestWriteGroups(t *testing.T) {
	groups := NewGenerator(1, false).Generate(300)
	var text bytes.Buffer
	require.NoError(t, WriteGroups(&text, groups))
	lines := json.NewDecoder(&text)
	for _, want := range groups {
		var got Group
		require.NoError(t, lines.Decode(&got))
		assert.Equal(t, want, got)
	}
	assert.False(t, lines.More())
}
