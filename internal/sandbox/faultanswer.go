//go:build !js

package sandbox

import (
	"bytes"
	"fmt"
	"net/http"
)

// message is an HTTP response.
type message struct {
	status int
	header http.Header
	body   []byte
}

func jsonMessage(body []byte) message {
	return message{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, body}
}

// message returns the response to a call, changed by its fault.
func (c *call) message(r Request) message {
	f := c.fault
	switch f.kind {
	case status:
		m := htmlMessage(f.status, f, r)
		if f.retryAfter != "" {
			m.header.Set("Retry-After", f.retryAfter)
		}
		return m
	case html:
		return htmlMessage(http.StatusOK, f, r)
	case redirect:
		return redirection(f, r)
	case cutJSON:
		return jsonMessage(f.part(c.body))
	case wrongJSON:
		if c.refusal == nil && !c.forProfiles {
			return jsonMessage(wrongPage(c.body, f.variant))
		}
	case oversize:
		if f.bytes != nil && *f.bytes > len(c.body) {
			return jsonMessage(append(c.body, bytes.Repeat([]byte(" "), *f.bytes-len(c.body))...))
		}
	}
	return jsonMessage(c.body)
}

// htmlMessage returns a gateway's page.
func htmlMessage(httpStatus int, f fault, r Request) message {
	body := fmt.Sprintf("<html><head><title>%d %s</title></head><body>", httpStatus, http.StatusText(httpStatus))
	if f.body != nil {
		body = *f.body
	}
	if f.echoURL {
		body += "<p>http://" + r.host + r.uri + "</p>"
	}
	return message{httpStatus, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, []byte(body)}
}

func redirection(f fault, r Request) message {
	m := message{http.StatusTemporaryRedirect, http.Header{}, nil}
	if f.status != 0 {
		m.status = f.status
	}
	location := "/elsewhere"
	if f.location != "" {
		location = f.location
	}
	if f.echoURL {
		location += "?" + r.Query
	}
	m.header.Set("Location", location)
	return m
}
