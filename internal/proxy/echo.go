package proxy

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// containsSecret reports whether an answer contains the key, the UserSig or the signature within it: plain, in base64
// or in hexadecimal, each also with up to two levels of escapes of JSON, URLs and HTML. It does not find a UserSig that
// is compressed, encrypted or spread over several IDs.
//
// A page of 10,000 groups takes 2 to 7 ms, 2 MiB of escapes 50 ms.
func (u *upstream) containsSecret(text []byte, userSig string) bool {
	key := u.signer.currentKey()
	secrets := []string{key, strings.ToLower(key), strings.ToUpper(key)} // keys are hexadecimal
	for _, signature := range []string{userSig, innerSignature(userSig)} {
		// The longest run of letters and digits is unique enough, and no escape changes it.
		if run := longestRun(signature); run != "" {
			secrets = append(secrets, run)
		}
	}
	slices.Sort(secrets)
	var encodings [][]byte
	for _, secret := range slices.Compact(secrets) {
		encodings = append(encodings, encodingsOf(secret)...)
	}
	const maxEscapes = 2
	for escapes := 0; ; escapes++ {
		if slices.ContainsFunc(encodings, func(encoding []byte) bool { return bytes.Contains(text, encoding) }) {
			return true
		}
		if escapes == maxEscapes || !bytes.ContainsAny(text, `\%&`) {
			return false
		}
		text = unescape(text)
	}
}

var alphanumeric = regexp.MustCompile(`[0-9A-Za-z]+`)

// longestRun returns the longest run of letters and digits.
func longestRun(text string) (longest string) {
	for _, run := range alphanumeric.FindAllString(text, -1) {
		if len(run) > len(longest) {
			longest = run
		}
	}
	return longest
}

// innerSignature returns the signature within a UserSig, in base64, or "". With it anybody could make the UserSig
// again. A UserSig is the base64 of a deflated JSON object, with three characters replaced.
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

// encodingsOf returns a secret plain, in hexadecimal, and in base64 at each of the three offsets within a group of
// three bytes. The base64 of letters and digits contains neither + nor /, so it is the same in both alphabets.
func encodingsOf(secret string) [][]byte {
	lower := hex.EncodeToString([]byte(secret))
	encodings := [][]byte{[]byte(secret), []byte(lower), []byte(strings.ToUpper(lower))}
	for before := range 3 {
		encoded := base64.RawStdEncoding.AppendEncode(nil, append(make([]byte, before), secret...))
		first := (before*8 + 5) / 6 // without characters that also depend on other bytes
		last := (before + len(secret)) * 8 / 6
		if first < last {
			encodings = append(encodings, encoded[first:last])
		}
	}
	return encodings
}

const lineEnd = -1

// unescape decodes \u0041 and \/ of JSON, %41 of URLs, and &#65; and &#x41; of HTML. It removes escaped line ends.
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

// escapeAt decodes the escape that a text begins with, and returns its size in bytes, 0 for none.
func escapeAt(text []byte) (r rune, size int) {
	if len(text) < 2 {
		return 0, 0
	}
	number := func(digits []byte, base rune) (r rune, ok bool) {
		for _, c := range digits {
			digit := rune(strings.IndexByte("0123456789abcdef", c|0x20)) // digits have this bit
			if digit < 0 || digit >= base {
				return 0, false
			}
			r = min(r*base+digit, utf8.MaxRune+1) // greater values become replacement characters
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
