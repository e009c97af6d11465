package proxy

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/proxy/auth"
	"tencent-chat-groups/internal/proxy/pace"
	"tencent-chat-groups/internal/proxy/queue"
)

// Config configures a Proxy. Every field but Origins, TrustedProxies and MetricsReaders is required.
type Config struct {
	Endpoints  []string // base URLs of the service, in order of preference
	SDKAppID   uint32
	Identifier string // an admin of the app
	SecretKey  string

	Callers auth.Checker
	Hosts   []string // the proxy's own host names, without a port
	Origins []string // origins of other sites whose pages may call
	// Networks of reverse proxies whose X-Forwarded-For has a client's address, for the log.
	TrustedProxies []netip.Prefix
	MetricsReaders auth.Checker  // nil turns /metrics off
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
	draining atomic.Bool     // since Drain
	stopping context.Context // ends with Stop
	stop     context.CancelFunc
}

// New returns a Proxy. Its error names an invalid origin.
func New(config Config) (*Proxy, error) {
	access, err := newAccess(config.Hosts, config.Origins)
	if err != nil {
		return nil, err
	}
	p := &Proxy{config: config, access: access, metrics: newMetrics(config.Queue.Waiting, config.DroppedLines)}
	p.stopping, p.stop = context.WithCancel(context.Background())
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

// SetKey replaces the secret key for the next calls.
func (p *Proxy) SetKey(key string) { p.signer.setKey(key) }

// Drain makes /readyz answer 503, so that load balancers send callers elsewhere. Requests are served as before.
func (p *Proxy) Drain() { p.draining.Store(true) }

// Stop refuses requests that wait for a turn, and later ones. Calls under way continue.
func (p *Proxy) Stop() {
	p.Drain()
	p.stop()
}

// bodyTimeout limits how long a caller may take to send a body of at most maxBodyBytes.
const bodyTimeout = 5 * time.Second

// entry is a request's log entry. It holds no text of the request: a path or a header may hold a misplaced secret.
type entry struct {
	id       string
	route    string
	peer     string // the client's address
	caller   string
	callerID string // never shown or logged
	from     string
	code     int64 // the service's ErrorCode
	why      string
	waited   time.Duration // for a turn, the service, or another caller's call
	transfer time.Duration // of the request's body and the answer: the caller's time
}

// ServeHTTP answers a request. It compares paths byte by byte, without cleaning, decoding or redirects, so that no path has two meanings.
func (p *Proxy) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	began := time.Now()
	w := &responseWriter{ResponseWriter: rw}
	e := entry{id: rand.Text(), peer: peerOf(r, p.config.TrustedProxies)}
	header := w.Header()
	header.Set("X-Request-Id", e.id)
	header.Set("Cache-Control", "no-store") // the console's handler replaces it for its files
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("X-Frame-Options", "DENY")
	if r.TLS != nil {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	defer func() {
		if recover() != nil {
			logPanic(p.config.Logger, slog.String("id", e.id))
			e.why = errInternal.Detail
			errInternal.write(w, e.id)
		}
		p.done(e, w, time.Since(began))
	}()

	if problem := p.route(w, r, &e); problem != nil {
		e.why = cmp.Or(problem.Why, problem.Detail)
		problem.write(w, e.id)
	}
}

// done logs and counts a request. It does not log successful requests for anything but a page.
func (p *Proxy) done(e entry, w *responseWriter, took time.Duration) {
	status := cmp.Or(w.status, http.StatusOK)
	p.metrics.requests.WithLabelValues(e.route, strconv.Itoa(status)).Inc()
	if e.route != routeList && status < 400 {
		return
	}
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelWarn
	}
	attributes := []slog.Attr{slog.String("id", e.id), slog.String("route", e.route), slog.Int("status", status)}
	if e.caller != "" {
		attributes = append(attributes, slog.String("caller", e.caller))
	}
	if e.from != "" {
		own := took - e.waited - e.transfer
		p.metrics.answers.WithLabelValues(e.from).Inc()
		p.metrics.own.Observe(own.Seconds())
		p.metrics.waiting.Observe(e.waited.Seconds())
		attributes = append(attributes, slog.String("from", e.from), slog.Int64("code", e.code),
			slog.Float64("waitedMs", milliseconds(e.waited)), slog.Float64("ownMs", milliseconds(own)))
	}
	if e.why != "" {
		attributes = append(attributes, slog.String("why", e.why))
	}
	attributes = append(attributes, slog.String("peer", e.peer), slog.Int("bytes", w.bytes), slog.Float64("ms", milliseconds(took)))
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

// routes are the paths with a route of their own.
var routes = map[string]string{
	restapi.CommandPath: routeList,
	"/healthz":          routeHealth,
	"/readyz":           routeReady,
	"/metrics":          routeMetrics,
	"/whoami":           routeWhoami,
}

func (p *Proxy) route(w *responseWriter, r *http.Request, e *entry) *problem {
	e.route = routes[r.RequestURI]
	if e.route == "" && strings.HasPrefix(r.RequestURI, restapi.CommandPath) {
		e.route = routeRefused
		return &problem{Status: http.StatusNotFound,
			Detail: "no such path: use POST " + restapi.CommandPath + " without a query, which the proxy adds"}
	}
	if e.route == routeList {
		return p.serveList(w, r, e)
	}
	e.route = cmp.Or(e.route, routeConsole)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return &problem{Status: http.StatusMethodNotAllowed, Detail: "method not allowed: use GET", Allow: "GET, HEAD"}
	}
	switch e.route {
	case routeHealth: // under any host name, as probes call by address
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	case routeReady:
		p.serveReady(w)
	case routeMetrics:
		return p.serveMetrics(w, r, e)
	case routeWhoami:
		return p.serveWhoami(w, r, e)
	default:
		return p.serveConsole(w, r)
	}
	return nil
}

