package core

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAWholeNumberHasOneWayToBeWritten(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 9, 10, 4454685361, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1} {
		got, ok := atoi(strconv.FormatInt(n, 10))
		assert.True(t, ok)
		assert.Equal(t, n, got)
	}
	for _, text := range []string{
		"", "-", "+1", "-0", "00", "01", "-01", " 1", "1 ", "1.0", "1e3", "0x1", "1_000", "１", "9223372036854775808", "-9223372036854775809",
		"9999999999999999999", "10000000000000000000", "18446744073709551616", "a", "-a",
	} {
		_, ok := atoi(text)
		assert.False(t, ok, text)
	}
}

func TestWhatIsWrittenIsJSON(t *testing.T) {
	for _, text := range []string{"", "a", `"\`, "\n\r\t\x00\x1f\x7f", "群😀", "\u2028", "\xff", "a\xc3", "</script>"} {
		var w jsonWriter
		w.str("text", text)
		w.integer("least", math.MinInt64)
		w.boolean("yes", true)
		w.optional("nothing", "")
		var got struct {
			Text  string
			Least int64
			Yes   bool
		}
		require.NoError(t, json.Unmarshal([]byte(w.end()), &got))
		assert.Equal(t, []rune(text), []rune(got.Text))
		assert.Equal(t, int64(math.MinInt64), got.Least)
		assert.NotContains(t, w.end(), "nothing")
	}
	var empty jsonWriter
	assert.Equal(t, "{}", empty.end())
}
