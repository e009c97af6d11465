package restapi

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryErrorCodeOfTheVendorIsExplained(t *testing.T) {
	table := rows(t, "error-codes.tsv")
	require.Len(t, ErrorCodes, len(table))
	for _, row := range table {
		code, err := strconv.ParseInt(row[0], 10, 64)
		require.NoError(t, err)
		known := LookUpErrorCode(code)
		assert.Equal(t, code, known.Code)
		assert.Equal(t, row[1], known.Class.String(), code)
		assert.Equal(t, row[2], known.Retry.String(), code)
		requireSentences(t, known)
	}
}

func TestAnUnknownErrorCodeIsJudgedByItsRange(t *testing.T) {
	for _, test := range []struct {
		codes []int64
		class Class
		retry Retry
	}{
		{[]int64{10000, 10001, 15000, 19999}, ParameterClass, RetryNever},
		{[]int64{60000, 60001, 69999}, ProtocolClass, RetryNever},
		{[]int64{70000, 70004, 79999}, AccountClass, RetryNever},
		{[]int64{-1, 1, 9999, 20000, 59999, 80000, 1 << 62, -1 << 63}, ServerClass, RetryAgain},
	} {
		for _, code := range test.codes {
			row := LookUpErrorCode(code)
			assert.Equal(t, test.class, row.Class, code)
			assert.Equal(t, test.retry, row.Retry, code)
			requireSentences(t, row)
		}
	}
}

// requireSentences demands that a code has a meaning and an action, which do not repeat each other.
func requireSentences(t *testing.T, e ErrorCode) {
	t.Helper()
	assert.Regexp(t, `^[A-Z].*[^.?!]\.$`, e.Meaning, e.Code)
	assert.Regexp(t, `^(Add|Ask|Check|Compare|Find|Give|Make|Read|Repair|Resume) .*[^.?!][.?]$`, e.Action, e.Code)
	assert.NotContains(t, e.Action, e.Meaning, e.Code)
}
