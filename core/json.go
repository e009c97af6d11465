package core

import (
	"unicode/utf8"

	"tencent-chat-groups/core/words"
)

// scanner reads JSON as RFC 8259 defines it, and nothing more: no comments, no trailing commas, no byte order mark.
// It stops at the first problem and says what and where it was.
type scanner struct {
	data    []byte
	pos     int
	problem string // empty while all is well; else what was wrong at byte pos
	decoded []byte // the last string that was read, if it had escapes
	depth   int    // of the value that is skipped
}

// maxDepth bounds how deep values may nest, so that an answer cannot choose how deep Go's stack grows.
const maxDepth = 1000

func (s *scanner) fail(problem string) bool {
	if s.problem == "" {
		s.problem = problem
	}
	return false
}

// describe tells the problem in the words that users see.
func (s *scanner) describe() string {
	return s.problem + " at byte " + itoa(int64(s.pos))
}

func (s *scanner) space() { s.pos = words.Space(s.data, s.pos) }

// peek returns the next byte, or 0 at the end (where a 0 in the text is as wrong as the end is).
func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

func (s *scanner) unexpected(wanted string) bool {
	if s.pos >= len(s.data) {
		return s.fail("the text ends where " + wanted + " should be")
	}
	return s.fail("unexpected character where " + wanted + " should be")
}

func (s *scanner) literal(word string) bool {
	for i := range len(word) {
		if s.peek() != word[i] {
			if s.pos < len(s.data) {
				s.pos -= i
			}
			return s.unexpected("a value")
		}
		s.pos++
	}
	return true
}

// object calls field for each key, with the scanner at the key's value, which field must read. The key is valid only
// until its value is read.
func (s *scanner) object(field func(key []byte) bool) bool {
	return s.elements('{', "object", func() bool {
		if s.peek() != '"' {
			return s.unexpected("a key")
		}
		key, ok := s.str(false)
		if !ok {
			return false
		}
		s.space()
		if s.peek() != ':' {
			return s.unexpected("a colon")
		}
		s.pos++
		s.space()
		return field(key)
	})
}

// array calls element with the scanner at each element, which element must read.
func (s *scanner) array(element func() bool) bool { return s.elements('[', "array", element) }

func (s *scanner) elements(open byte, what string, element func() bool) bool {
	if s.peek() != open {
		return s.unexpected("an " + what)
	}
	s.pos++
	s.space()
	end := open + 2 // in ASCII, a closing bracket is two further than the one that opens
	if s.peek() == end {
		s.pos++
		return true
	}
	for element() {
		s.space()
		c := s.peek()
		if c != ',' && c != end {
			return s.unexpected("a comma or the " + what + "'s end")
		}
		s.pos++
		if c == end {
			return true
		}
		s.space()
	}
	return false
}

// member is a member of an object that is wanted, and where its value goes: it is a string, a whole number, or whatever read
// reads.
type member struct {
	name   string
	text   *string
	lossy  bool // half of a character in the text becomes U+FFFD
	number *int64
	read   func() bool
}

// members reads a text that is one object: what is wanted of it into its place; the rest is only checked to be JSON. None that
// is wanted may come twice. The bit 1<<i of seen and found is for wanted[i]: seen, it was there; found, it was not null.
func (s *scanner) members(wanted []member) (seen, found int, ok bool) {
	s.space()
	ok = s.object(func(key []byte) bool {
		for i := range wanted {
			m := &wanted[i]
			if string(key) != m.name {
				continue
			}
			if seen&(1<<i) != 0 {
				return s.fail("a second " + m.name)
			}
			seen |= 1 << i
			if s.peek() == 'n' {
				return s.literal("null")
			}
			found |= 1 << i
			ok := false
			switch {
			case m.text != nil:
				var text []byte
				text, ok = s.str(!m.lossy)
				*m.text = string(text)
			case m.number != nil:
				*m.number, ok = s.integer()
			default:
				ok = m.read()
			}
			if !ok {
				s.problem = "in " + m.name + ": " + s.problem
			}
			return ok
		}
		return s.skip()
	})
	if ok {
		if s.space(); s.pos < len(s.data) {
			ok = s.fail("more text after the value")
		}
	}
	return seen, found, ok
}