func (p *Proxy) serveConsole(w http.ResponseWriter, r *http.Request) *problem {
	if !p.access.allowsHost(r.Host) {
		return unknownHost
	}
	files := &withoutNotFound{ResponseWriter: w}
	p.config.Console.ServeHTTP(files, r)
	if !files.notFound {
		return nil
	}
	w.Header().Del("Content-Length")
	return &problem{Status: http.StatusNotFound,
		Detail: "no such path: the call is POST " + restapi.CommandPath + ", the console is at /"}
}

// withoutNotFound holds back a 404, for which the proxy has its own response.
type withoutNotFound struct {
	http.ResponseWriter
	notFound bool
}

func (w *withoutNotFound) WriteHeader(status int) {
	if w.notFound = status == http.StatusNotFound; !w.notFound {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *withoutNotFound) Write(body []byte) (int, error) {
	if w.notFound {
		return len(body), nil
	}
	return w.ResponseWriter.Write(body)
}

func (w *withoutNotFound) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// serveMetrics serves metrics to their readers. If these are everybody, the host name must be one of the proxy's, against DNS rebinding.
func (p *Proxy) serveMetrics(w http.ResponseWriter, r *http.Request, e *entry) *problem {
	if p.config.MetricsReaders == nil {
		return &problem{Status: http.StatusNotFound, Detail: "metrics are off: --metrics-tokens-file turns them on"}
	}
	if _, anybody := p.config.MetricsReaders.(auth.Anybody); anybody && !p.access.allowsHost(r.Host) {
		return unknownHost
	}
	if problem := authenticate(p.config.MetricsReaders, r, e); problem != nil {
		return problem
	}
	p.exporter.ServeHTTP(w, r)
	return nil
}

// serveWhoami returns the app's SDKAppID and the caller's name in the log. Without authentication callers have no name.
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
	writeJSON(w, http.StatusOK, "application/json", answer)
	return nil
}

var unknownHost = &problem{Status: http.StatusMisdirectedRequest,
	Detail: "this host name is not one of the proxy's: its operator sets them with --host"}

