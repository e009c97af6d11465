package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"tencent-chat-groups/core/redact"
	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/proxy/pace"
)

const (
	// CallTimeout limits an upstream call, including its answer. By default callers wait 10 s, including their turn.
	CallTimeout = 7 * time.Second
	// maxFailures in a row make the proxy switch to the region's other host.
	maxFailures = 3
)

// upstream calls the service.
type upstream struct {
	bases      []string // base URLs: a region's main host and backup host, or one endpoint
	sdkAppID   int64
	identifier string
	signer     *signer
	client     *http.Client
	metrics    *metrics
	logger     *slog.Logger

	mu       sync.Mutex
	current  int // in bases
	failures int // of the current host, in a row
}

// newClient returns the client for upstream calls. It follows no redirects, which could leak the signature. It keeps no
// cookies and ignores the environment's proxy settings.
func newClient() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout:    3 * time.Second,
			ResponseHeaderTimeout:  CallTimeout,
			IdleConnTimeout:        30 * time.Second,
			MaxIdleConnsPerHost:    2,
			MaxResponseHeaderBytes: 32 << 10,
			ForceAttemptHTTP2:      true,
		},
	}
}

// call makes a call and ends its turn. It continues when its callers leave, since a call that has arrived counts.
// refusedUserSig reports whether the service refused the UserSig, so that a fresh one may succeed.
func (u *upstream) call(ctx context.Context, body string, turn pace.Turn) (a answer, refusedUserSig bool, err error) {
	deadline := time.Now().Add(CallTimeout)
	if turn.Until.Before(deadline) {
		deadline = turn.Until
	}
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
	defer cancel()
	outcome, pause := pace.Abandoned, time.Duration(0) // this also holds after a panic
	defer func() { turn.End(outcome, pause) }()
	userSig, err := u.signer.sign(time.Now())
	if err != nil {
		outcome = pace.Unused
		u.logger.Error("the UserSig could not be made") // the library's error may hold its input
		return answer{}, false, &problem{Status: http.StatusInternalServerError, Detail: "the proxy could not sign the call"}
	}
	base := u.currentBase()
	began := time.Now()
	status, pause, text, err := u.post(ctx, base, userSig, body)
	took := time.Since(began)
	fail := func(result string, p *problem) (answer, bool, error) {
		u.record(took, 0, result)
		return answer{}, false, p
	}
	if err != nil {
		u.failed(base)
		return fail(resultOf(err), noAnswer(err))
	}
	outcome = pace.Answered
	if status != http.StatusOK {
		if status == http.StatusTooManyRequests {
			outcome = pace.Throttled
		}
		if status >= 500 {
			u.failed(base)
		}
		return fail("status "+strconv.Itoa(status), badStatus(status, pause))
	}
	parsed, err := restapi.ReadAnswer(text, nil)
	code := restapi.LookUpErrorCode(parsed.ErrorCode)
	throttled := code.Class == restapi.ThrottleClass
	if throttled {
		outcome = pace.Throttled
	}
	switch {
	case err != nil:
		return fail("no answer of the service", invalidAnswer)
	case parsed.ErrorCode == 0 && u.containsSecret(text, userSig):
		return fail("an answer that repeats a secret", invalidAnswer)
	}
	u.succeeded(base)
	refusedUserSig = code.Retry == restapi.RetryResign
	if refusedUserSig {
		u.signer.drop(userSig)
	}
	result := "ok"
	if throttled {
		result = "throttled"
	} else if parsed.ErrorCode != 0 {
		result = "error code"
	}
	u.record(took, parsed.ErrorCode, result)
	if parsed.ErrorCode != 0 {
		text = errorBody(parsed, userSig)
	}
	return answer{body: text, errorCode: parsed.ErrorCode, from: fromService}, refusedUserSig, nil
}

// post sends a call and reads the response. Its error may hold the URL: see resultOf.
func (u *upstream) post(ctx context.Context, base, userSig, body string) (status int, pause time.Duration, text []byte,
	err error) {
	url := restapi.CallURL(base, u.sdkAppID, u.identifier, userSig, rand.Uint32())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header["User-Agent"] = nil // none
	response, err := u.client.Do(request)
	if err != nil {
		return 0, 0, nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	pause = retryAfter(response.Header)
	if response.StatusCode != http.StatusOK {
		return response.StatusCode, pause, nil, nil
	}
	text, err = io.ReadAll(io.LimitReader(response.Body, restapi.MaxAnswerBytes+1))
	if err == nil && len(text) > restapi.MaxAnswerBytes {
		err = errTooLarge
	}
	return response.StatusCode, pause, text, err
}

var errTooLarge = errors.New("the answer is too large")

// resultOf returns a failed call's result for logs and metrics in fixed words. The error may hold the URL and UserSig.
func resultOf(err error) string {
	_, isDNS := errors.AsType[*net.DNSError](err)
	op, isOp := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, errTooLarge):
		return errTooLarge.Error()
	case isTimeout(err):
		return "no answer in time"
	case isDNS:
		return "the host's name could not be resolved"
	case isOp:
		return "the connection failed: " + op.Op
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the answer broke off"
	}
	return "the connection failed"
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout()
}

func noAnswer(err error) *problem {
	if isTimeout(err) {
		return &problem{Status: http.StatusGatewayTimeout, Detail: "the service did not answer in time"}
	}
	return &problem{Status: http.StatusBadGateway, Detail: "the service sent no complete answer"}
}

var invalidAnswer = &problem{Status: http.StatusBadGateway, Detail: "the service's response is not a valid answer"}

// badStatus returns the problem for an HTTP status of the service. A 401 or 404 would look like the proxy's own.
func badStatus(status int, retryAfter time.Duration) *problem {
	p := &problem{Status: http.StatusBadGateway, RetryAfter: retryAfter,
		Detail: "the service answered with HTTP status " + strconv.Itoa(status)}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		p.Status = status
	}
	return p
}

// errorBody returns an answer with an ErrorCode, made from the parsed fields: the original may hold the URL.
func errorBody(a restapi.Answer, userSig string) []byte {
	secrets := []string{userSig}
	text, err := json.Marshal(struct {
		ActionStatus string
		ErrorCode    int64
		ErrorInfo    string
		RequestID    string `json:"RequestId,omitempty"`
	}{"FAIL", a.ErrorCode, redact.Text(a.ErrorInfo, secrets), redact.Text(a.RequestID, secrets)})
	if err != nil {
		panic(err) // strings and a number always marshal
	}
	return text
}

// record logs and counts a call.
func (u *upstream) record(took time.Duration, code int64, result string) {
	u.metrics.upstream.WithLabelValues(result).Observe(took.Seconds())
	level := slog.LevelInfo
	if result != "ok" {
		level = slog.LevelWarn
	}
	u.logger.Log(context.Background(), level, "upstream call", slog.String("result", result), slog.Int64("code", code),
		slog.Float64("ms", milliseconds(took)))
}

// currentBase returns the base URL to call.
func (u *upstream) currentBase() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.bases[u.current]
}

func (u *upstream) succeeded(base string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.bases[u.current] == base {
		u.failures = 0
	}
}

// failed counts a failure of a host, and switches to the other host after maxFailures in a row.
func (u *upstream) failed(base string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.bases[u.current] != base {
		return
	}
	if u.failures++; u.failures >= maxFailures && len(u.bases) > 1 {
		u.current, u.failures = (u.current+1)%len(u.bases), 0
		u.logger.Warn("the service's host keeps failing: switching to the other one", slog.String("host", u.bases[u.current]))
	}
}
