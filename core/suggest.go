package core

import "tencent-chat-groups/core/internal/ascii"

// didYouMean returns the end of a message that suggests the candidate closest to text: equal but for capitals, or at
// most two letters off (one in a short word). It returns "" if none is close.
func didYouMean(text string, candidates []string) string {
	best, bestDistance := "", 3
	if len(text) < 5 {
		bestDistance = 2
	}
	if len(text) > 40 {
		return ""
	}
	for _, candidate := range candidates {
		if d := levenshtein(ascii.Lower(text), ascii.Lower(candidate)); d < bestDistance {
			best, bestDistance = ": did you mean "+candidate+"?", d
		}
	}
	return best
}

// levenshtein returns the minimum number of letters to insert, delete or replace.
func levenshtein(a, b string) int {
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
