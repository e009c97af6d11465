package proxy

import (
	"net/http"
	"time"
)

// A response may take minSendTime, plus sendTimePerByte per byte: one minute for a page of 2 MiB.
const (
	minSendTime     = 5 * time.Second
	sendTimePerByte = 55 * time.Second / (2 << 20)
)

// responseWriter records a response's status and size, and disconnects clients that read it too slowly.
type responseWriter struct {
	http.ResponseWriter
	began  time.Time // of the response; zero before
	status int       // 0 before the header is written
	bytes  int       // of the body
}

func (w *responseWriter) WriteHeader(status int) {
	w.status = status
	w.setDeadline(0)
	w.ResponseWriter.WriteHeader(status)
}

func (w *responseWriter) Write(body []byte) (int, error) {
	w.setDeadline(len(body))
	n, err := w.ResponseWriter.Write(body)
	w.bytes += n
	return n, err
}

// setDeadline limits the time to send the response with so many more bytes, including those that net/http buffers.
func (w *responseWriter) setDeadline(more int) {
	if w.began.IsZero() {
		w.began = time.Now()
	}
	deadline := w.began.Add(minSendTime + time.Duration(w.bytes+more)*sendTimePerByte)
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(deadline) // fails in tests without a socket
}

// Unwrap lets an http.ResponseController find the connection.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
