package sandbox

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	servicePath = "/v4/group_open_http_svc/"
	commandPath = servicePath + "get_appid_group_list"

	// maxBodyBytes limits the body of a request; a real one has some 60 bytes.
	maxBodyBytes = 64 << 10
	// maxLimit is the vendor's maximum for Limit, and the default.
	maxLimit = 10_000
)

// Request is a call as received by the endpoint.
type Request struct {
	Method string
	Path   string
	Query  string // as in the URL, without the question mark
	Body   []byte

	broken    bool   // the body is too long or incomplete
	host, uri string // for responses that repeat them
}

// checkAddress checks what makes a call one of the app's.
func checkAddress(r Request, query url.Values, sdkAppID uint32) *refusal {
	isCommand := r.Path == commandPath || r.Path == profilesPath
	switch {
	case !isCommand && strings.HasPrefix(r.Path, servicePath):
		return &refusal{codeUnknownCommand, "unknown command"}
	case !isCommand:
		return &refusal{codeWrongURL, "wrong request URL"}
	case r.Method != "POST":
		return &refusal{codeUnreadable, "only POST is accepted"}
	}
	text := query.Get("sdkappid")
	if text == "" {
		return &refusal{codeMissingApp, "sdkappid is missing in the URL"}
	}
	id, err := strconv.ParseUint(text, 10, 32)
	if err != nil || id == 0 {
		return &refusal{codeInvalidApp, "sdkappid is not valid"}
	}
	if uint32(id) != sdkAppID {
		return &refusal{codeAppDoesNotExist, "sdkappid does not exist"}
	}
	return nil
}

// checkQuery checks the query's parameters apart from sdkappid and usersig.
func checkQuery(query url.Values) *refusal {
	if query.Get("contenttype") != "json" {
		return &refusal{codeUnreadable, "contenttype in the URL must be json"}
	}
	if _, err := strconv.ParseUint(query.Get("random"), 10, 32); err != nil {
		return &refusal{codeUnreadable, "random in the URL must be an unsigned 32-bit integer"}
	}
	if query.Get("identifier") == "" {
		return &refusal{codeWrongAccount, "identifier is missing in the URL"}
	}
	return nil
}

// parameters are the fields of the body.
type parameters struct {
	limit     int
	next      uint64
	groupType string // "": all types
}

// readParameters parses the body. It matches names exactly, and refuses integers written as 1e3 or 1000.0.
func readParameters(body []byte) (parameters, *refusal) {
	p := parameters{limit: maxLimit}
	if !json.Valid(body) {
		return p, &refusal{codeUnreadable, "the request body is not valid JSON"}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return p, &refusal{codeWrongParameter, "the request body must be a JSON object"}
	}
	if raw, given := fields["Limit"]; given {
		limit, err := strconv.Atoi(string(raw))
		if err != nil || limit < 1 || limit > maxLimit {
			return p, &refusal{codeWrongParameter, "Limit must be an integer from 1 to 10000"}
		}
		p.limit = limit
	}
	if raw, given := fields["Next"]; given {
		next, err := strconv.ParseUint(string(raw), 10, 64)
		if err != nil {
			return p, &refusal{codeWrongParameter, "Next must be 0 or an integer that was returned as Next"}
		}
		p.next = next
	}
	if raw, given := fields["GroupType"]; given {
		err := json.Unmarshal(raw, &p.groupType)
		if err != nil || !slices.Contains(GroupTypes, p.groupType) {
			p.groupType = ""
			return p, &refusal{codeWrongParameter, "GroupType must be one of " + strings.Join(GroupTypes, ", ")}
		}
	}
	return p, nil
}
