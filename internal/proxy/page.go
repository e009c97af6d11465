package proxy

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tencent-chat-groups/core/restapi"
)

const maxBodyBytes = 4 << 10 // a body with every field has some 70 bytes

// Page is the page that a caller asks for. Nothing else of a request reaches the service.
type Page struct {
	Limit     int64             // 1 to 10000
	Next      int64             // the cursor, 0 for the first page
	GroupType restapi.GroupType // "" for every type
}

// bodyTimeout limits how long a caller may take to send a body of at most maxBodyBytes.
const bodyTimeout = 5 * time.Second

// readPage reads the requested page.
func readPage(w http.ResponseWriter, r *http.Request, e *entry) (Page, *problem) {
	mediaType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := cmp.Or(parameters["charset"], "utf-8")
	if err != nil || len(r.Header["Content-Type"]) > 1 || mediaType != "application/json" ||
		!strings.EqualFold(charset, "utf-8") {
		return Page{}, &problem{Status: http.StatusUnsupportedMediaType,
			Detail: "the body's Content-Type must be application/json"}
	}
	if r.Header.Get("Content-Encoding") != "" {
		return Page{}, &problem{Status: http.StatusUnsupportedMediaType, Detail: "the body must not be compressed"}
	}
	reading := time.Now()
	_ = http.NewResponseController(w).SetReadDeadline(reading.Add(bodyTimeout)) // fails in tests without a socket
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	e.transfer += time.Since(reading)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case tooLarge:
		// Otherwise net/http would read the rest of the body until the response's deadline had passed.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now())
		return Page{}, &problem{Status: http.StatusRequestEntityTooLarge, Detail: "the body must have at most 4096 bytes"}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return Page{}, &problem{Status: http.StatusRequestTimeout, Detail: "the body must be sent within 5 s"}
	case err != nil:
		return Page{}, &problem{Status: http.StatusBadRequest, Detail: "the body is incomplete"}
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	page, err := parsePage(text)
	if err != nil {
		return Page{}, &problem{Status: http.StatusBadRequest, Detail: err.Error()}
	}
	return page, nil
}

// parsePage parses a request's body: a JSON object with Limit, Next and GroupType, each optional. It matches names
// exactly and refuses duplicates and unknown fields. Its errors name the accepted values.
func parsePage(text []byte) (page Page, err error) {
	var fields struct {
		Limit     jsontext.Value
		Next      jsontext.Value
		GroupType jsontext.Value
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return Page{}, errors.New("the body is empty: send a JSON object, {} for the first page")
	}
	if err := json.Unmarshal(text, &fields, json.RejectUnknownMembers(true)); err != nil ||
		jsontext.Value(text).Kind() != '{' {
		return Page{}, errors.New("the body must be a JSON object in UTF-8 with Limit, Next and GroupType, each at " +
			"most once, and nothing else")
	}
	page.Limit = restapi.MaxLimit
	if fields.Limit != nil {
		if page.Limit, err = wholeNumber(fields.Limit); err != nil || page.Limit < 1 || page.Limit > restapi.MaxLimit {
			return Page{}, fmt.Errorf("the body's Limit must be a whole number from 1 to %d", restapi.MaxLimit)
		}
	}
	if fields.Next != nil {
		if page.Next, err = wholeNumber(fields.Next); err != nil || page.Next < 0 {
			return Page{}, errors.New("the body's Next must be a whole number from 0 to 9223372036854775807, " +
				"copied from an earlier answer")
		}
	}
	if fields.GroupType != nil {
		if json.Unmarshal(fields.GroupType, &page.GroupType) != nil || !slices.Contains(restapi.GroupTypes, page.GroupType) {
			// the rest are newer names, which the service does not accept
			names := restapi.GroupTypeNames()[:len(restapi.GroupTypes)]
			return Page{}, errors.New("the body's GroupType must be one of " + strings.Join(names, ", "))
		}
	}
	return page, nil
}

// wholeNumber reads an integer that is written as such, unlike 1e3, 1.0 and "1".
func wholeNumber(text jsontext.Value) (n int64, err error) {
	return n, json.Unmarshal(text, &n)
}

// body returns the body of the upstream request. Equal pages have equal bodies, so it also names the page.
func (p Page) body() string { return restapi.CallBody(p.Limit, p.Next, p.GroupType) }
