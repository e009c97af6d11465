package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// claims are the claims of a genuine token.
type claims map[string]jsontext.Value

// parseClaims reads the payload of a token strictly. The library that verified it ignores the case of names and takes
// the last of several equal ones, so a user who can set a claim "AUD" could replace aud.
func parseClaims(payload []byte) (claims, error) {
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil { // refuses duplicate names
		return nil, errors.New("the claims are malformed")
	}
	for name := range c {
		for _, checked := range []string{"iss", "aud", "exp", "nbf"} {
			if name != checked && strings.EqualFold(name, checked) {
				return nil, fmt.Errorf("a claim has the name %s in another case", checked)
			}
		}
	}
	switch sub := c.text("sub"); {
	case sub == "":
		return nil, errors.New("claim sub is missing")
	case len(sub) > maxSubBytes:
		return nil, fmt.Errorf("claim sub has %d bytes: OpenID Connect allows %d", len(sub), maxSubBytes)
	}
	if c["cnf"] != nil {
		return nil, errors.New("the token is bound to a key (claim cnf), which a bearer cannot prove to have")
	}
	return c, nil
}

// text returns the value of a string claim, or "".
func (c claims) text(name string) string {
	var text string
	if json.Unmarshal(c[name], &text) != nil {
		return ""
	}
	return text
}

// values returns the strings and booleans of a claim, which may be a list.
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

// has reports whether a claim has the value. An empty value means that none is required.
func (c claims) has(name, value string) bool {
	return value == "" || slices.Contains(c.values(name), value)
}

const (
	maxSubBytes        = 255     // bytes (OpenID Connect Core 1.0, section 2)
	maxCallerNameBytes = 128     // bytes
	oidcPrefix         = "oidc:" // names in a tokens file have no colon
)

// callerName returns the name of the token's owner for the log.
func (c claims) callerName() string {
	name := c.text("email")
	// some issuers have it as a string
	if c["email_verified"] != nil && !slices.Contains(c.values("email_verified"), "true") {
		name = ""
	}
	for _, claim := range []string{"preferred_username", "sub"} {
		if name == "" {
			name = c.text(claim)
		}
	}
	return printable(oidcPrefix+name, maxCallerNameBytes)
}
