package proxy

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/proxy/auth"
	"tencent-chat-groups/internal/proxy/queue"
)

// Config is what a Proxy is made of. Every field is required, but for Origins, TrustedProxies and MayReadMetrics.
type Config struct {
	Endpoints  []string // base URLs of the service, the first one first
	SDKAppID   uint32
	Identifier string // an admin of the app
	SecretKey  string

	Callers auth.Checker
	Hosts   []string // host names without a port that the proxy may be called by
	Origins []string // of other sites whose pages may call
	// Networks of reverse proxies whose X-Forwarded-For is believed, for the log.
	TrustedProxies []netip.Prefix
	MayReadMetrics auth.Checker  // nil turns /metrics off
	DroppedLines   func() uint64 // of the log

	Queue   *queue.Queue
	Cache   pageCache
	Console http.Handler // answers GET and HEAD of the console's paths, and 404
	Parts   func() []Part
	Logger  *slog.Logger
}

// Proxy is the signing proxy as an http.Handler.
type Proxy struct {
	config   Config
	access   *access
	lister   *lister
	signer   *signer
	metrics  *metrics
	exporter http.Handler
	leaving  atomic.Bool     // since Drain
	stopping context.Context // ends with Stop
	stop     context.CancelFunc
}

// New makes a proxy. Its error names an origin that is none.
func New(config Config) (*Proxy, error) {
	access, err := newAccess(config.Hosts, config.Origins)
	if err != nil {
		return nil, err
	}
	p := &Proxy{config: config, access: access, metrics: newMetrics(config.Queue.Waiting)}
	p.stopping, p.stop = context.WithCancel(context.Background())
	p.metrics.countDroppedLines(config.DroppedLines)
	p.exporter = p.metrics.handler()
	p.signer = &signer{sdkAppID: config.SDKAppID, identifier: config.Identifier, key: config.SecretKey}
	p.lister = &lister{
		cache:    config.Cache,
		stopping: p.stopping,
		flights:  flights{queue: config.Queue, byName: map[string]*flight{}},
		logger:   config.Logger,
		upstream: &upstream{
			bases: config.Endpoints, sdkAppID: int64(config.SDKAppID), identifier: config.Identifier,
			signer: p.signer, client: newClient(), metrics: p.metrics, logger: config.Logger,
		},
	}
	return p, nil
}

// SetKey takes another secret key for the calls that follow.
func (p *Proxy) SetKey(key string) { p.signer.setKey(key) }

// Drain makes /readyz answer 503, so that load balancers send callers elsewhere. Callers are served as before.
func (p *Proxy) Drain() { p.leaving.Store(true) }

// Stop refuses callers who wait for a turn or come later. Calls that are under way continue.
func (p *Proxy) Stop() {
	p.Drain()
	p.stop()
}

// bodyTimeout bounds how long a caller may take to send a body of at most maxBodyBytes.
const bodyTimeout = 5 * time.Second

// entry is what is logged of a request. Of what a caller sent it holds nothing: a path or a header may hold a secret that went
// astray.
type entry struct {
	id       string
	route    string
	peer     string // address of whoever sent it
	caller   string
	callerID string // never shown or logged
	status   int
	from     string
	code     int64 // the service's ErrorCode
	bytes    int
	why      string
	waited   time.Duration // for a turn, the service, or another caller's call
	sent     time.Duration // the caller's time: sending the request's body and reading the answer
}

// ServeHTTP answers a request. Paths are compared as they came, whole: nothing is cleaned, decoded or redirected, so nothing can be
// understood in two ways.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	w = &sender{ResponseWriter: w}
	e := entry{id: rand.Text(), status: http.StatusOK, peer: peerOf(r, p.config.TrustedProxies)}
	header := w.Header()
	header.Set("X-Request-Id", e.id)
	header.Set("Cache-Control", "no-store") // the console's handler knows better for its files
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("X-Frame-Options", "DENY")
	if r.TLS != nil {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	defer func() {
		if fault := recover(); fault != nil {
			e.status, e.why = errFault.Status, errFault.Detail
			// What was panicked with may hold anything: the stack alone is shown.
			p.config.Logger.Error("fault", slog.String("id", e.id), slog.String("stack", string(debug.Stack())))
			errFault.write(w, e.id)
		}
		p.done(e, time.Since(began))
	}()

	if problem := p.route(w, r, &e); problem != nil {
		e.status, e.why = problem.Status, cmp.Or(problem.Why, problem.Detail)
		e.bytes = problem.write(w, e.id)
	}
}

