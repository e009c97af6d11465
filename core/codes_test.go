package core

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryErrorCodeOfTheVendorIsExplained(t *testing.T) {
	table := rows(t, "error-codes.tsv")
	require.Len(t, errorCodes, len(table))
	for _, row := range table {
		code, err := strconv.ParseInt(row[0], 10, 64)
		require.NoError(t, err)
		known := lookUp(code)
		assert.Equal(t, code, int64(known.code))
		assert.Equal(t, row[1], known.class.String(), code)
		assert.Equal(t, row[2], known.retry.String(), code)
		assert.Equal(t, row[3], known.meaning, code)
		requireSentence(t, known.meaning)
	}
}

func TestAnUnknownErrorCodeIsJudgedByItsRange(t *testing.T) {
	for _, test := range []struct {
		codes []int64
		class class
		retry retry
	}{
		{[]int64{10000, 10001, 15000, 19999}, parameterClass, never},
		{[]int64{60000, 60001, 69999}, protocolClass, never},
		{[]int64{70000, 70004, 79999}, accountClass, never},
		{[]int64{-1, 1, 9999, 20000, 59999, 80000, 1 << 62, -1 << 63}, serverClass, again},
	} {
		for _, code := range test.codes {
			row := lookUp(code)
			assert.Equal(t, test.class, row.class, code)
			assert.Equal(t, test.retry, row.retry, code)
			requireSentence(t, row.meaning)
		}
	}
}

func TestAnErrorCodeSaysWhatToDoAboutIt(t *testing.T) {
	for _, test := range []struct {
		o             *Options
		code          int64
		info          string
		message, hint string
		retryable     bool
	}{
		{inRegion, 10007, "no permission", "The server answered with error 10007: no permission.", "The identifier is not an admin of this app.", false},
		{inRegion, 10007, "no permission.", "The server answered with error 10007: no permission.", "The identifier is not an admin of this app.", false},
		{inRegion, 10007, "who?", "The server answered with error 10007: who?", "The identifier is not an admin of this app.", false},
		{inRegion, 10002, "", "The server answered with error 10002.", "The server failed internally.", true},
		{inRegion, 70020, "", "The server answered with error 70020.", "The SDKAppID does not exist here: is it the right region? Asked was China (region 'china').", false},
		{atEndpoint, 70020, "", "The server answered with error 70020.", "The SDKAppID does not exist here: is it the right region?", false},
		{viaProxy, 70020, "", "The server answered with error 70020.", "The SDKAppID does not exist here: is it the right region?", false},
		{inRegion, 70001, "", "The server answered with error 70001.", "The UserSig has expired. Give userSig as a function that returns a fresh one: it is called again when one has expired.", true},
		{atEndpoint, 70001, "", "The server answered with error 70001.", "The UserSig has expired.", true},
		{viaProxy, 70052, "", "The server answered with error 70052.", "The UserSig was revoked: make a new one. The proxy signs: look there.", true},
		{inRegion, 123, "?", "The server answered with error 123: ?", "The server answered with a code that is not documented.", true},
	} {
		f := apiFailure(&answer{ErrorCode: test.code, ErrorInfo: test.info}, test.o, nil)
		assert.Equal(t, test.message, f.Message)
		assert.Equal(t, test.hint, f.Hint)
		assert.Equal(t, test.retryable, f.Retryable, test.code)
		assert.Equal(t, test.code, f.ErrorCode)
		assert.Equal(t, test.info, f.ErrorInfo)
	}
}
