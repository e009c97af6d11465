package auth

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBearer(t *testing.T) {
	longest := strings.Repeat("x", maxTokenBytes)
	for value, want := range map[string]string{
		"Bearer a":             "a",
		"bearer a":             "a",
		"BEARER a":             "a",
		"Bearer aZ09-._~+/==":  "aZ09-._~+/==",
		"Bearer " + longest:    longest,
		"Bearer eyJ.eyJ.sig-_": "eyJ.eyJ.sig-_",
	} {
		token, ok := bearer([]string{value})
		assert.True(t, ok, "%.40s", value)
		assert.Equal(t, want, token)
	}
}

var malformed = [][]string{
	nil,
	{},
	{""},
	{"Bearer"},
	{"Bearer "},
	{"Bearer  a"},
	{"Bearer\ta"},
	{"Bearer a "},
	{" Bearer a"},
	{"Bearer a b"},
	{"Bearer a,b"},
	{"Bearer a, Bearer b"},
	{"Bearer =a"},
	{"Bearer a=b"},
	{"Bearer ="},
	{"Bearer ä"},
	{"Bearer a\x00"},
	{"Bearer a\n"},
	{`Bearer "a"`},
	{"Bearer" + "\u00a0" + "a"},
	{"\u212aearer a"},
	{"Basic YTpi"},
	{"DPoP a"},
	{"a"},
	{"Bearer " + strings.Repeat("x", maxTokenBytes+1)},
	{"Bearer a", "Bearer a"},
	{"Bearer a", ""},
}

func TestMalformedBearer(t *testing.T) {
	for _, authorization := range malformed {
		token, ok := bearer(authorization)
		assert.False(t, ok, "%.40q", authorization)
		assert.Empty(t, token)
	}
}

func FuzzAuthorization(f *testing.F) {
	for _, authorization := range malformed {
		f.Add(strings.Join(authorization, ","))
	}
	f.Add("Bearer " + tokenPrefix + "x")
	form := regexp.MustCompile(`^[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9._~+/-]+=*)$`)
	f.Fuzz(func(t *testing.T, value string) {
		var want string
		if match := form.FindStringSubmatch(value); match != nil && len(match[1]) <= maxTokenBytes &&
			!strings.HasSuffix(value, "\n") {
			want = match[1]
		}
		token, ok := bearer([]string{value})
		assert.Equal(t, want, token)
		assert.Equal(t, want != "", ok)
	})
}