// serveList answers the call.
func (p *Proxy) serveList(w http.ResponseWriter, r *http.Request, e *entry) *problem {
	if !p.access.allowsHost(r.Host) {
		return unknownHost
	}
	if r.Method == http.MethodOptions {
		return p.access.preflight(w, r)
	}
	if r.Method != http.MethodPost {
		return &problem{Status: http.StatusMethodNotAllowed, Detail: "method not allowed: use POST", Allow: "POST"}
	}
	if !p.access.allowsOrigin(w, r) {
		return forbiddenOrigin
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
		return problemOf(r.Context(), err)
	}
	e.from, e.code = answer.from, answer.errorCode
	sending := time.Now()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.body)))
	_, _ = w.Write(answer.body) // the client may have disconnected
	e.transfer += time.Since(sending)
	return nil
}

// authenticate identifies the caller, and records it in e.
func authenticate(checker auth.Checker, r *http.Request, e *entry) *problem {
	caller, err := checker.Check(r.Context(), r.Header["Authorization"])
	e.caller, e.callerID = caller.Name, caller.ID
	switch {
	case err == nil:
		return nil
	case errors.Is(err, auth.ErrForbidden):
		return &problem{Status: http.StatusForbidden, Why: auth.Reason(err),
			Detail: "your token is valid, but does not allow this: ask the proxy's operator for access"}
	case errors.Is(err, auth.ErrUnavailable):
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second, Why: auth.Reason(err),
			Detail: "tokens cannot be checked at the moment: try again later"}
	}
	return &problem{Status: http.StatusUnauthorized, Why: auth.Reason(err),
		Detail: "no valid token: send the header Authorization: Bearer TOKEN"}
}

// readPage reads the requested page.
func (p *Proxy) readPage(w http.ResponseWriter, r *http.Request, e *entry) (Page, *problem) {
	mediaType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := cmp.Or(parameters["charset"], "utf-8")
	if err != nil || len(r.Header["Content-Type"]) > 1 || mediaType != "application/json" || !strings.EqualFold(charset, "utf-8") {
		return Page{}, &problem{Status: http.StatusUnsupportedMediaType, Detail: "the body's Content-Type must be application/json"}
	}
	if r.Header.Get("Content-Encoding") != "" {
		return Page{}, &problem{Status: http.StatusUnsupportedMediaType, Detail: "the body must not be compressed"}
	}
	reading := time.Now()
	_ = http.NewResponseController(w).SetReadDeadline(reading.Add(bodyTimeout)) // fails in tests without a socket
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	e.transfer += time.Since(reading)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case tooLarge:
		// Otherwise net/http would read more of the body before the response, until the response's own deadline had passed.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now())
		return Page{}, &problem{Status: http.StatusRequestEntityTooLarge, Detail: "the body must have at most 4096 bytes"}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return Page{}, &problem{Status: http.StatusRequestTimeout, Detail: "the body must be sent within 5 s"}
	case err != nil:
		return Page{}, &problem{Status: http.StatusBadRequest, Detail: "the body is incomplete"}
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	page, err := readPage(text)
	if err != nil {
		return Page{}, &problem{Status: http.StatusBadRequest, Detail: err.Error()}
	}
	return page, nil
}

var errInternal = &problem{Status: http.StatusInternalServerError,
	Detail: "internal error of the proxy: report the requestId to its operator"}

// problemOf returns the problem for the error of a page.
func problemOf(ctx context.Context, err error) *problem {
	const statusGone = 499 // only the log shows it
	if known, ok := errors.AsType[*problem](err); ok {
		return known
	}
	if full, ok := errors.AsType[*queue.Full](err); ok {
		return &problem{Status: http.StatusTooManyRequests, RetryAfter: full.RetryAfter,
			Detail: full.Why + ": the service allows one call per second per app"}
	}
	if unavailable, ok := errors.AsType[*pace.Unavailable](err); ok {
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: unavailable.RetryAfter,
			Detail: "no call can be made at the moment", Why: unavailable.Why}
	}
	switch {
	case ctx.Err() != nil:
		return &problem{Status: statusGone, Detail: "the caller disconnected"}
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second, Detail: "the request's turn did not come in time"}
	}
	return errInternal
}
