package bytescan

import "math/bits"

// Members reads objects that have much the same members, one after another. It is the fast path for profiles of groups.
type Members struct {
	Pos int

	data  []byte
	names []memberName
	first int   // index of the name that came first the last time
	after []int // for each name, the index of the name that came next the last time

	// Places has two numbers for each name: for a string where it begins and ends in ASCII or, as complements (^start),
	// in Wide; for an integer its value. The first is NaN if the object has no such member.
	Places []float64

	// The strings, without separators: those in ASCII, and the others in UTF-8. JavaScript decodes ASCII faster, and
	// keeps it in half the memory.
	ASCII, Wide []byte

	WideUnits int // length of Wide in UTF-16 units, in which JavaScript counts
}

// memberName is the name of a member, with what is around it: ,"GroupId":
type memberName struct {
	size                int
	first, second, last uint64 // words of it, which overlap if it is short
	integer             bool
}

// AddName adds the name of a member whose value is an integer or a string. It has 4 to 20 characters of printable ASCII
// that need no escapes.
func (m *Members) AddName(name string, integer bool) {
	text := `,"` + name + `":`
	m.names = append(m.names, memberName{
		len(text), word(text, 0), word(text, min(8, len(text)-8)), word(text, len(text)-8), integer,
	})
	m.after = append(m.after, 0)
	m.Places = append(m.Places, 0, 0)
}

// Start prepares for objects in data, which is valid UTF-8 wherever Read reads it. It forgets all strings.
func (m *Members) Start(data []byte) {
	m.data = data
	// A string is at least as long in JSON, and Read writes whole words.
	m.ASCII, m.Wide, m.WideUnits = withRoom(m.ASCII, len(data)+8), withRoom(m.Wide, len(data)+8), 0
}

// withRoom returns an empty slice with room for so many bytes, which may be that of b.
func withRoom(b []byte, bytes int) []byte {
	if cap(b) < bytes {
		return make([]byte, 0, bytes+bytes/4) // a quarter more: the next answer may be a little larger
	}
	return b[:0]
}

// Read reads members of an object from Pos, which is before the byte that precedes a member: '{' or ','. It reads as
// many as have one of the names and the usual form: without white space, a string without \u, an integer of at most 15
// digits. It stops before a name that has a value already. Then Pos is where a value ended, or where it was.
func (m *Members) Read(separator byte) {
	data, names, places, at := m.data, m.names, m.Places, len(m.ASCII)
	room := m.ASCII[:cap(m.ASCII)]
	likely := &m.first
	for pos := m.Pos; pos+8 <= len(data) && data[pos] == separator; m.Pos = pos {
		w := word(data, pos)
		name := *likely
		if (w^names[name].first)>>8 != 0 {
			for name = 0; name < len(names) && (w^names[name].first)>>8 != 0; name++ {
			}
			if name == len(names) {
				break
			}
			*likely = name
		}
		n := &names[name]
		if pos+n.size+24 > len(data) || places[2*name] == places[2*name] ||
			word(data, pos+min(8, n.size-8)) != n.second || word(data, pos+n.size-8) != n.last {
			break
		}
		pos += n.size
		if n.integer {
			sign := 1.0
			if data[pos] == '-' {
				pos++
				sign = -1
			}
			w := word(data, pos)
			digits := bits.TrailingZeros64(notDigits(w)) / 8
			value := valueOf(w, digits)
			if digits == 8 {
				w = word(data, pos+8)
				more := bits.TrailingZeros64(notDigits(w)) / 8
				value = value*powers[more&7] + valueOf(w, more)
				digits += more
			}
			after := data[pos+digits]
			if digits == 0 || digits > 15 || data[pos] == '0' && (digits > 1 || sign < 0) ||
				after != ',' && after != '}' {
				break
			}
			pos += digits
			places[2*name] = sign * float64(value)
		} else {
			if data[pos] != '"' {
				break
			}
			pos++
			to, wide := at, uint64(0)
			for {
				if pos+8 > len(data) || to+8 > len(room) {
					goto end
				}
				w := word(data, pos)
				putWord(room, to, w)
				special := specialInUTF8(w)
				n := bits.TrailingZeros64(special) / 8 // 8 if there is none
				pos += n
				to += n
				wide |= w & ((special - 1) &^ special)
				if special == 0 {
					continue
				}
				if data[pos] == '"' {
					break
				}
				if data[pos] != '\\' || pos+1 == len(data) || unescaped[data[pos+1]] == 0 {
					goto end
				}
				room[to] = unescaped[data[pos+1]]
				pos += 2
				to++
			}
			pos++
			if wide&eachHigh != 0 {
				places[2*name], places[2*name+1] = m.addWide(room[at:to])
			} else {
				places[2*name], places[2*name+1] = float64(at), float64(to)
				at = to
			}
		}
		likely, separator = &m.after[name], ','
	}
end:
	m.ASCII = room[:at]
}

// notDigits sets the high bit of the first byte of w that is not a digit. Later bytes may be marked falsely.
func notDigits(w uint64) uint64 {
	w ^= '0' * eachByte
	return (w + ('\x7f'-9)*eachByte | w) & eachHigh
}

var powers = [8]uint64{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000}

// valueOf returns the number that the first digits of w are.
func valueOf(w uint64, digits int) uint64 {
	w = (w - '0'*eachByte) << (64 - 8*digits)
	w = w*10 + w>>8 // pairs
	const pairs = 0x000000ff000000ff
	return ((w&pairs)*(1000000<<32+100) + (w>>16&pairs)*(10000<<32+1)) >> 32
}

// unescaped has the meanings of the letters after a backslash.
var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// Set sets the value of a name to a string in UTF-8.
func (m *Members) Set(name int, text []byte) {
	m.Places[2*name], m.Places[2*name+1] = m.Add(text)
}

// Add adds a string in UTF-8 and returns its places.
func (m *Members) Add(text []byte) (start, end float64) {
	for _, c := range text {
		if c >= 0x80 {
			return m.addWide(text)
		}
	}
	at := len(m.ASCII)
	m.ASCII = append(m.ASCII, text...)
	return float64(at), float64(len(m.ASCII))
}

func (m *Members) addWide(text []byte) (start, end float64) {
	at := m.WideUnits
	for _, c := range text {
		if c&0xc0 != 0x80 { // not inside a character
			m.WideUnits++
		}
		if c >= 0xf0 { // the first of four bytes, of two units
			m.WideUnits++
		}
	}
	m.Wide = append(m.Wide, text...)
	return float64(^at), float64(^m.WideUnits)
}

// specialInUTF8 is specialBytes for valid UTF-8, of which it marks ASCII alone.
func specialInUTF8(w uint64) uint64 {
	quote := w ^ '"'*eachByte
	backslash := w ^ '\\'*eachByte
	return ((quote-eachByte)&^quote | (backslash-eachByte)&^backslash | (w-' '*eachByte)&^w) & eachHigh
}
