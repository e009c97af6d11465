package proxy

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/restapi"
)

// everyCharacter formats each byte of a text by its number.
func everyCharacter(format, text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, format, text[i])
	}
	return b.String()
}

// encodings are what the service or a gateway may do to a text before it is in a JSON string.
var encodings = map[string]func(string) string{
	"as it is":              func(s string) string { return s },
	"percent-encoded":       url.QueryEscape,
	"percent-encoded twice": func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"every byte":            func(s string) string { return everyCharacter("%%%02X", s) },
	"every byte twice":      func(s string) string { return strings.ReplaceAll(everyCharacter("%%%02x", s), "%", "%25") },
	`\u`:                    func(s string) string { return everyCharacter(`\u%04x`, s) },
	`\u in capitals`:        func(s string) string { return everyCharacter(`\u%04X`, s) },
	`\u twice`:              func(s string) string { return everyCharacter(`\\u%04x`, s) },
	`\u of a few`: func(s string) string {
		return strings.NewReplacer("e", `\u0065`, "A", `\u0041`, "0", `\u0030`).Replace(s)
	},
	"HTML":                   func(s string) string { return everyCharacter("&#%d;", s) },
	"HTML hexadecimal":       func(s string) string { return everyCharacter("&#x%x;", s) },
	"HTML hexadecimal zeros": func(s string) string { return everyCharacter("&#X0000%X;", s) },
	"hex":                    func(s string) string { return hex.EncodeToString([]byte(s)) },
	"HEX":                    func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"base64":                 func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 after one":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte("x" + s + "y")) },
	"base64 after two": func(s string) string {
		return base64.RawURLEncoding.EncodeToString([]byte("??" + s + ">>"))
	},
	"base64 of a URL": func(s string) string {
		return base64.URLEncoding.EncodeToString([]byte("https://example.com/?usersig=" + url.QueryEscape(s) + "&x"))
	},
	"base64 in lines": func(s string) string {
		var b strings.Builder
		for i, c := range base64.StdEncoding.EncodeToString([]byte(s)) {
			if i > 0 && i%10 == 0 {
				b.WriteString(`\r\n`)
			}
			b.WriteRune(c)
		}
		return b.String()
	},
	"base64 with slashes escaped": func(s string) string {
		return strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte("???"+s+"???")), "/", `\/`)
	},
	"base64 percent-encoded": func(s string) string {
		return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("???" + s)))
	},
}

// TestEchoes: the URL, the UserSig, its parts and the key are found in every encoding.
func TestEchoes(t *testing.T) {
	for n := range 20 { // UserSigs with different runs
		u := newUpstream("https://example.com")
		u.signer.identifier = fmt.Sprint("administrator", n)
		userSig, err := u.signer.sign(time.Now())
		require.NoError(t, err)
		for what, secret := range map[string]string{
			"UserSig": userSig, "key": testKey, "key in capitals": strings.ToUpper(testKey),
			"URL":                 restapi.CallURL("https://example.com", testApp, "administrator", userSig, 1),
			"the signature in it": innerSignature(userSig),
			"what it inflates to": inflated(t, userSig),
		} {
			require.NotEmpty(t, secret)
			for name, encode := range encodings {
				id := strings.NewReplacer(`"`, `\"`, "\n", `\n`).Replace(encode(secret))
				page := `{"ErrorCode":0,"TotalCount":1,"Next":0,"GroupIdList":[{"GroupId":"a` + id + `b"}]}`
				require.True(t, json.Valid([]byte(page)), page)
				assert.True(t, u.containsSecret([]byte(page), userSig), "%s %s: %s", what, name, id)
			}
		}
	}
}

func inflated(t *testing.T, userSig string) string {
	t.Helper()
	deflated, err := base64.StdEncoding.DecodeString(strings.NewReplacer("*", "+", "-", "/", "_", "=").Replace(userSig))
	require.NoError(t, err)
	r, err := zlib.NewReader(bytes.NewReader(deflated))
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(text)
}

// TestPagesWithoutSecret: pages are passed on, even if IDs look like secrets or escapes.
func TestPagesWithoutSecret(t *testing.T) {
	u := newUpstream("https://example.com")
	userSig, err := u.signer.sign(time.Now())
	require.NoError(t, err)
	another := newUpstream("https://example.com")
	another.signer.identifier = "somebody"
	foreign, err := another.signer.sign(time.Now())
	require.NoError(t, err)
	for _, id := range []string{
		"", "@TGS#2J4SZEAEL", "%", "%4", "%zz", `\\u`, `\\u12`, `\\uzzzz`, `\ud800`, "&#", "&#;", "&#x;", "&#999999999;",
		"&#x110000;", "&amp;", "&", `\"`, `\\`, `\n`,
		"群组😀", strings.Repeat("%", 100), strings.Repeat(`\\`, 100), "1400000000", "administrator", "TLS.sig",
		"TLS.identifier", foreign,
		base64.StdEncoding.EncodeToString([]byte("administrator")), strings.Repeat("A", 5000),
	} {
		page := `{"ErrorCode":0,"TotalCount":1,"Next":0,"GroupIdList":[{"GroupId":"` + id + `"}]}`
		require.True(t, json.Valid([]byte(page)), page)
		assert.False(t, u.containsSecret([]byte(page), userSig), id)
	}
	assert.False(t, u.containsSecret([]byte("x"), "no UserSig"), "nothing inside to look for")
}

func FuzzUnescape(f *testing.F) {
	for name, encode := range encodings {
		f.Add(encode(name))
	}
	f.Add(`%`)
	f.Add(`\`)
	f.Add(`&#x`)
	f.Fuzz(func(t *testing.T, text string) {
		assert.LessOrEqual(t, len(unescape([]byte(text))), len(text), "it never grows")
		ascii := strings.Map(func(r rune) rune { return r & 0x7f }, text)
		for _, format := range []string{"%%%02x", `\u%04X`, "&#%d;", "&#x%X;"} {
			assert.Equal(t, ascii, string(unescape([]byte(everyCharacter(format, ascii)))), format)
		}
	})
}

// BenchmarkContainsSecret measures a page of 10,000 groups, and the largest answer, all escapes.
func BenchmarkContainsSecret(b *testing.B) {
	u := newUpstream("https://example.com")
	userSig, err := u.signer.sign(time.Now())
	require.NoError(b, err)
	for name, page := range map[string]string{
		"plain":   strings.Repeat(`{"GroupId":"@TGS#2J4SZEAEL"},`, 10_000),
		"escapes": strings.Repeat(`\u0041`, restapi.MaxAnswerBytes/6),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(page)))
			for b.Loop() {
				u.containsSecret([]byte(page), userSig)
			}
		})
	}
}
