package core

// The few functions on text that the engine needs. Package strings has them all, but brings tables of Unicode into the
// module that every page downloads.

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

// splitSeq yields the parts of s between separators; "" has one part, the empty one.
func splitSeq(s string, separator byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for {
			i := indexByte(s, separator)
			if i < 0 {
				yield(s)
				return
			}
			if !yield(s[:i]) {
				return
			}
			s = s[i+1:]
		}
	}
}

// sentence ends a text with a full stop, unless it ends in a mark of its own: what others wrote often does.
func sentence(text string) string {
	for len(text) > 0 && text[len(text)-1] == ' ' {
		text = text[:len(text)-1]
	}
	for _, mark := range [...]string{".", "?", "!", "…"} {
		if hasSuffix(text, mark) {
			return text
		}
	}
	return text + "."
}

// lower turns ASCII letters into small ones.
func lower(s string) string {
	out := []byte(s)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// join writes words as a list: a, b, c.
func join(words []string) string {
	list := ""
	for i, word := range words {
		if i > 0 {
			list += ", "
		}
		list += word
	}
	return list
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// isUnreserved tells the characters that a URL may hold as they are (RFC 3986).
func isUnreserved(c byte) bool {
	return isAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'
}

// closest returns the candidate that text was probably meant to be, or "" if none is near: the same but for capitals, or
// at most two letters off (one in a short word).
func closest(text string, candidates []string) string {
	best, bestDistance := "", 3
	if len(text) < 5 {
		bestDistance = 2
	}
	if len(text) > 40 {
		return ""
	}
	for _, candidate := range candidates {
		if d := distance(lower(text), lower(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
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
