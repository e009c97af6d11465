package proxy

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// containsSecret reports whether an answer has the key, the UserSig or the signature within the UserSig: as it is, in base64, in hex, and
// each of these with characters escaped as JSON, URLs and HTML do, up to twice. It does not find a UserSig that was cut short or whose
// letters' case was changed, which nobody can use, nor one that was compressed, encrypted or spread over several IDs.
//
// A page of 10,000 groups takes 2 to 7 ms, 2 MiB of escapes 50 ms.
func (u *upstream) containsSecret(text []byte, userSig string) bool {
	var secrets []string
	for _, signature := range []string{userSig, innerSignature(userSig)} {
		// What may be escaped or replaced is left out: of the rest, the longest run is unique enough.
		if run := longestRun(signature); run != "" {
			secrets = append(secrets, run)
		}
	}
	u.signer.holds(func(key string) bool {
		secrets = append(secrets, key, strings.ToLower(key), strings.ToUpper(key)) // keys are hexadecimal
		return false
	})
	slices.Sort(secrets)
	secrets = slices.Compact(secrets)
	var forms [][]byte
	for _, secret := range secrets {
		forms = append(forms, encodingsOf(secret)...)
	}
	const maxEscapes = 2
	for escapes := 0; ; escapes++ {
		for _, form := range forms {
			if bytes.Contains(text, form) {
				return true
			}
		}
		if escapes == maxEscapes || !bytes.ContainsAny(text, `\%&`) {
			return false
		}
		text = unescape(text)
	}
}

// longestRun returns the longest run of letters and digits.
func longestRun(text string) (longest string) {
	for run := range strings.FieldsFuncSeq(text, func(r rune) bool { return r > 'z' || !isAlphanumeric(byte(r)) }) {
		if len(run) > len(longest) {
			longest = run
		}
	}
	return longest
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// innerSignature returns the signature within a UserSig, in base64, or "". With it and the other fields, which are no secret, anybody
// could make the UserSig again. A UserSig is the base64 of a deflated JSON object, with three characters replaced.
func innerSignature(userSig string) string {
	const maxInflated = 8 << 10 // bytes; some 300 are usual
	deflated, err := base64.StdEncoding.DecodeString(strings.NewReplacer("*", "+", "-", "/", "_", "=").Replace(userSig))
	if err != nil {
		return ""
	}
	r, err := zlib.NewReader(bytes.NewReader(deflated))
	if err != nil {
		return ""
	}
	var fields struct {
		Sig string `json:"TLS.sig"`
	}
	if json.NewDecoder(io.LimitReader(r, maxInflated)).Decode(&fields) != nil {
		return ""
	}
	return fields.Sig
}

// encodingsOf returns what a secret looks like as it is, in hex, and in base64 at each of the three places where a group of three bytes
// may begin. The base64 of letters and digits has neither + nor /, so it is the same in each alphabet.
func encodingsOf(secret string) [][]byte {
	lower := hex.EncodeToString([]byte(secret))
	forms := [][]byte{[]byte(secret), []byte(lower), []byte(strings.ToUpper(lower))}
	for before := range 3 {
		encoded := base64.RawStdEncoding.AppendEncode(nil, append(make([]byte, before), secret...))
		first := (before*8 + 5) / 6 // characters that other bytes have a part in are left out
		last := (before + len(secret)) * 8 / 6
		if first < last {
			forms = append(forms, encoded[first:last])
		}
	}
	return forms
}

const lineEnd = -1

// unescape replaces \u0041 and \/ of JSON, %41 of URLs, and &#65; and &#x41; of HTML. It removes \r and \n, which break long lines of
// base64. What is no escape stays as it is.
func unescape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		r, size := escapeAt(text[i:])
		if size == 0 {
			out = append(out, text[i])
			i++
			continue
		}
		if r != lineEnd {
			out = utf8.AppendRune(out, r)
		}
		i += size
	}
	return out
}

// escapeAt returns the character that a text begins with if that is escaped, and the escape's size in bytes, or 0.
func escapeAt(text []byte) (r rune, size int) {
	if len(text) < 2 {
		return 0, 0
	}
	number := func(digits []byte, base rune) (r rune, ok bool) {
		for _, c := range digits {
			digit := rune(strings.IndexByte("0123456789abcdef", c|0x20)) // of a digit, the bit is set already
			if digit < 0 || digit >= base {
				return 0, false
			}
			r = min(r*base+digit, utf8.MaxRune+1) // what is greater is written as a replacement character
		}
		return r, len(digits) > 0
	}
	switch {
	case text[0] == '\\' && text[1] == 'u' && len(text) >= 6:
		if r, ok := number(text[2:6], 16); ok {
			return r, 6
		}
	case text[0] == '\\' && (text[1] == 'r' || text[1] == 'n'):
		return lineEnd, 2
	case text[0] == '\\' && text[1] != 'u':
		return rune(text[1]), 2
	case text[0] == '%' && len(text) >= 3:
		if r, ok := number(text[1:3], 16); ok {
			return r, 3
		}
	case text[0] == '&' && text[1] == '#':
		const maxEntity = 12 // bytes, with zeros at the front
		end := bytes.IndexByte(text[:min(len(text), maxEntity)], ';')
		if end < 0 {
			return 0, 0
		}
		digits, base := text[2:end], rune(10)
		if len(digits) > 0 && digits[0]|0x20 == 'x' {
			digits, base = digits[1:], 16
		}
		if r, ok := number(digits, base); ok {
			return r, end + 1
		}
	}
	return 0, 0
}
