package core

import "strings"

// Messages name options by placeholders, {option:limit}, since each surface has another name for them: limit in
// JavaScript, --limit on the command line.

func optionText(name string) string { return "{option:" + name + "}" }

// FillOptions replaces the placeholders of options in a message.
func FillOptions(message string, nameOf func(option string) string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(message, "{option:")
		option, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			out.WriteString(message)
			return out.String()
		}
		out.WriteString(before + nameOf(option))
		message = after
	}
}

// withOptionNames fills in the names that the options have in JavaScript.
func withOptionNames(message string) string {
	return FillOptions(message, func(option string) string { return option })
}
