package restapi

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIsProblem(t *testing.T) {
	for _, contentType := range []string{"application/problem+json", "Application/Problem+JSON", " application/problem+json ; charset=utf-8"} {
		assert.True(t, IsProblem(contentType), contentType)
	}
	for _, contentType := range []string{"", "application/json", "text/html", "application/problem+xml", ";application/problem+json"} {
		assert.False(t, IsProblem(contentType), contentType)
	}
}

func TestProblemDetail(t *testing.T) {
	for body, want := range map[string]string{
		`{"type":"about:blank","title":"Forbidden","status":403,"detail":"no \u4e2d","requestId":"x"}`: "no 中",
		`{"title":"Forbidden"}`: "", `{"detail":null}`: "", `{"detail":7}`: "", `{"detail":"a","detail":"b"}`: "",
		`{"detail":"a"`: "", `["detail"]`: "", "": "", "<html>": "", "{\"detail\":\"\xff\"}": "",
	} {
		assert.Equal(t, want, ProblemDetail([]byte(body)), body)
	}
}
