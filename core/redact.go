package core

// redact takes signatures out of a text that came from elsewhere (a server's answer, an error of fetch) before it is
// shown: gateways like to repeat the URL that they could not reach, and this endpoint has its signature in the URL. It
// removes the listing's own UserSigs, as they are and percent-encoded, whole or cut short, and whatever follows "usersig=".
func redact(text string, userSigs []string) string {
	const mask = "[redacted]"
	for _, userSig := range userSigs {
		if userSig == "" {
			continue
		}
		text = maskSecret(text, userSig, mask)
		text = maskSecret(text, string(appendPercentEncoded(nil, userSig)), mask)
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

// maskSecret masks a secret, and whatever begins as it does: the text may have been cut on its way, and the UserSigs of one
// identifier begin alike.
func maskSecret(s, secret, mask string) string {
	const leastBytes = 8
	least := secret[:min(len(secret), leastBytes)]
	var out []byte
	start := 0
	for i := 0; i+len(least) <= len(s); {
		if s[i:i+len(least)] != least {
			i++
			continue
		}
		out = append(append(out, s[start:i]...), mask...)
		i += len(least)
		for n := len(least); i < len(s) && (n < len(secret) && s[i] == secret[n] || isSignature(s[i])); n++ {
			i++
		}
		start = i
	}
	if start == 0 {
		return s
	}
	return string(append(out, s[start:]...))
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
