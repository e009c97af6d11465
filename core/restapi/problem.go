package restapi

import (
	"strings"

	"tencent-chat-groups/core/internal/ascii"
	"tencent-chat-groups/core/internal/strictjson"
)

// IsProblem reports whether a Content-Type is that of problem details (RFC 9457), which the signing proxy sends with
// every HTTP error.
func IsProblem(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return ascii.Lower(strings.TrimSpace(mediaType)) == "application/problem+json"
}

// ProblemDetail returns the detail of problem details, "" if there is none or body is something else.
func ProblemDetail(body []byte) string {
	var detail string
	r := strictjson.Reader{Data: body}
	if r.ReadObject(r.StringMember("detail", &detail)) != nil {
		return ""
	}
	return detail
}
