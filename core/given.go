package core

import (
	"strconv"
	"strings"

	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/redact"
)

// given is the value that a JavaScript caller gave for an option, as far as the core may know it. JSON values cross the
// border as they are. A value that JSON cannot hold, or that the core must not know, crosses as an object that names
// its kind:
//
//	"seoul"   100   true   null   ["Public", "Community"]
//	{"kind":"bigint","text":"5"}   {"kind":"number","text":"NaN"}   {"kind":"function"}   {"kind":"AbortSignal"}
//	{"kind":"object","class":"Map"}                 an instance of a class
//	{"kind":"object","problem":"that cannot be read"}
//	{"kind":"string"}                               a string that is not the core's business
//	{"kind":"string","length":5000}                 a value that is too long to be valid; an array too
//	{"kind":"secret","problem":"empty"}             a userSig or secretKey, and what is wrong with it
//	{"kind":"checkpoint","value":{"version":1,...}} the object that was given as resume
type given struct {
	kind    string // "" if the option was not given
	text    string // of a string, number, boolean or bigint, as JavaScript's String() writes it
	hasText bool
	class   string
	length  int64
	problem string
	values  []given // of an array
	value   []byte  // of a checkpoint: its JSON

	loneSurrogate bool // the string has half of a character, which UTF-8 cannot hold
}

// readGiven reads the value of one option.
func readGiven(r *strictjson.Reader) (g given, err error) {
	g.hasText = true
	switch r.Peek() {
	case '"':
		g.kind = "string"
		start := *r
		text, err := r.String()
		if err != nil {
			*r = start
			g.loneSurrogate = true
			text, err = r.AnyString()
		}
		g.text = string(text)
		return g, err
	case 't', 'f':
		g.kind = "boolean"
		b, err := r.Boolean()
		g.text = strconv.FormatBool(b)
		return g, err
	case 'n':
		return given{kind: "null"}, r.Null()
	case '[':
		g := given{kind: "array"}
		err := r.Array(func() error {
			element, err := readGiven(r)
			g.values = append(g.values, element)
			return err
		})
		return g, err
	case '{':
		return readDescription(r)
	}
	g.kind = "number"
	g.text, err = r.Number()
	return g, err
}

// readDescription reads an object that stands for a value.
func readDescription(r *strictjson.Reader) (given, error) {
	var g given
	text := r.StringMember("text", &g.text)
	value := &strictjson.Member{Name: "value", Read: func() error {
		start := r.Pos
		err := r.Skip()
		g.value = r.Data[start:r.Pos]
		return err
	}}
	err := r.Members(r.StringMember("kind", &g.kind), text, r.StringMember("class", &g.class),
		r.IntegerMember("length", &g.length), r.StringMember("problem", &g.problem), value)
	g.hasText = text.Found
	return g, err
}

// Problems of a secret.
const (
	emptySecret      = "empty"
	whitespaceSecret = "white space"
	isUserSig        = "UserSig"    // given as secretKey
	isSecretKey      = "secret key" // given as userSig
)

// is reports whether a value of this kind was given.
func (g *given) is(kind string) bool { return g.kind == kind }

// isText reports whether a string was given whose text the core knows.
func (g *given) isText() bool { return g.kind == "string" && g.hasText }

const maxShownBytes = 80 // of a string in a message

// describe returns what was given, in the words of a message.
func (g *given) describe() string {
	switch {
	case g.isText() && len(g.text) > maxShownBytes:
		return "a string of " + strconv.Itoa(len(g.text)) + " bytes"
	case g.isText():
		return "the string '" + redact.Text(g.text, nil) + "'"
	case g.is("bigint") && g.hasText:
		return g.text + "n"
	case g.hasText:
		return g.text
	case g.is("null"):
		return "null"
	case g.is("secret") && g.problem == emptySecret:
		return "an empty string"
	case g.is("secret"):
		return "a string with white space around it"
	case g.is("array") && g.length > 0:
		return "an array of " + strconv.FormatInt(g.length, 10) + " values"
	case g.length > 0:
		return withArticle(g.kind) + " of " + strconv.FormatInt(g.length, 10) + " characters"
	case g.class != "":
		return withArticle(g.class)
	case g.problem != "":
		return withArticle(g.kind) + " " + g.problem
	}
	return withArticle(g.kind)
}

func withArticle(noun string) string {
	if noun != "" && strings.IndexByte("AEIOaeio", noun[0]) >= 0 {
		return "an " + noun
	}
	return "a " + noun
}