// str reads a string. The text is valid only until the next one is read. A lone surrogate (half of a character, which UTF-8
// cannot hold) is a problem when lossless is asked for; else it becomes U+FFFD.
func (s *scanner) str(lossless bool) (text []byte, ok bool) {
	if s.peek() != '"' {
		return nil, s.unexpected("a string")
	}
	s.pos++
	s.decoded = s.decoded[:0]
	start := s.pos // of what is not in decoded
	for {
		s.pos = words.Plain(s.data, s.pos)
		switch c := s.peek(); {
		case s.pos >= len(s.data):
			return nil, s.fail("the text ends inside a string")
		case c == '"':
			text = s.data[start:s.pos]
			if len(s.decoded) > 0 {
				s.decoded = append(s.decoded, text...)
				text = s.decoded
			}
			s.pos++
			return text, true
		case c == '\\':
			s.decoded = append(s.decoded, s.data[start:s.pos]...)
			r, ok := s.escape(lossless)
			if !ok {
				return nil, false
			}
			s.decoded = append(s.decoded, string(r)...)
			start = s.pos
		case c < ' ':
			return nil, s.fail("a control character inside a string")
		default:
			r, size := utf8.DecodeRune(s.data[s.pos:])
			if r == utf8.RuneError && size == 1 {
				return nil, s.fail("invalid UTF-8")
			}
			s.pos += size
		}
	}
}

// escape reads an escape, of two if they are the halves of one character.
func (s *scanner) escape(lossless bool) (r rune, ok bool) {
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if s.pos+1 >= len(s.data) {
		s.pos = len(s.data)
		return 0, s.fail("the text ends inside a string")
	}
	c := s.data[s.pos+1]
	if c != 'u' {
		i := indexByte(letters, c)
		if i < 0 {
			return 0, s.fail("an unknown escape inside a string")
		}
		s.pos += 2
		return rune(meanings[i]), true
	}
	r = s.unit()
	if r < 0 {
		return 0, s.fail("a \\u without four hexadecimal digits")
	}
	s.pos += 6
	if r&^0x7ff != 0xd800 {
		return r, true
	}
	if r < 0xdc00 {
		if low := s.unit(); low&^0x3ff == 0xdc00 {
			s.pos += 6
			return 0x10000 + (r-0xd800)<<10 + low - 0xdc00, true
		}
	}
	return utf8.RuneError, !lossless || s.fail("a lone surrogate (half of a character)")
}

// unit tells which UTF-16 unit is written as \u and four hexadecimal digits where the scanner stands, -1 if none is.
func (s *scanner) unit() rune {
	if s.pos+6 > len(s.data) || s.data[s.pos] != '\\' || s.data[s.pos+1] != 'u' {
		return -1
	}
	var unit rune
	for _, c := range s.data[s.pos+2 : s.pos+6] {
		if !isHex(c) {
			return -1
		}
		if c > '9' {
			c += 9 // the letters' low bits begin with 1
		}
		unit = unit<<4 | rune(c&15)
	}
	return unit
}

// integer reads a number that must be a whole one in the range of int64, written without fraction and exponent: a cursor
// that went through a float would come out as another cursor.
func (s *scanner) integer() (int64, bool) {
	start := s.pos
	if s.peek() != '-' && !isDigit(s.peek()) {
		return 0, s.unexpected("a whole number")
	}
	if !s.number() {
		return 0, false
	}
	n, ok := atoi(string(s.data[start:s.pos]))
	if !ok {
		s.pos = start
		return 0, s.fail("a number that is not a whole one of at most 64 bits")
	}
	return n, true
}

// number steps over any JSON number.
func (s *scanner) number() bool {
	s.oneOf("-")
	if !s.oneOf("0") && !s.digits() {
		return false
	}
	if s.oneOf(".") && !s.digits() {
		return false
	}
	if s.oneOf("eE") {
		s.oneOf("+-")
		return s.digits()
	}
	return true
}

// oneOf steps over a character, if it is one of these.
func (s *scanner) oneOf(characters string) bool {
	if indexByte(characters, s.peek()) < 0 {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) digits() bool {
	start := s.pos
	for s.oneOf("0123456789") {
	}
	return s.pos > start || s.unexpected("a digit")
}

// skip steps over any value, checking that it is JSON.
func (s *scanner) skip() bool {
	switch c := s.peek(); c {
	case '{', '[':
		if s.depth == maxDepth {
			return s.fail("values nested too deeply")
		}
		s.depth++
		ok := false
		if c == '{' {
			ok = s.object(func([]byte) bool { return s.skip() })
		} else {
			ok = s.array(s.skip)
		}
		s.depth--
		return ok
	case '"':
		_, ok := s.str(false)
		return ok
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.number()
	}
	return s.unexpected("a value")
}
