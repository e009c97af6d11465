package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tencent-chat-groups/core/restapi"
)

const maxBodyBytes = 4 << 10 // a body with every field has some 70 bytes

// Page is what a caller may ask for. Upstream requests are made of it, and of nothing else that came from a caller.
type Page struct {
	Limit     int64             // 1 to 10000
	Next      int64             // the cursor, 0 for the first page
	GroupType restapi.GroupType // "" for every type
}

// readPage reads a request's body: a JSON object with Limit, Next and GroupType, all of which may be missing. The error says what is
// wrong and what is accepted. Names are matched exactly, none may come twice, numbers are whole numbers with at most 64 bits.
func readPage(text []byte) (page Page, err error) {
	var fields struct {
		Limit     jsontext.Value
		Next      jsontext.Value
		GroupType jsontext.Value
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return Page{}, errors.New("the body is empty: send a JSON object, {} for the first page")
	}
	if err := json.Unmarshal(text, &fields, json.RejectUnknownMembers(true)); err != nil || jsontext.Value(text).Kind() != '{' {
		return Page{}, errors.New("the body must be a JSON object in UTF-8 with Limit, Next and GroupType, each at most once, and nothing else")
	}
	page.Limit = restapi.MaxLimit
	if fields.Limit != nil {
		if page.Limit, err = wholeNumber(fields.Limit); err != nil || page.Limit < 1 || page.Limit > restapi.MaxLimit {
			return Page{}, fmt.Errorf("the body's Limit must be a whole number from 1 to %d", restapi.MaxLimit)
		}
	}
	if fields.Next != nil {
		if page.Next, err = wholeNumber(fields.Next); err != nil || page.Next < 0 {
			return Page{}, errors.New("the body's Next must be a whole number from 0 to 9223372036854775807, as an answer gave it")
		}
	}
	if fields.GroupType != nil {
		if json.Unmarshal(fields.GroupType, &page.GroupType) != nil || !slices.Contains(restapi.GroupTypes, page.GroupType) {
			return Page{}, errors.New("the body's GroupType must be one of " + groupTypeNames())
		}
	}
	return page, nil
}

func groupTypeNames() string {
	var names []string
	for _, groupType := range restapi.GroupTypes {
		names = append(names, string(groupType))
	}
	return strings.Join(names, ", ")
}

// wholeNumber reads an integer that is written as one: not 1e3, not 1.0, not "1".
func wholeNumber(text jsontext.Value) (n int64, err error) {
	return n, json.Unmarshal(text, &n)
}

// body is the request's body in the one form that goes upstream. It also names the page: equal pages have equal bodies.
func (p Page) body() string { return restapi.CallBody(p.Limit, p.Next, p.GroupType) }
