package proxy

import (
	"net/http"
	"time"
)

// A response has minSendTime and, per byte, the time that a connection of some 37 KiB per second takes: one minute for a page of 2 MiB.
const (
	minSendTime     = 5 * time.Second
	sendTimePerByte = 55 * time.Second / (2 << 20)
)

// sender is a ResponseWriter that cuts off a client that reads too slowly. It counts what is written.
type sender struct {
	http.ResponseWriter
	began time.Time // of the response; zero before
	bytes int       // of its body
}

func (s *sender) WriteHeader(status int) {
	s.setDeadline()
	s.ResponseWriter.WriteHeader(status)
}

func (s *sender) Write(body []byte) (int, error) {
	s.bytes += len(body)
	s.setDeadline()
	return s.ResponseWriter.Write(body)
}

// setDeadline bounds the time to send what was written so far. What net/http buffers it sends later, within the same deadline.
func (s *sender) setDeadline() {
	if s.began.IsZero() {
		s.began = time.Now()
	}
	deadline := s.began.Add(minSendTime + time.Duration(s.bytes)*sendTimePerByte)
	_ = http.NewResponseController(s.ResponseWriter).SetWriteDeadline(deadline) // tests without a socket have none
}

// Unwrap lets an http.ResponseController find the connection.
func (s *sender) Unwrap() http.ResponseWriter { return s.ResponseWriter }
