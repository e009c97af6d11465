package redact

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	hexadecimals "encoding/hex"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
)

// A UserSig as the vendor's libraries make them: base64 with * - _ in place of + / =.
const madeUpUserSig = "eJyrVkrOT0lVslLyCA3xdS*pDHX2Cg8yr0qKDC73jMxPyUhPL8kuA-oAXZ_"

func TestASignatureIsTakenOutHoweverItIsWritten(t *testing.T) {
	percent := url.QueryEscape(madeUpUserSig)
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"nothing secret", "nothing secret"},
		{madeUpUserSig, "[redacted]"},
		{"(" + madeUpUserSig + ")", "([redacted])"},
		{percent, "[redacted]"},
		{strings.ReplaceAll(percent, "%2A", "%2a"), "[redacted]"},
		{url.QueryEscape(percent), "[redacted]"},
		{madeUpUserSig[:20] + " (cut)", "[redacted] (cut)"},
		{madeUpUserSig[:8] + "\u2026", "[redacted]\u2026"},
		{madeUpUserSig + madeUpUserSig, "[redacted]"},
		{"https://x.example/?sdkappid=1&usersig=" + percent + "&random=1", "https://x.example/?sdkappid=1&usersig=[redacted]&random=1"},
		{"usersig=of-another&a=b", "usersig=[redacted]&a=b"},
		{"UserSig=OF-ANOTHER;", "UserSig=[redacted];"},
		{"usersig%3Dof-another%26random%3D1", "usersig%3D[redacted]"},
		{"usersig&#61;of-another&amp;a", "usersig&#61;[redacted]&amp;a"},
		{"usersig&equals;of-another&amp;a", "usersig&equals;[redacted]&amp;a"},
		{`"usersig\u003dof-another\u0026a"`, `"usersig\u003d[redacted]\u0026a"`},
		{`{"usersig":"of-another","a":1}`, `{"usersig":"[redacted]","a":1}`},
		{`{"UserSig": "of-another"}`, `{"UserSig": "[redacted]"}`},
		{`"{\"usersig\":\"of-another\"}"`, `"{\"usersig\":\"[redacted]\"}"`},
		{"the usersig: it has expired", "the usersig: it has expired"},
		{"usersig=", "usersig="}, {"usersig", "usersig"}, {"the usersig is missing", "the usersig is missing"},
		{"usersig=usersig=abc", "usersig=[redacted]=abc"},
		{"群usersig=abc 群", "群usersig=[redacted] 群"},
	} {
		got := Text(test.text, []string{"", madeUpUserSig})
		assert.Equal(t, test.want, got, test.text)
		assert.Equal(t, got, Text(got, []string{madeUpUserSig}), "redacting twice changes nothing")
	}
}

func TestASignatureIsTakenOutInBase64AndHexadecimal(t *testing.T) {
	for _, before := range []string{"", "a", "ab", "abc", "https://x.example/?sdkappid=1&usersig="} {
		for _, after := range []string{"", "&", "&random=17&contenttype=json"} {
			text := before + madeUpUserSig + after
			encoded := []string{hexadecimals.EncodeToString([]byte(text))}
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding} {
				encoded = append(encoded, encoding.EncodeToString([]byte(text)))
			}
			for _, each := range encoded {
				got := Text("trace "+each+" of nginx", []string{madeUpUserSig})
				assert.Contains(t, got, mask)
				assert.True(t, strings.HasSuffix(got, " of nginx"), got)
				for _, word := range strings.FieldsFunc(got, func(r rune) bool { return strings.ContainsRune("[] ", r) }) {
					for _, decode := range []func(string) ([]byte, error){hexadecimals.DecodeString, base64.RawStdEncoding.DecodeString} {
						for skip := range min(4, len(word)) {
							part := word[skip:]
							decoded, _ := decode(part[:len(part)-len(part)%4])
							for i := range len(madeUpUserSig) - 5 {
								assert.NotContains(t, string(decoded), madeUpUserSig[i:i+5], got)
							}
						}
					}
				}
			}
		}
	}
	for _, harmless := range []string{"QUJDREVGR0hJSktMTU5PUA==", "4142434445464748494a4b4c4d4e4f50", "0123456789abcdef"} {
		assert.Equal(t, harmless, Text(harmless, []string{madeUpUserSig}))
	}
}

