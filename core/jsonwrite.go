package core

// jsonWriter writes one JSON object, field by field.
type jsonWriter struct{ text []byte }

func (w *jsonWriter) add(text string) { w.text = append(w.text, text...) }

// raw writes a field whose value is JSON already.
func (w *jsonWriter) raw(name, json string) {
	if len(w.text) == 0 {
		w.add(`{"`)
	} else {
		w.add(`,"`)
	}
	w.add(name)
	w.add(`":`)
	w.add(json)
}

func (w *jsonWriter) str(name, value string) { w.raw(name, quoted(value)) }

// optional writes a string field unless it is empty.
func (w *jsonWriter) optional(name, value string) {
	if value != "" {
		w.str(name, value)
	}
}

func (w *jsonWriter) integer(name string, value int64) { w.raw(name, itoa(value)) }

func (w *jsonWriter) boolean(name string, value bool) {
	text := "false"
	if value {
		text = "true"
	}
	w.raw(name, text)
}

func (w *jsonWriter) end() string {
	if len(w.text) == 0 {
		return "{}"
	}
	w.add("}")
	return string(w.text)
}

// quoted is s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func quoted(s string) string {
	const hexDigits = "0123456789abcdef"
	var w jsonWriter
	w.add(`"`)
	for _, r := range s {
		switch {
		case r < ' ' || r == 0x7f:
			w.add(`\u00`)
			w.add(hexDigits[r>>4 : r>>4+1])
			w.add(hexDigits[r&15 : r&15+1])
			continue
		case r == '"' || r == '\\':
			w.add(`\`)
		}
		w.add(string(r))
	}
	w.add(`"`)
	return string(w.text)
}