// done logs and counts a request. Probes and files of the console are not worth a line each, unless they fail.
func (p *Proxy) done(e entry, took time.Duration) {
	p.metrics.requests.WithLabelValues(e.route, strconv.Itoa(e.status)).Inc()
	if e.route != routeList && e.status < 400 {
		return
	}
	level := slog.LevelInfo
	if e.status >= 500 {
		level = slog.LevelWarn
	}
	attributes := []slog.Attr{slog.String("id", e.id), slog.String("route", e.route), slog.Int("status", e.status)}
	if e.caller != "" {
		attributes = append(attributes, slog.String("caller", e.caller))
	}
	if e.from != "" {
		own := took - e.waited - e.sent
		p.metrics.answers.WithLabelValues(e.from).Inc()
		p.metrics.own.Observe(own.Seconds())
		p.metrics.waiting.Observe(e.waited.Seconds())
		attributes = append(attributes, slog.String("from", e.from), slog.Int64("code", e.code),
			slog.Float64("waitedMs", milliseconds(e.waited)), slog.Float64("ownMs", milliseconds(own)))
	}
	if e.why != "" {
		attributes = append(attributes, slog.String("why", e.why))
	}
	attributes = append(attributes, slog.String("peer", e.peer), slog.Int("bytes", e.bytes), slog.Float64("ms", milliseconds(took)))
	p.config.Logger.LogAttrs(context.Background(), level, "request", attributes...)
}

// Routes as logs and metrics name them.
const (
	routeList    = "list"
	routeHealth  = "healthz"
	routeReady   = "readyz"
	routeMetrics = "metrics"
	routeWhoami  = "whoami"
	routeConsole = "console"
	routeRefused = "refused"
)

func (p *Proxy) route(w http.ResponseWriter, r *http.Request, e *entry) *problem {
	e.route = routeRefused
	switch r.RequestURI {
	case restapi.CommandPath:
		e.route = routeList
	case "/healthz":
		e.route = routeHealth
	case "/readyz":
		e.route = routeReady
	case "/metrics":
		e.route = routeMetrics
	case "/whoami":
		e.route = routeWhoami
	default:
		if strings.HasPrefix(r.RequestURI, restapi.CommandPath) {
			return &problem{Status: http.StatusNotFound, Detail: "the call is POST " + restapi.CommandPath + ", without a query: the proxy adds that"}
		}
		e.route = routeConsole
	}
	if e.route == routeList {
		return p.serveList(w, r, e)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return &problem{Status: http.StatusMethodNotAllowed, Detail: "only GET is served here", Allow: "GET, HEAD"}
	}
	switch e.route {
	case routeHealth: // whoever is asked by an address alone, as probes do, is not asked for its name
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	case routeReady:
		p.serveReady(w)
	case routeMetrics:
		return p.serveMetrics(w, r, e)
	case routeWhoami:
		return p.serveWhoami(w, r, e)
	default:
		if !p.access.allowsHost(r.Host) {
			return unknownHost
		}
		counting := &counter{ResponseWriter: w, status: http.StatusOK}
		p.config.Console.ServeHTTP(counting, r)
		if counting.status == http.StatusNotFound {
			w.Header().Del("Content-Length")
			return &problem{Status: http.StatusNotFound, Detail: "there is nothing here: the call is POST " + restapi.CommandPath + ", the console is at /"}
		}
		e.status, e.bytes = counting.status, counting.bytes
	}
	return nil
}

// serveMetrics answers whoever may read metrics. Where that is anybody, a page whose host name was made to lead here must not.
func (p *Proxy) serveMetrics(w http.ResponseWriter, r *http.Request, e *entry) *problem {
	if p.config.MayReadMetrics == nil {
		return &problem{Status: http.StatusNotFound, Detail: "metrics are off: --metrics-tokens-file turns them on"}
	}
	if _, anybody := p.config.MayReadMetrics.(auth.Anybody); anybody && !p.access.allowsHost(r.Host) {
		return unknownHost
	}
	if problem := authenticate(p.config.MayReadMetrics, r, e); problem != nil {
		return problem
	}
	p.exporter.ServeHTTP(w, r)
	return nil
}

// serveWhoami tells callers which app the proxy lists, and the name that the log has of them. Without authentication nobody has
// a name.
func (p *Proxy) serveWhoami(w http.ResponseWriter, r *http.Request, e *entry) *problem {
	if !p.access.allowsHost(r.Host) {
		return unknownHost
	}
	if problem := authenticate(p.config.Callers, r, e); problem != nil {
		return problem
	}
	answer := struct {
		SDKAppID uint32 `json:"sdkAppId"`
		Caller   string `json:"caller,omitempty"`
	}{SDKAppID: p.config.SDKAppID}
	if _, anybody := p.config.Callers.(auth.Anybody); !anybody {
		answer.Caller = e.caller
	}
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err) // a number and a string always marshal
	}
	w.Header().Set("Content-Type", "application/json")
	e.bytes, _ = w.Write(append(text, '\n')) // a caller who has gone reads nothing
	return nil
}

