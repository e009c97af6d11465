package core

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDidYouMean(t *testing.T) {
	long := strings.Repeat("abcd", 10) // 40 letters: nobody means an option by more
	for _, test := range []struct {
		text       string
		candidates []string
		want       string
	}{
		{"LIMIT", []string{"next", "limit"}, "limit"},
		{"limits", []string{"next", "limit"}, "limit"},
		{"lmt12", []string{"lmt"}, "lmt"},
		{"lim", []string{"lim12"}, ""}, // two of three letters
		{"lima", []string{"limabc"}, ""},
		{"limab", []string{"limabcd"}, "limabcd"},
		{"limab", []string{"limabcde"}, ""},
		{"nex", []string{"limit", "next", "text"}, "next"},
		{"next", []string{"nexta", "nextb"}, "nexta"},
		{"nextb", []string{"nexta", "nextb"}, "nextb"},
		{long, []string{long + "e"}, long + "e"},
		{long + "e", []string{long}, ""},
		{"", []string{"limit"}, ""},
		{"limit", nil, ""},
	} {
		want := test.want
		if want != "" {
			want = ": did you mean " + want + "?"
		}
		assert.Equal(t, want, didYouMean(test.text, test.candidates), test.text)
	}
}

func TestLevenshtein(t *testing.T) {
	words := []string{""}
	for i := 0; len(words) < 200; i++ {
		for _, letter := range []string{"a", "b", "c"} {
			words = append(words, words[i]+letter)
		}
	}
	var distance func(a, b string) int // by definition
	distance = func(a, b string) int {
		switch {
		case a == "" || b == "":
			return len(a) + len(b)
		case a[0] == b[0]:
			return distance(a[1:], b[1:])
		}
		return 1 + min(distance(a[1:], b), distance(a, b[1:]), distance(a[1:], b[1:]))
	}
	for _, a := range words {
		for _, b := range words {
			if got, want := levenshtein(a, b), distance(a, b); got != want {
				t.Errorf("from %q to %q there are %d letters, not %d", a, b, want, got)
			}
		}
	}
}
