package sandbox

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// call is a call and what becomes of it.
type call struct {
	number     uint64 // from 1, in the order in which the requests were read
	fault      fault
	counted    bool
	arrival    arrival
	parameters parameters
	refusal    *refusal // nil for a page
	page       page
	body       []byte
}

// ServeHTTP answers a call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, readable := readBody(w, r)
	number := s.calls.Add(1)
	c := call{number: number, fault: s.config.Faults.of(number)}
	in, out := s.config.Latency.split(s.config.Seed, c.number)
	s.wait(in+c.fault.in, nil) // also when the client has gone away: what is on the wire still arrives
	if c.fault.kind == lostRequest {
		s.config.Logger.Info("call", slog.Uint64("call", c.number), slog.Bool("counted", false), slog.String("fault", lostRequest))
		hangUp()
	}
	s.answer(&c, r, body, readable)
	s.log(c) // before the answer, so that whoever has the answer finds the line
	s.wait(out+c.fault.out, r.Context().Done())
	s.send(w, r, c.fault, c.message(r))
}

// readBody reads the body of a request, and reports false when it is too long or breaks off.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Now().Add(readTimeout)) // not there in tests without a socket
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	_ = connection.SetReadDeadline(time.Time{})
	return body, err == nil
}

// answer does what the endpoint does with a call that arrives now.
func (s *Server) answer(c *call, r *http.Request, body []byte, readable bool) {
	c.refusal = s.decide(c, r, body, readable)
	if c.refusal == nil {
		next := uint64(0)
		if !c.page.end {
			next = s.cursors.after(c.page.last)
		}
		c.body = encodePage(c.page, next)
		if len(c.body) > maxAnswerBytes {
			c.refusal = &refusal{codeAnswerTooLong, "the answer would exceed 1 MB: ask for fewer groups with Limit"}
		}
	}
	if c.fault.kind == errorCode {
		c.refusal = scripted(c.fault, r)
	}
	if c.refusal != nil {
		c.body = encodeRefusal(c.refusal)
	}
}

// decide finds the page that a call asks for, or the first reason to refuse it. The package comment has the order.
func (s *Server) decide(c *call, r *http.Request, body []byte, readable bool) *refusal {
	query, queryErr := url.ParseQuery(r.URL.RawQuery)
	c.arrival.at = s.config.Clock.Now()
	if refused := checkAddress(r, query, s.config.SDKAppID); refused != nil {
		return refused
	}
	c.counted = true
	c.arrival = s.throttle.arrive()
	parameters, parametersRefused := readParameters(body)
	c.parameters = parameters
	if queryErr != nil {
		return &refusal{codeUnreadable, "the query of the URL can't be parsed"}
	}
	if refused := checkQuery(query); refused != nil {
		return refused
	}
	identifier := query.Get("identifier")
	refused := checkSignature(s.config.SDKAppID, s.config.SecretKey, identifier, query.Get("usersig"), c.arrival.at)
	if refused != nil {
		return refused
	}
	if identifier != s.config.Identifier {
		return &refusal{codeNotAdmin, "only the app's admin may call this"}
	}
	if !c.arrival.allowed {
		return &refusal{codeTooOften, "called too often: 1 call a second is allowed for an app"}
	}
	if !readable {
		return &refusal{codeUnreadable, "the request body is too long or broke off"}
	}
	if parametersRefused != nil {
		return parametersRefused
	}
	after := uint64(0)
	if parameters.next != 0 {
		key, known := s.cursors.key(parameters.next)
		if !known {
			return &refusal{codeWrongParameter, "Next must be 0 or an integer that was returned as Next"}
		}
		after = key
	}
	c.page = s.readPage(after, parameters, c.fault)
	return nil
}

// log writes one line about a call. Nothing of the URL is in it, and of the body only what was understood, so that no
// UserSig can be, wherever a client may have put it. Next is a string, for readers whose numbers end at 2^53.
func (s *Server) log(c call) {
	attributes := []any{
		slog.Uint64("call", c.number),
		slog.Float64("arrivalMs", milliseconds(c.arrival.at.Sub(s.started))),
		slog.Bool("counted", c.counted),
	}
	if c.counted && !c.arrival.first {
		attributes = append(attributes, slog.Float64("gapMs", milliseconds(c.arrival.gap)))
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
	s.config.Logger.Info("call", attributes...)
}

// milliseconds keeps three decimals: a gap of 999.999 ms must not look like a second.
func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
