package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/proxy/auth"
	"tencent-chat-groups/internal/sandbox"
)

const (
	testApp   = 1400000000
	testAdmin = "administrator"
)

var testKey = sandbox.DerivedKey(7)

// service is a sandbox in place of Tencent Cloud Chat that records requests.
type service struct {
	url     string
	groups  []sandbox.Group
	answers http.Handler

	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
	arrivals []time.Time
}

// startService starts a sandbox with a script of faults, which may be empty. answers, if not nil, replaces the sandbox.
func startService(t *testing.T, interval time.Duration, groups int, script string, answers http.Handler) *service {
	t.Helper()
	s := &service{groups: sandbox.NewGenerator(7, false).Generate(groups), answers: answers}
	if answers == nil {
		config := sandbox.Config{SDKAppID: testApp, Identifier: testAdmin, SecretKey: testKey, Groups: s.groups, Seed: 7,
			Interval: interval}
		if script != "" {
			var err error
			config.Faults, err = sandbox.ParseScript([]byte(script))
			require.NoError(t, err)
		}
		server := sandbox.New(config, slog.New(slog.DiscardHandler))
		t.Cleanup(server.Stop)
		s.answers = server
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	s.url = "http://" + listener.Addr().String()
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.requests = append(s.requests, r)
	s.bodies = append(s.bodies, string(body))
	s.arrivals = append(s.arrivals, time.Now())
	s.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.answers.ServeHTTP(w, r)
}

// calls returns the number of requests so far.
func (s *service) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

// request returns the request with this number, from 1.
func (s *service) request(number int) (r *http.Request, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[number-1], s.bodies[number-1]
}

// lines collects the output of a process.
type lines struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.text.Write(b)
	close(l.changed)
	l.changed = make(chan struct{})
	return n, err
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// await waits for a log line that fits.
func (l *lines) await(t *testing.T, fits func(line map[string]any) bool) map[string]any {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		l.mu.Lock()
		text, changed := l.text.String(), l.changed
		l.mu.Unlock()
		for line := range strings.Lines(text) {
			var entry map[string]any
			if json.Unmarshal([]byte(line), &entry) == nil && fits(entry) {
				return entry
			}
		}
		select {
		case <-changed:
		case <-limit:
			require.FailNow(t, "the line was not logged", text)
		}
	}
}

func (l *lines) awaitMessage(t *testing.T, message string) map[string]any {
	t.Helper()
	return l.await(t, func(line map[string]any) bool { return line["msg"] == message })
}

// instance is a proxy under test, run as by its command.
type instance struct {
	url     string
	address string // host:port
	token   string // of the caller "alice"
	tokens  string // the file
	log     *lines
	service *service
	hup     chan os.Signal
	stop    func() int // ends it as SIGTERM does, and returns the exit status

	mu     sync.Mutex
	served bytes.Buffer // every answer's headers and body
}

// startProxy starts a proxy for a service. At the end of the test, its output and its responses are searched for
// secrets.
func startProxy(t *testing.T, s *service, flags ...string) *instance {
	t.Helper()
	folder := t.TempDir()
	p := &instance{
		tokens: filepath.Join(folder, "tokens"), log: &lines{changed: make(chan struct{})}, service: s,
		hup: make(chan os.Signal, 1),
	}
	keyFile := filepath.Join(folder, "key")
	require.NoError(t, os.WriteFile(keyFile, []byte(testKey+"\n"), 0o600))
	var err error
	p.token, err = auth.NewToken(p.tokens, "alice")
	require.NoError(t, err)
	all := []string{
		"--listen", "127.0.0.1:0", "--sdk-app-id", strconv.Itoa(testApp), "--identifier", testAdmin, "--endpoint", s.url,
		"--secret-key-file", keyFile, "--drain-time", "0s",
	}
	if !strings.Contains(strings.Join(flags, " "), "--no-auth") {
		all = append(all, "--tokens-file", p.tokens, "--metrics-tokens-file", p.tokens)
	}
	ctx, cancel := context.WithCancel(context.Background())
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, p.hup, append(all, flags...), p.log, p.log)
		fmt.Fprintln(p.log, `{"msg":"ended"}`)
	}()
	p.stop = sync.OnceValue(func() int {
		cancel()
		return <-status
	})
	t.Cleanup(func() {
		assert.Equal(t, exitOK, p.stop(), p.log.String())
		p.searchForSecrets(t)
	})
	started := p.log.await(t, func(line map[string]any) bool {
		return line["msg"] == "listening" || line["msg"] == "ended"
	})
	require.Equal(t, "listening", started["msg"], p.log.String())
	p.url = started["url"].(string)
	at, err := url.Parse(p.url)
	require.NoError(t, err)
	p.address = at.Host
	return p
}

