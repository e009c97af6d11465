package restapi

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"tencent-chat-groups/core/internal/strictjson"
)

// ProfileList holds profiles in the form in which they cross into JavaScript: a table of numbers and two strings.
// JavaScript makes objects of them in a third of the time that JSON.parse takes.
type ProfileList struct {
	Count int

	// Rows has the profiles, one after another: two numbers for the group ID, for each field of the query, and for
	// custom fields if the query has keys. For a string they are where it begins and ends in ASCII or, if they are
	// negative, as complements (^start, ^end) in Wide. For an integer the first is its value, for a switch 1 or 0.
	// Custom fields are a string of JSON: {"key":"value",...}. The first is NaN if the service sent no value.
	Rows []float64

	// The strings, without separators: those in ASCII, and the others in UTF-8. Places in Wide count UTF-16 units.
	ASCII, Wide []byte
}

// RowSize returns the length of a row.
func (q ProfileQuery) RowSize() int {
	values := 1 + len(q.Fields)
	if len(q.AppDefinedData) > 0 {
		values++
	}
	return 2 * values
}

// JSON returns the profiles as a JSON array of what JavaScript makes of them. It is for hosts written in Go.
func (list ProfileList) JSON(query ProfileQuery) string {
	wide := utf16.Encode([]rune(string(list.Wide)))
	text := func(start, end float64) string {
		if start < 0 {
			return string(utf16.Decode(wide[^int(start):^int(end)]))
		}
		return string(list.ASCII[int(start):int(end)])
	}
	profiles := make([]string, list.Count)
	for i := range profiles {
		row := list.Rows[i*query.RowSize():]
		var w strictjson.Writer
		w.String("groupId", text(row[0], row[1]))
		for _, field := range query.Fields {
			row = row[2:]
			switch {
			case isAbsent(row[0]):
			case field.Kind == TextField:
				w.String(field.Name, text(row[0], row[1]))
			case field.Kind == IntegerField:
				w.Integer(field.Name, int64(row[0]))
			default:
				w.Raw(field.Name, strconv.FormatBool(row[0] == 1))
			}
		}
		if len(query.AppDefinedData) > 0 && !isAbsent(row[2]) {
			w.Raw("appDefinedData", text(row[2], row[3]))
		}
		profiles[i] = w.End()
	}
	return "[" + strings.Join(profiles, ",") + "]"
}
