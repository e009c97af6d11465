package proxy

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/proxy/auth"
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

// ServeHTTP answers a request. It compares paths byte by byte, so that no path has two meanings.
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

// serveMetrics serves metrics to their readers. Without authentication, it also checks the host name.
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
	page, problem := readPage(w, r, e)
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
