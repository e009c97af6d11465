package core

import (
	"math/bits"
	"unicode/utf8"
)

// scanner reads JSON as RFC 8259 defines it, and nothing more: no comments, no trailing commas, no byte order mark.
// It stops at the first problem and says what and where it was.
type scanner struct {
	data    []byte
	pos     int
	problem string // empty while all is well; else what was wrong at byte pos
	key     []byte // the memory of the key that was read last
}

// maxDepth bounds how deep values may nest, so that a hostile answer cannot exhaust the stack. It is encoding/json's bound.
const maxDepth = 10000

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

func (s *scanner) space() { s.pos = afterSpace(s.data, s.pos) }

// afterSpace is where the first byte is, at pos or behind it, that is no white space.
func afterSpace(data []byte, pos int) int {
	for pos < len(data) && (data[pos] == ' ' || data[pos] == '\n' || data[pos] == '\r' || data[pos] == '\t') {
		pos++
	}
	return pos
}

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
	if rest := string(s.data[s.pos:min(len(s.data), s.pos+len(word))]); rest != word {
		if hasPrefix(word, rest) {
			s.pos = len(s.data)
		}
		return s.unexpected("a value")
	}
	s.pos += len(word)
	return true
}

// object calls field for each key, with the scanner at the key's value, which field must read. The key is valid only
// until its value is read.
func (s *scanner) object(field func(key []byte) bool) bool {
	if s.peek() != '{' {
		return s.unexpected("an object")
	}
	s.pos++
	s.space()
	if s.peek() == '}' {
		s.pos++
		return true
	}
	for {
		if s.peek() != '"' {
			return s.unexpected("a key")
		}
		key, ok := s.str(s.key[:0], false)
		s.key = key // its memory serves the next one
		if !ok {
			return false
		}
		s.space()
		if s.peek() != ':' {
			return s.unexpected("a colon")
		}
		s.pos++
		s.space()
		if !field(key) {
			return false
		}
		s.space()
		switch s.peek() {
		case ',':
			s.pos++
			s.space()
		case '}':
			s.pos++
			return true
		default:
			return s.unexpected("a comma or the object's end")
		}
	}
}

// member is a member of an object that is wanted, and where its value goes: it is a string, a whole number, or whatever read
// reads.
type member struct {
	name   string
	text   *string
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
			if s.null() {
				return true
			}
			found |= 1 << i
			ok := false
			switch {
			case m.text != nil:
				*m.text, ok = s.text()
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
	}) && s.end()
	return seen, found, ok
}

// array calls element with the scanner at each element, which element must read.
func (s *scanner) array(element func() bool) bool {
	if s.peek() != '[' {
		return s.unexpected("an array")
	}
	s.pos++
	s.space()
	if s.peek() == ']' {
		s.pos++
		return true
	}
	for {
		if !element() {
			return false
		}
		s.space()
		switch s.peek() {
		case ',':
			s.pos++
			s.space()
		case ']':
			s.pos++
			return true
		default:
			return s.unexpected("a comma or the array's end")
		}
	}
}

// null reads a null if there is one.
func (s *scanner) null() bool {
	return s.peek() == 'n' && s.literal("null")
}

// text reads a string that must be lossless.
func (s *scanner) text() (string, bool) {
	text, ok := s.str(nil, true)
	return string(text), ok
}

// str appends a string's text to dst. A lone surrogate (half of a character, which UTF-8 cannot hold) is a problem when
// lossless is asked for; else it becomes U+FFFD.
func (s *scanner) str(dst []byte, lossless bool) ([]byte, bool) {
	if s.peek() != '"' {
		return dst, s.unexpected("a string")
	}
	s.pos++
	for {
		start := s.pos
		for s.pos < len(s.data) {
			if s.pos+8 <= len(s.data) {
				special := specialBytes(word(s.data, s.pos))
				s.pos += bits.TrailingZeros64(special) / 8 // 8 if there is none
				if special == 0 {
					continue
				}
			}
			c := s.data[s.pos]
			if c == '"' || c == '\\' || c < 0x20 {
				break
			}
			if c < utf8.RuneSelf {
				s.pos++
				continue
			}
			r, size := utf8.DecodeRune(s.data[s.pos:])
			if r == utf8.RuneError && size == 1 {
				return dst, s.fail("invalid UTF-8")
			}
			s.pos += size
		}
		dst = append(dst, s.data[start:s.pos]...)
		if s.pos >= len(s.data) {
			return dst, s.fail("the text ends inside a string")
		}
		switch s.data[s.pos] {
		case '"':
			s.pos++
			return dst, true
		case '\\':
			var ok bool
			if dst, ok = s.escape(dst, lossless); !ok {
				return dst, false
			}
		default:
			return dst, s.fail("a control character inside a string")
		}
	}
}

