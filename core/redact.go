package core

const mask = "[redacted]"

// redactMost bounds how much of a foreign text is looked at, in bytes; nobody reads more, and what is not looked at is cut off.
const redactMost = 16 * 1024

// redact takes secrets out of a text that came from elsewhere (a server's answer, an error of fetch) before it is shown:
// gateways like to repeat the URL that they could not reach, and this endpoint has its signature in the URL. It removes the
// listing's own UserSigs and every part of them, as they are, percent-encoded, in base64 and in small hexadecimal digits; whatever follows "usersig="; and what looks
// like a UserSig or a secret key, for behind a proxy nobody here knows which one was used.
func redact(text string, userSigs []string) string {
	text = text[:min(len(text), redactMost)]
	var secrets []string
	for _, userSig := range userSigs {
		secrets = append(secrets, userSig, percentEncoded(userSig), hexadecimal(userSig))
		for skipped := range 3 { // whatever stands before it in what was encoded
			secrets = append(secrets, base64Inside(userSig, skipped))
		}
	}
	var out jsonWriter
	start := 0 // of what is not in out yet
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
		if start == 0 || from > start { // else a part of the same secret
			out.add(text[start:from])
			out.add(mask)
		}
		i, start = to, to
	}
	out.add(text[start:])
	return string(out.text)
}

// base64Inside is what base64 makes of a secret that stands behind so many bytes (modulo 3) of other text, without the characters at
// its edges that depend on what is next to it.
func base64Inside(secret string, before int) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var out []byte
	for i := (3 - before) % 3; i+3 <= len(secret); i += 3 {
		bits := uint32(secret[i])<<16 | uint32(secret[i+1])<<8 | uint32(secret[i+2])
		out = append(out, digits[bits>>18], digits[bits>>12&63], digits[bits>>6&63], digits[bits&63])
	}
	return string(out)
}

func hexadecimal(secret string) string {
	const digits = "0123456789abcdef"
	var out []byte
	for i := range len(secret) {
		out = append(out, digits[secret[i]>>4], digits[secret[i]&15])
	}
	return string(out)
}

// endOfPart tells where a secret ends of which the text has a part at i, or i: the text may have been cut on its way.
func endOfPart(text string, i int, secret string) int {
	const partBytes = 8 // of which others are told apart for sure
	part := min(partBytes, len(secret))
	if secret == "" || i+part > len(text) || !within(secret, text[i:i+part]) {
		return i
	}
	if i += part; len(secret) > part {
		for i < len(text) && (isSignature(text[i]) || within(secret, text[i:i+1])) {
			i++
		}
	}
	return i
}

// beginsLikeUserSig knows the base64 of how zlib begins, at each level of compression: the vendor's libraries differ in it.
func beginsLikeUserSig(text string) bool {
	return hasPrefix(text, "e") && len(text) > 1 && within("AFJN", text[1:2])
}

// endOfLookalike tells where what is at i ends if that is a UserSig by its looks (base64 of zlib) or a secret key (64 hexadecimal
// digits), or i.
func endOfLookalike(text string, i int) int {
	const leastUserSig, leastKey = 40, 64
	end, least := i, leastUserSig
	if !beginsLikeUserSig(text[i:]) {
		for least = leastKey; end < len(text) && end < i+leastKey && isHex(text[end]); end++ {
		}
		if end < i+leastKey {
			return i
		}
	}
	for end < len(text) && isSignature(text[end]) {
		end++
	}
	if end < i+least {
		return i
	}
	return end
}

// parameterAt tells from where to where the value of a parameter is that begins at i, if that is named as the one which
// carries the signature.
func parameterAt(text string, i int) (from, to int) {
	const parameter = "usersig"
	folded := lower(text[i:min(len(text), i+20)])
	if !hasPrefix(folded, parameter) {
		return i, i
	}
	for _, sign := range [...]string{"=", "%3d", "&#61;", "&#x3d;", "&equals;", "%253d", "\\u003d", `":"`, `": "`, `\":\"`} {
		if hasPrefix(folded[len(parameter):], sign) {
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

// isSignature tells the characters that a UserSig is made of, as it is or percent-encoded.
func isSignature(c byte) bool {
	return isUnreserved(c) || c == '%' || c == '*' || c == '+' || c == '/'
}

const (
	excerptMost = 120 // characters of what a server sent
	reasonMost  = 300 // characters of what an error of the host's says
)

// oneLine shows at most so many characters of a text, without control characters and signatures.
func oneLine(text string, userSigs []string, most int) string {
	var out jsonWriter
	space := false
	// Redact all of it before cutting: a signature that is cut in half would not be recognised.
	for _, r := range redact(text, userSigs) {
		if r <= ' ' || r >= 0x7f && r <= 0x9f {
			space = len(out.text) > 0
			continue
		}
		if most <= 0 {
			out.add("…")
			break
		}
		if space {
			out.add(" ")
			space = false
			most--
		}
		out.add(string(r))
		most--
	}
	return string(out.text)
}
