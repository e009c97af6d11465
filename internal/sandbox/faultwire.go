//go:build !js

package sandbox

import (
	"maps"
	"net"
	"net/http"
	"strconv"
)

// send puts the answer on the wire, as far as the call's fault lets it.
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

// sendPart sends the headers of a whole answer and the part of its body that is given. That fails only when the client
// has gone away, which is no concern of the server's.
func sendPart(w http.ResponseWriter, m message, part []byte) {
	maps.Copy(w.Header(), m.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(m.body)))
	w.WriteHeader(m.status)
	_, _ = w.Write(part)
	if len(part) < len(m.body) {
		_ = http.NewResponseController(w).Flush() // before the connection ends or stalls
	}
}

// sendWithoutEnd sends a page that never ends, until the client or the server does.
func (s *Server) sendWithoutEnd(w http.ResponseWriter, r *http.Request, m message) {
	maps.Copy(w.Header(), m.header)
	_, err := w.Write([]byte(`{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"TotalCount":1,"GroupIdList":[{"GroupId":"@TGS#2J4SZEAEL"}`))
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

// hangUp ends the connection after what was sent so far.
func hangUp() {
	panic(http.ErrAbortHandler)
}

// reset ends the connection with a TCP reset, which tells the client that something broke, where hanging up only tells
// that nothing follows.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		hangUp() // the connection is not the server's to break
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // makes Close reset
	}
	_ = connection.Close()
}
