//go:build !js

package sandbox

import (
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// ServeHTTP answers a call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request := readRequest(w, r)
	count := s.count(request.Path)
	c := call{number: count.all, fault: s.config.Faults.of(count)}
	in, out := s.config.Latency.split(s.config.Seed, c.number)
	s.wait(in+c.fault.in, nil) // even if the client has disconnected: what is on the wire still arrives
	if c.fault.kind == lostRequest {
		s.logger.Info("call", slog.Uint64("call", c.number), slog.Bool("counted", false), slog.String("fault", lostRequest))
		hangUp()
	}
	s.answer(&c, request)
	s.log(c) // before the response, so that its reader finds the line
	s.wait(out+c.fault.out, r.Context().Done())
	s.send(w, r, c.fault, c.message(request))
}

// readRequest reads a request to its end, or until it is too long or breaks.
func readRequest(w http.ResponseWriter, r *http.Request) Request {
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Now().Add(readTimeout)) // fails in tests without a socket
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	_ = connection.SetReadDeadline(time.Time{})
	return Request{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: body,
		broken: err != nil, host: r.Host, uri: r.RequestURI,
	}
}

// log writes one line about a call. It has nothing of the URL, and of the body only the parsed fields, so that it
// cannot hold a UserSig. Next is a string, for readers whose numbers end at 2^53.
func (s *Server) log(c call) {
	if change := c.page.change; change != nil {
		s.logger.Info("groups change", slog.Any("created", change.created), slog.Any("dismissed", change.dismissed))
	}
	attributes := []any{
		slog.Uint64("call", c.number),
		slog.Float64("arrivalMs", milliseconds(c.arrival.at.Sub(s.started))),
		slog.Bool("counted", c.counted),
	}
	if c.counted && !c.arrival.first {
		attributes = append(attributes, slog.Float64("gapMs", milliseconds(c.arrival.gap)))
	}
	if c.forProfiles {
		s.logger.Info("call", append(attributes, c.profileAttributes()...)...)
		return
	}
	attributes = append(attributes,
		slog.Int("limit", c.parameters.limit),
		slog.String("next", strconv.FormatUint(c.parameters.next, 10)),
		slog.String("groupType", c.parameters.groupType),
	)
	code, ids := 0, len(c.page.groupIDs)
	if c.refusal != nil {
		code, ids = c.refusal.code, 0
	}
	attributes = append(attributes, slog.Int("code", code), slog.Int("ids", ids))
	if c.fault.kind != "" {
		attributes = append(attributes, slog.String("fault", c.fault.kind))
	}
	s.logger.Info("call", attributes...)
}

// milliseconds keeps three decimals, so that a gap of 999.999 ms does not look like a second.
func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