// lookalike matches UserSigs: base64 of zlib, at any compression level.
var lookalike = regexp.MustCompile(`e[AFJN][A-Za-z0-9*_\-%]{38,}`)

// searchForSecrets asserts that the log and the responses hold no secret.
func (p *instance) searchForSecrets(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, text := range map[string]string{"log": p.log.String(), "answers": p.served.String()} {
		for _, secret := range []string{testKey, p.token} {
			assert.NotContains(t, text, secret, "a secret is in the %s", name)
		}
		assert.NotRegexp(t, lookalike, text, "a UserSig is in the %s", name)
		p.service.mu.Lock()
		for _, r := range p.service.requests {
			if userSig := r.URL.Query().Get("usersig"); userSig != "" {
				assert.Regexp(t, lookalike, userSig, "what is looked for is what is made")
				assert.NotContains(t, text, userSig, "the UserSig is in the %s", name)
			}
		}
		p.service.mu.Unlock()
	}
}

// reply is a response of the proxy.
type reply struct {
	status int
	header http.Header
	body   string
}

// problem returns the detail of an error response.
func (r reply) problem(t *testing.T) (detail string) {
	t.Helper()
	require.Equal(t, "application/problem+json", r.header.Get("Content-Type"), r.body)
	var p struct {
		Type, Title, Detail, RequestID string
		Status                         int
	}
	require.NoError(t, json.Unmarshal([]byte(r.body), &p))
	assert.Equal(t, r.status, p.Status)
	assert.Equal(t, http.StatusText(r.status), p.Title)
	assert.Equal(t, r.header.Get("X-Request-Id"), p.RequestID)
	return p.Detail
}

// list asks for a page as alice; change may alter the request.
func (p *instance) list(t *testing.T, body string, change ...func(*http.Request)) reply {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, p.url+restapi.CommandPath, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+p.token)
	for _, c := range change {
		c(r)
	}
	return p.do(t, r)
}

func (p *instance) do(t *testing.T, r *http.Request) reply {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	return p.read(t, response)
}

func (p *instance) read(t *testing.T, response *http.Response) reply {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	p.mu.Lock()
	defer p.mu.Unlock()
	require.NoError(t, response.Header.Write(&p.served))
	p.served.Write(body)
	return reply{response.StatusCode, response.Header, string(body)}
}

func (p *instance) get(t *testing.T, path string, change ...func(*http.Request)) reply {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.url+path, nil)
	require.NoError(t, err)
	for _, c := range change {
		c(r)
	}
	return p.do(t, r)
}

// raw sends bytes and reads one response, or its beginning if the connection closes. The status is 0 without a
// response.
func (p *instance) raw(t *testing.T, text string) reply {
	t.Helper()
	connection, err := net.Dial("tcp", p.address)
	require.NoError(t, err)
	defer func() { _ = connection.Close() }()
	_, err = io.WriteString(connection, text)
	require.NoError(t, err)
	method, _, _ := strings.Cut(text, " ")
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	if err != nil {
		return reply{}
	}
	response.Body = io.NopCloser(untilClosed{response.Body})
	return p.read(t, response)
}

// untilClosed treats a broken connection as the end of the body.
type untilClosed struct{ io.Reader }

func (u untilClosed) Read(b []byte) (int, error) {
	n, err := u.Reader.Read(b)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if name == "Host" {
			r.Host = value
			return
		}
		r.Header.Set(name, value)
	}
}

func without(name string) func(*http.Request) { return func(r *http.Request) { r.Header.Del(name) } }

// reload sends SIGHUP and waits until the files are read.
func (p *instance) reload(t *testing.T) {
	t.Helper()
	read := func() int { return strings.Count(p.log.String(), "reloaded") }
	before := read()
	p.hup <- syscall.SIGHUP
	const files = 2 // key and tokens
	p.log.await(t, func(map[string]any) bool { return read() == before+files })
}
