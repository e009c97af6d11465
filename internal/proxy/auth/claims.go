package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// claims are a genuine token's.
type claims map[string]jsontext.Value

// parseClaims reads the payload of a token strictly. The library that checked it takes claims in upper or lower case and the last
// of several: where a user may choose what the issuer puts into a claim of another name, "AUD" must not count as aud.
func parseClaims(payload []byte) (claims, error) {
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil { // also for names that occur twice
		return nil, errors.New("the claims are not well-formed")
	}
	for name := range c {
		for _, checked := range []string{"iss", "aud", "exp", "nbf"} {
			if name != checked && strings.EqualFold(name, checked) {
				return nil, fmt.Errorf("there is a claim that resembles %s", checked)
			}
		}
	}
	switch sub := c.text("sub"); {
	case sub == "":
		return nil, errors.New("there is no sub")
	case len(sub) > maxSubBytes:
		return nil, fmt.Errorf("sub has %d bytes: OpenID Connect allows %d", len(sub), maxSubBytes)
	}
	if c["cnf"] != nil {
		return nil, errors.New("the token is bound to a key (cnf), and bearers do not prove that they have it")
	}
	return c, nil
}

// text returns a claim that is a string, or "".
func (c claims) text(name string) string {
	var text string
	if json.Unmarshal(c[name], &text) != nil {
		return ""
	}
	return text
}

// values returns a claim's strings and booleans, of itself or of its list.
func (c claims) values(name string) (values []string) {
	var claim any
	if json.Unmarshal(c[name], &claim) != nil {
		return nil
	}
	list, ok := claim.([]any)
	if !ok {
		list = []any{claim}
	}
	for _, value := range list {
		switch value := value.(type) {
		case bool:
			values = append(values, fmt.Sprint(value))
		case string:
			if !ok && (name == "scope" || name == "scp") { // RFC 8693, section 4.2
				values = append(values, strings.Fields(value)...)
			} else {
				values = append(values, value)
			}
		}
	}
	return values
}

// has tells whether a claim has the value. Nothing is asked for where the value is "".
func (c claims) has(name, value string) bool {
	return value == "" || slices.Contains(c.values(name), value)
}

const (
	maxSubBytes        = 255     // bytes (OpenID Connect Core 1.0, section 2)
	maxCallerNameBytes = 128     // bytes
	oidcPrefix    = "oidc:" // not a token's name: those have no colon
)

// callerName says for the log who the token is of.
func (c claims) callerName() string {
	name := c.text("email")
	if c["email_verified"] != nil && !slices.Contains(c.values("email_verified"), "true") { // some issuers have it as a string
		name = ""
	}
	for _, claim := range []string{"preferred_username", "sub"} {
		if name == "" {
			name = c.text(claim)
		}
	}
	return printable(oidcPrefix+name, maxCallerNameBytes)
}
