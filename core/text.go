package core

// The few functions on text that the engine needs. Package strings has them all, but brings tables of Unicode into the
// module that every page downloads.

// same is == where one of the two is a constant: the compiler would compare it letter by letter, each with code of its own.
func same(a, b string) bool { return a == b }

func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

func hasSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && s[len(s)-len(suffix):] == suffix
}

func indexByte(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// sentence ends a text with a full stop, unless it ends in a mark of its own: what others wrote often does.
func sentence(text string) string {
	for hasSuffix(text, " ") {
		text = text[:len(text)-1]
	}
	if hasSuffix(text, ".") || hasSuffix(text, "?") || hasSuffix(text, "!") || hasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// lower turns ASCII letters into small ones.
func lower(s string) string {
	out := make([]byte, len(s))
	for i := range out {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out[i] = c
	}
	return string(out)
}

// cut takes a text apart at the first place of a byte. Without that, before is all of it, and found is false.
func cut(text string, at byte) (before, after string, found bool) {
	i := indexByte(text, at)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// join writes words, of which there is one at least, with a separator between them.
func join(words []string, separator string) string {
	list := words[0]
	for _, word := range words[1:] {
		list += separator + word
	}
	return list
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

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || c|' ' >= 'a' && c|' ' <= 'f'
}

func isAlphanumeric(c byte) bool {
	return isDigit(c) || c|' ' >= 'a' && c|' ' <= 'z'
}

// isUnreserved tells the characters that a URL may hold as they are (RFC 3986).
func isUnreserved(c byte) bool {
	return isAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'
}

// didYouMean ends a message with what a text was probably meant to be: a candidate that is the same but for capitals, or at most
// two letters off (one in a short word). It is "" if none is near.
func didYouMean(text string, candidates []string) string {
	best, bestDistance := "", 3
	if len(text) < 5 {
		bestDistance = 2
	}
	if len(text) > 40 {
		return ""
	}
	for _, candidate := range candidates {
		if d := distance(lower(text), lower(candidate)); d < bestDistance {
			best, bestDistance = ": did you mean "+candidate+"?", d
		}
	}
	return best
}

// distance is Levenshtein's: the least number of letters to insert, drop or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d++
			}
			diagonal = row[j+1]
			row[j+1] = min(d, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
