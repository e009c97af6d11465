package core

const mask = "[redacted]"

// redactMost bounds how much of a foreign text is looked at, in bytes; nobody reads more, and what is not looked at is cut off.
const redactMost = 16 * 1024

// redact takes secrets out of a text that came from elsewhere (a server's answer, an error of fetch) before it is shown:
// gateways like to repeat the URL that they could not reach, and this endpoint has its signature in the URL. It removes the
// listing's own UserSigs and every part of them, as they are and percent-encoded; whatever follows "usersig="; and what looks
// like a UserSig or a secret key, for behind a proxy nobody here knows which one was used.
func redact(text string, userSigs []string) string {
	text = text[:min(len(text), redactMost)]
	for _, userSig := range userSigs {
		text = maskParts(text, userSig)
		text = maskParts(text, string(appendPercentEncoded(nil, userSig)))
	}
	text = maskLookalikes(text)
	for i := 0; i+2*len(mask) <= len(text); {
		if text[i:i+2*len(mask)] == mask+mask { // two parts of one secret
			text = text[:i] + text[i+len(mask):]
		} else {
			i++
		}
	}
	const parameter = "usersig"
	folded := lower(text)
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		if !hasPrefix(folded[i:], parameter) {
			out = append(out, text[i])
			i++
			continue
		}
		from := i + len(parameter)
		from += len(equalsSign(folded[from:]))
		to := from
		if from > i+len(parameter) {
			for to < len(text) && isSignature(text[to]) {
				to++
			}
		}
		out = append(out, text[i:from]...)
		if to > from {
			out = append(out, mask...)
		}
		i = to
	}
	return string(out)
}

// isSignature tells the characters that a UserSig is made of, as it is or percent-encoded.
func isSignature(c byte) bool {
	return isUnreserved(c) || c == '%' || c == '*' || c == '+' || c == '/'
}

// equalsSign returns what a text begins with that stands between a name and its value, in whichever way it is written, or "".
func equalsSign(text string) string {
	for _, sign := range [...]string{"=", "%3d", "&#61;", "&#x3d;", "&equals;", "%253d", "\\u003d", `":"`, `": "`, `\":\"`} {
		if hasPrefix(text, sign) {
			return sign
		}
	}
	return ""
}

// maskParts masks a secret, and whatever holds a part of it: the text may have been cut on its way.
func maskParts(text, secret string) string {
	const partBytes = 8 // of which others are told apart for sure
	if secret == "" {
		return text
	}
	part := min(partBytes, len(secret))
	var out []byte
	start := 0
	for i := 0; i+part <= len(text); {
		if !within(secret, text[i:i+part]) {
			i++
			continue
		}
		out = append(append(out, text[start:i]...), mask...)
		if i += part; len(secret) > part {
			for i < len(text) && (isSignature(text[i]) || within(secret, text[i:i+1])) {
				i++
			}
		}
		start = i
	}
	return string(append(out, text[start:]...))
}

// maskLookalikes masks what is a UserSig by its looks (base64 of zlib, which begins with eJ) or a secret key (64 hexadecimal
// digits).
func maskLookalikes(text string) string {
	const leastUserSig, leastKey = 40, 64
	var out []byte
	start, hex := 0, 0
	for i := 0; i < len(text); i++ {
		hex++
		if !isHex(text[i]) {
			hex = 0
		}
		from := i
		if hex == leastKey {
			from = i + 1 - leastKey
		} else if text[i] != 'e' || i+1 == len(text) || text[i+1] != 'J' {
			continue
		}
		end := i
		for end < len(text) && isSignature(text[end]) {
			end++
		}
		if hex < leastKey && end-i < leastUserSig {
			continue
		}
		out = append(append(out, text[start:from]...), mask...)
		start, hex = end, 0
		i = end - 1
	}
	return string(append(out, text[start:]...))
}

// within tells whether part stands somewhere in text.
func within(text, part string) bool {
	for i := 0; i+len(part) <= len(text); i++ {
		if text[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

// excerpt is the beginning of what a server sent, fit to be shown on one line.
func excerpt(body []byte, userSigs []string) string {
	return oneLine(string(body), userSigs, 120)
}

// reason is what an error of the host's says, fit to be shown on one line.
func reason(text string, userSigs []string) string {
	return oneLine(text, userSigs, 300)
}

// oneLine shows at most so many characters of a text, without control characters and signatures.
func oneLine(text string, userSigs []string, most int) string {
	var out []byte
	shown, space := 0, false
	// Redact all of it before cutting: a signature that is cut in half would not be recognised.
	for _, r := range redact(text, userSigs) {
		if r <= ' ' || r >= 0x7f && r <= 0x9f {
			space = len(out) > 0
			continue
		}
		if shown == most {
			return string(out) + "…"
		}
		if space {
			out = append(out, ' ')
			space = false
			shown++
		}
		out = append(out, string(r)...)
		shown++
	}
	return string(out)
}
