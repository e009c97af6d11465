// Package redact removes signatures and secret keys from text that came from elsewhere, such as a server's answer or an
// error of fetch, before it is shown. Gateways like to repeat the URL that they could not reach, and the endpoint's URL
// contains the UserSig.
package redact

import (
	"strings"
	"unicode/utf8"

	"tencent-chat-groups/core/internal/ascii"
	"tencent-chat-groups/core/restapi"
)

// MaxBytes bounds the text that is searched. Nobody reads more; the rest is cut off.
const MaxBytes = 16 * 1024

const mask = "[redacted]"

const (
	minUserSig = 40 // characters
	keyDigits  = 64
)

// Text replaces secrets by [redacted]. It removes the given UserSigs and every part of them, as they are,
// percent-encoded, in base64 and in hexadecimal; every value after "usersig="; and whatever looks like a UserSig or a
// secret key, because behind a proxy the UserSig is not known.
func Text(text string, userSigs []string) string {
	text = text[:min(len(text), MaxBytes)]
	var secrets []string
	for _, userSig := range userSigs {
		secrets = append(secrets, userSig, restapi.PercentEncode(userSig), hexadecimal(userSig))
		for skip := range 3 {
			secrets = append(secrets, base64Inside(userSig, skip))
		}
	}
	var out strings.Builder
	start := 0 // of what is not in out
	for i := 0; i < len(text); {
		from, to := i, endOfLookalike(text, i)
		for _, secret := range secrets {
			to = max(to, endOfPart(text, i, secret))
		}
		if to == i {
			from, to = parameterAt(text, i)
		}
		if to == from {
			i++
			continue
		}
		if start == 0 || from > start { // otherwise it is more of the same secret
			out.WriteString(text[start:from])
			out.WriteString(mask)
		}
		i, start = to, to
	}
	out.WriteString(text[start:])
	return out.String()
}

// Line is like Text, but returns one line of at most maxCharacters, without control characters.
func Line(text string, userSigs []string, maxCharacters int) string {
	var out []byte
	space := false
	// The text is redacted before it is cut: half a signature might not be recognized.
	for _, r := range Text(text, userSigs) {
		if r <= ' ' || r >= 0x7f && r <= 0x9f {
			space = len(out) > 0
			continue
		}
		characters := 1
		if space {
			characters = 2
		}
		if maxCharacters < characters {
			return string(out) + "…"
		}
		if space {
			out = append(out, ' ')
			space = false
		}
		out = utf8.AppendRune(out, r)
		maxCharacters -= characters
	}
	return string(out)
}

// base64Inside returns the part of a text's base64 that a secret in it determines. Base64 encodes three bytes at a
// time: skip is the number of bytes of the secret that are encoded together with bytes before it.
func base64Inside(secret string, skip int) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var out []byte
	for i := skip; i+3 <= len(secret); i += 3 {
		bits := uint32(secret[i])<<16 | uint32(secret[i+1])<<8 | uint32(secret[i+2])
		out = append(out, digits[bits>>18], digits[bits>>12&63], digits[bits>>6&63], digits[bits&63])
	}
	return string(out)
}

// hexadecimal returns the lower-case hexadecimal digits of a text. (Package encoding/hex would bring fmt into
// groups.wasm.)
func hexadecimal(text string) string {
	const digits = "0123456789abcdef"
	var out []byte
	for _, c := range []byte(text) {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

// endOfPart returns the end of a part of a secret that begins at i, or i: the text may have been cut on its way.
func endOfPart(text string, i int, secret string) int {
	const minPart = 8 // bytes; shorter parts are in other texts too
	part := min(minPart, len(secret))
	if secret == "" || i+part > len(text) || !strings.Contains(secret, text[i:i+part]) {
		return i
	}
	if i += part; len(secret) > part {
		for i < len(text) && (isSignature(text[i]) || strings.IndexByte(secret, text[i]) >= 0) {
			i++
		}
	}
	return i
}

// endOfLookalike returns the end of whatever looks like a UserSig (base64 of zlib) or a secret key (64 hexadecimal
// digits) at i, or i.
func endOfLookalike(text string, i int) int {
	end, minimum := i, minUserSig
	if !beginsLikeUserSig(text[i:]) {
		for minimum = keyDigits; end < len(text) && isHex(text[end]); end++ {
		}
		if end < i+keyDigits {
			return i
		}
	}
	for end < len(text) && isSignature(text[end]) {
		end++
	}
	if end < i+minimum {
		return i
	}
	return end
}

// IsUserSig reports whether text has the form of a UserSig.
func IsUserSig(text string) bool {
	return beginsLikeUserSig(text) && endOfLookalike(text, 0) == len(text)
}

// beginsLikeUserSig reports whether text begins as the base64 of zlib does. The vendor's libraries differ in the level
// of compression.
func beginsLikeUserSig(text string) bool {
	return len(text) > 1 && text[0] == 'e' && strings.IndexByte("AFJN", text[1]) >= 0
}

// IsSecretKey reports whether text has the form of a secret key.
func IsSecretKey(text string) bool {
	for _, c := range []byte(text) {
		if !isHex(c) {
			return false
		}
	}
	return len(text) == keyDigits
}

// parameterAt returns the position of the value of a usersig parameter that begins at i.
func parameterAt(text string, i int) (from, to int) {
	const parameter = "usersig"
	folded := ascii.Lower(text[i:min(len(text), i+20)])
	if !strings.HasPrefix(folded, parameter) {
		return i, i
	}
	for _, sign := range []string{"=", "%3d", "&#61;", "&#x3d;", "&equals;", "%253d", "\\u003d", `":"`, `": "`, `\":\"`} {
		if strings.HasPrefix(folded[len(parameter):], sign) {
			from = i + len(parameter) + len(sign)
			to = from
			for to < len(text) && isSignature(text[to]) {
				to++
			}
			return from, to
		}
	}
	return i, i
}

// isSignature reports whether a UserSig can contain c, as it is or percent-encoded.
func isSignature(c byte) bool {
	return restapi.IsUnreserved(c) || c == '%' || c == '*' || c == '+' || c == '/'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