func (s *scanner) escape(dst []byte, lossless bool) ([]byte, bool) {
	if s.pos+1 >= len(s.data) {
		s.pos = len(s.data)
		return dst, s.fail("the text ends inside a string")
	}
	c := s.data[s.pos+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		unit, ok := s.hex4(s.pos + 2)
		if !ok {
			return dst, s.fail("a \\u without four hexadecimal digits")
		}
		s.pos += 6
		r := rune(unit)
		if r >= 0xD800 && r <= 0xDFFF {
			low, ok := uint16(0), false
			if r < 0xDC00 && s.pos+1 < len(s.data) && s.data[s.pos] == '\\' && s.data[s.pos+1] == 'u' {
				low, ok = s.hex4(s.pos + 2)
			}
			switch {
			case ok && low >= 0xDC00 && low <= 0xDFFF:
				r = (r-0xD800)<<10 + (rune(low) - 0xDC00) + 0x10000
				s.pos += 6
			case lossless:
				return dst, s.fail("a lone surrogate (half of a character)")
			default:
				r = utf8.RuneError
			}
		}
		return utf8.AppendRune(dst, r), true
	default:
		return dst, s.fail("an unknown escape inside a string")
	}
	s.pos += 2
	return append(dst, c), true
}

func (s *scanner) hex4(at int) (uint16, bool) {
	if at+4 > len(s.data) {
		return 0, false
	}
	var unit uint16
	for _, c := range s.data[at : at+4] {
		unit <<= 4
		switch {
		case c >= '0' && c <= '9':
			unit |= uint16(c - '0')
		case c >= 'a' && c <= 'f':
			unit |= uint16(c - 'a' + 10)
		case c >= 'A' && c <= 'F':
			unit |= uint16(c - 'A' + 10)
		default:
			return 0, false
		}
	}
	return unit, true
}

// integer reads a number that must be a whole one in the range of int64, written without fraction and exponent: a cursor
// that went through a float would come out as another cursor.
func (s *scanner) integer() (int64, bool) {
	start := s.pos
	if c := s.peek(); c != '-' && (c < '0' || c > '9') {
		return 0, s.unexpected("a whole number")
	}
	if !s.number() {
		return 0, false
	}
	n, ok := atoi(s.data[start:s.pos])
	if !ok {
		s.pos = start
		return 0, s.fail("a number that is not a whole one of at most 64 bits")
	}
	return n, true
}

// number steps over any JSON number.
func (s *scanner) number() bool {
	if s.peek() == '-' {
		s.pos++
	}
	if s.peek() == '0' {
		s.pos++
	} else if !s.digits() {
		return false
	}
	if s.peek() == '.' {
		s.pos++
		if !s.digits() {
			return false
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if !s.digits() {
			return false
		}
	}
	return true
}

func (s *scanner) digits() bool {
	start := s.pos
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.pos++
	}
	return s.pos > start || s.unexpected("a digit")
}

// skip steps over any value, checking that it is JSON. It keeps its own stack: recursion would let the answer choose how
// deep Go's stack grows.
func (s *scanner) skip() bool {
	var open []byte // the brackets that are open
	var scratch [64]byte
	for {
		// A value begins here.
		switch c := s.peek(); c {
		case '{', '[':
			if len(open) == maxDepth {
				return s.fail("values nested too deeply")
			}
			s.pos++
			s.space()
			if s.peek() == c+2 { // the bracket that closes it: two further in ASCII
				s.pos++
				break
			}
			open = append(open, c)
			if c == '{' && !s.skipKey(scratch[:0]) {
				return false
			}
			continue
		case '"':
			if _, ok := s.str(scratch[:0], false); !ok {
				return false
			}
		case 't':
			if !s.literal("true") {
				return false
			}
		case 'f':
			if !s.literal("false") {
				return false
			}
		case 'n':
			if !s.literal("null") {
				return false
			}
		default:
			if c != '-' && (c < '0' || c > '9') {
				return s.unexpected("a value")
			}
			if !s.number() {
				return false
			}
		}
		// A value has ended: close what ends with it.
		for {
			if len(open) == 0 {
				return true
			}
			s.space()
			bracket, c := open[len(open)-1], s.peek()
			if c == bracket+2 {
				s.pos++
				open = open[:len(open)-1]
				continue
			}
			if c != ',' {
				return s.unexpected("a comma or a closing bracket")
			}
			s.pos++
			s.space()
			if bracket == '{' && !s.skipKey(scratch[:0]) {
				return false
			}
			break
		}
	}
}

func (s *scanner) skipKey(scratch []byte) bool {
	if s.peek() != '"' {
		return s.unexpected("a key")
	}
	if _, ok := s.str(scratch, false); !ok {
		return false
	}
	s.space()
	if s.peek() != ':' {
		return s.unexpected("a colon")
	}
	s.pos++
	s.space()
	return true
}

// end reports whether nothing but white space is left.
func (s *scanner) end() bool {
	s.space()
	if s.pos < len(s.data) {
		return s.fail("more text after the value")
	}
	return true
}