func TestEverySignatureOfAListingIsTakenOut(t *testing.T) {
	first, second := "eJw-the-first-signature", "eJy-the-second*signature"
	assert.Equal(t, "[redacted] [redacted]", Text(first+" "+second, []string{first, second}))
	assert.Equal(t, "[redacted] a [redacted]", Text("short a short", []string{"short"}))
	assert.Equal(t, "with [redacted]!", Text("with white space & signs!", []string{"white space & signs"}))
	assert.Equal(t, "[redacted]s", Text("shorts", []string{"short"}))
	assert.Equal(t, "[redacted]", Text("(signature) (again", []string{"(signature) (again"}))
	adjacent := []string{"white space & signs", "[{!#$?:;<>}]"}
	assert.Equal(t, "[redacted]", Text(adjacent[0]+adjacent[1], adjacent))
}

func TestWhatAServerSentIsShownOnOneShortLine(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{"", ""}, {" \r\n\t ", ""}, {"a", "a"}, {"\x00a\x1b[31m\r\n  b\u0085\u009bc ", "a [31m b c"},
		{strings.Repeat("x", 120), strings.Repeat("x", 120)},
		{strings.Repeat("x", 121), strings.Repeat("x", 120) + "\u2026"},
		{strings.Repeat("群", 121), strings.Repeat("群", 120) + "\u2026"},
		{"\xff\xfe", "\ufffd\ufffd"}, {"a\x7fb\u009fc\u00a0d", "a b c\u00a0d"},
		{strings.Repeat("x ", 60) + "y", strings.Repeat("x ", 59) + "x\u2026"},
		{strings.Repeat("x", 100) + "usersig=" + madeUpUserSig, strings.Repeat("x", 100) + "usersig=[redacted]"},
		{strings.Repeat("x", 115) + madeUpUserSig, strings.Repeat("x", 115) + "[reda\u2026"},
	} {
		assert.Equal(t, test.want, Line(test.body, []string{madeUpUserSig}, 120))
	}
}

func TestWhatLooksLikeASecretIsTakenOutThoughNobodyHereKnowsIt(t *testing.T) {
	userSig, key := "eJ"+strings.Repeat("aB3*-_x9", 5), strings.Repeat("0123456789abcdef", 4)
	made, err := tencentyun.GenUserSig(1400000000, key, "administrator", 600)
	require.NoError(t, err)
	looks := []string{userSig, made}
	for level := zlib.HuffmanOnly; level <= zlib.BestCompression; level++ { // the vendor's libraries differ in it
		var packed bytes.Buffer
		w, err := zlib.NewWriterLevel(&packed, level)
		require.NoError(t, err)
		_, err = w.Write([]byte(strings.Repeat(key, 3) + made))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		looks = append(looks, strings.NewReplacer("+", "*", "/", "-", "=", "_").Replace(base64.StdEncoding.EncodeToString(packed.Bytes())))
	}
	for _, userSig := range looks {
		assert.Equal(t, "UserSig ([redacted]) illegal", Text("UserSig ("+userSig+") illegal", nil))
	}
	assert.Equal(t, "key [redacted]!", Text("key "+key+"!", nil))
	for _, harmless := range []string{userSig[:30], key[:63], "@TGS#2J4SZEAEL", "eJ"} {
		assert.Equal(t, harmless, Text(harmless, nil))
	}
}

func TestTheFormOfASecret(t *testing.T) {
	key := strings.Repeat("0123456789abcdeF", 4)
	made, err := tencentyun.GenUserSig(1400000000, key, "administrator", 600)
	require.NoError(t, err)
	for _, userSig := range []string{made, madeUpUserSig, "eJ" + strings.Repeat("x", 38)} {
		assert.True(t, IsUserSig(userSig))
		assert.False(t, IsSecretKey(userSig))
	}
	assert.True(t, IsSecretKey(key))
	assert.True(t, IsSecretKey(strings.Repeat("09afAF", 11)[:64]))
	assert.False(t, IsUserSig(key))
	for _, neither := range []string{"", "eJ", "eJ" + strings.Repeat("x", 37), key[1:], key + "0", key[:63] + "g", key[:63] + "G", made[:30], "x" + made, made + " ", strings.Repeat("k", 64)} {
		assert.False(t, IsUserSig(neither), neither)
		assert.False(t, IsSecretKey(neither), neither)
	}
}

func TestBase64Inside(t *testing.T) {
	const secret = "ab?cd>ef\xff\x00"
	for n := range len(secret) + 1 {
		for skip := range min(3, n+1) {
			whole := (n - skip) / 3 * 3
			want := base64.StdEncoding.EncodeToString([]byte(secret[skip : skip+whole]))
			assert.Equal(t, want, base64Inside(secret[:n], skip))
		}
	}
}
