package strictjson

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
		got, ok := ParseInteger(strconv.FormatInt(n, 10))
		assert.True(t, ok)
		assert.Equal(t, n, got)
	}
	for _, text := range []string{
		"", "-", "+1", "-0", "00", "01", "-01", " 1", "1 ", "1.0", "1e3", "0x1", "1_000", "１", "9223372036854775808", "-9223372036854775809",
		"9999999999999999999", "10000000000000000000", "18446744073709551616", "a", "-a",
	} {
		_, ok := ParseInteger(text)
		assert.False(t, ok, text)
	}
}

func TestWhatIsWrittenIsJSON(t *testing.T) {
	for _, text := range []string{"", "a", `"\`, "\n\r\t\x00\x1f\x7f", "群😀", "\u2028", "\xff", "a\xc3", "</script>"} {
		var w Writer
		w.String("text", text)
		w.Integer("least", math.MinInt64)
		w.Boolean("yes", true)
		w.OptionalString("nothing", "")
		var got struct {
			Text  string
			Least int64
			Yes   bool
		}
		require.NoError(t, json.Unmarshal([]byte(w.End()), &got))
		assert.Equal(t, []rune(text), []rune(got.Text))
		assert.Equal(t, int64(math.MinInt64), got.Least)
		assert.NotContains(t, w.End(), "nothing")
	}
	var plain Writer
	plain.String("text", ` !#[]~`)
	assert.Equal(t, `{"text":" !#[]~"}`, plain.End(), "nothing is escaped without need")
	var empty Writer
	assert.Equal(t, "{}", empty.End())
}

func TestMaxSafeInteger(t *testing.T) {
	assert.Equal(t, float64(MaxSafeInteger), math.Nextafter(1<<53, 0))
}