var unknownHost = &problem{Status: http.StatusMisdirectedRequest, Detail: "the proxy is not known by this host name: --host lists those that it has"}

// serveList answers the one call.
func (p *Proxy) serveList(w http.ResponseWriter, r *http.Request, e *entry) *problem {
	if !p.access.allowsHost(r.Host) {
		return unknownHost
	}
	if r.Method == http.MethodOptions {
		if problem := p.access.preflight(w, r); problem != nil {
			return problem
		}
		e.status = http.StatusNoContent
		return nil
	}
	if r.Method != http.MethodPost {
		return &problem{Status: http.StatusMethodNotAllowed, Detail: "only POST is served here", Allow: "POST"}
	}
	if !p.access.allowsOrigin(w, r) {
		return &problem{Status: http.StatusForbidden, Detail: "pages of this origin may not call"}
	}
	if problem := authenticate(p.config.Callers, r, e); problem != nil {
		return problem
	}
	page, problem := p.readPage(w, r, e)
	if problem != nil {
		return problem
	}
	answer, waited, err := p.lister.page(r.Context(), e.callerID, page)
	e.waited = waited
	if err != nil {
		return p.failed(r, err)
	}
	e.from, e.code = answer.from, answer.errorCode
	sending := time.Now()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.body)))
	e.bytes, _ = w.Write(answer.body) // a caller who has gone reads nothing
	e.sent += time.Since(sending)
	return nil
}

// authenticate finds out who calls, and notes it.
func authenticate(checker auth.Checker, r *http.Request, e *entry) *problem {
	caller, err := checker.Check(r.Context(), r.Header["Authorization"])
	e.caller, e.callerID = caller.Name, caller.ID
	switch {
	case err == nil:
		return nil
	case errors.Is(err, auth.ErrForbidden):
		return &problem{Status: http.StatusForbidden, Detail: "you are known, but may not list groups", Why: auth.Reason(err)}
	case errors.Is(err, auth.ErrUnavailable):
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second, Detail: "who you are cannot be checked just now", Why: auth.Reason(err)}
	}
	return &problem{Status: http.StatusUnauthorized, Detail: "a valid token is needed: Authorization: Bearer TOKEN", Why: auth.Reason(err)}
}

// readPage reads what is asked for.
func (p *Proxy) readPage(w http.ResponseWriter, r *http.Request, e *entry) (Page, *problem) {
	mediaType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := parameters["charset"]
	if err != nil || len(r.Header["Content-Type"]) > 1 || mediaType != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return Page{}, &problem{Status: http.StatusUnsupportedMediaType, Detail: "the body must be of Content-Type application/json"}
	}
	if r.Header.Get("Content-Encoding") != "" {
		return Page{}, &problem{Status: http.StatusUnsupportedMediaType, Detail: "the body must not be compressed"}
	}
	reading := time.Now()
	_ = http.NewResponseController(w).SetReadDeadline(reading.Add(bodyTimeout)) // not there in tests without a socket
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	e.sent += time.Since(reading)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		// net/http would read more before it answers, until this deadline: the time to write the answer would be over as well.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now())
		return Page{}, &problem{Status: http.StatusRequestEntityTooLarge, Detail: "the body must have at most 4096 bytes"}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return Page{}, &problem{Status: http.StatusRequestTimeout, Detail: "the body must be sent within 5 s"}
	case err != nil:
		return Page{}, &problem{Status: http.StatusBadRequest, Detail: "the body broke off"}
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	page, err := readPage(text)
	if err != nil {
		return Page{}, &problem{Status: http.StatusBadRequest, Detail: err.Error()}
	}
	return page, nil
}

// failed says why there is no page. statusGone is for a caller who did not wait: only the log sees it.
func (p *Proxy) failed(r *http.Request, err error) *problem {
	const statusGone = 499
	var known *problem
	switch {
	case errors.As(err, &known):
		return known
	case r.Context().Err() != nil:
		return &problem{Status: statusGone, Detail: "the caller has gone"}
	}
	return errFault
}

var errFault = &problem{Status: http.StatusInternalServerError, Detail: "a fault of the proxy"}

// counter notes what a handler answers. A 404 is not sent, so that the proxy can say it as it says everything else.
type counter struct {
	http.ResponseWriter
	status, bytes int
}

func (c *counter) WriteHeader(status int) {
	if c.status = status; status != http.StatusNotFound {
		c.ResponseWriter.WriteHeader(status)
	}
}

func (c *counter) Write(b []byte) (int, error) {
	if c.status == http.StatusNotFound {
		return len(b), nil
	}
	n, err := c.ResponseWriter.Write(b)
	c.bytes += n
	return n, err
}

func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
