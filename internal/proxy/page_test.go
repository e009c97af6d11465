package proxy

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzPage: a page is accepted only within the bounds of its three fields, and reads the same when written.
func FuzzPage(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"Limit":1,"Next":9223372036854775807,"GroupType":"Public"}`, `{"Limit":1,"Limit":2}`, `{"limit":1}`,
		`{"Next":1e3}`, `null`, `[]`,
		`{"GroupType":"Public\u0000"}`, "\xff", `{"Next":-0}`, `{"Limit":10000}{}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		page, err := parsePage(text)
		if err != nil {
			assert.Less(t, len(err.Error()), 200)
			return
		}
		assert.True(t, page.Limit >= 1 && page.Limit <= 10_000 && page.Next >= 0, "%+v", page)
		again, err := parsePage([]byte(page.body()))
		require.NoError(t, err)
		assert.Equal(t, page, again)
		var fields map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(text, &fields))
		for name := range fields {
			assert.Contains(t, []string{"Limit", "Next", "GroupType"}, name)
		}
	})
}
