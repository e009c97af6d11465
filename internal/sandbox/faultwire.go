//go:build !js

package sandbox

import (
	"maps"
	"net"
	"net/http"
	"strconv"
)

// send sends the response, as far as the call's fault allows.
func (s *Server) send(w http.ResponseWriter, r *http.Request, f fault, m message) {
	switch f.kind {
	case lostAnswer:
		reset(w)
	case stallHeaders:
		s.stall(r)
	case resetBody:
		sendPart(w, m, f.part(m.body))
		reset(w)
	case truncateBody:
		sendPart(w, m, f.part(m.body))
		hangUp()
	case stallBody:
		sendPart(w, m, f.part(m.body))
		s.stall(r)
	case oversize:
		if f.bytes == nil {
			s.sendWithoutEnd(w, r, m)
		} else {
			sendPart(w, m, m.body)
		}
	default:
		sendPart(w, m, m.body)
	}
}

// sendPart sends all headers and a part of the body. Errors mean that the client has disconnected.
func sendPart(w http.ResponseWriter, m message, part []byte) {
	maps.Copy(w.Header(), m.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(m.body)))
	w.WriteHeader(m.status)
	_, _ = w.Write(part)
	if len(part) < len(m.body) {
		_ = http.NewResponseController(w).Flush() // before the connection ends or stalls
	}
}

// sendWithoutEnd sends an endless page, until the client or the server ends.
func (s *Server) sendWithoutEnd(w http.ResponseWriter, r *http.Request, m message) {
	maps.Copy(w.Header(), m.header)
	_, err := w.Write([]byte(`{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"TotalCount":1,` +
		`"GroupIdList":[{"GroupId":"@TGS#2J4SZEAEL"}`))
	for err == nil && !s.over(r) {
		_, err = w.Write([]byte(`,{"GroupId":"@TGS#2J4SZEAEL"}`))
	}
	hangUp()
}

func (s *Server) over(r *http.Request) bool {
	select {
	case <-s.stopped:
		return true
	default:
		return r.Context().Err() != nil
	}
}

// stall sends nothing until the client or the server ends.
func (s *Server) stall(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.stopped:
	}
	hangUp()
}

// hangUp closes the connection.
func hangUp() {
	panic(http.ErrAbortHandler)
}

// reset closes the connection with a TCP reset, which clients see as an error.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		hangUp() // the connection cannot be reset
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // makes Close reset
	}
	_ = connection.Close()
}
