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
	// CallTimeout bounds one upstream call, its answer included. Callers wait 10 s by default, their turn included.
	CallTimeout = 7 * time.Second
	// maxFailures of a host in a row make the proxy go to the region's other host.
	maxFailures = 3
)

// upstream makes the one call of the service.
type upstream struct {
	bases      []string // base URLs of the service: a region's main host and its backup, or one endpoint
	sdkAppID   int64
	identifier string
	signer     *signer
	client     *http.Client
	metrics    *metrics
	logger     *slog.Logger

	mu       sync.Mutex
	current       int // in bases
	failures int // of that host, in a row
}

// newClient is the client for upstream calls. It follows no redirect, which could carry the signature elsewhere, sends no more
// headers than HTTP needs, keeps no cookies and heeds no proxy settings of the environment.
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

// call makes a call in its turn, which it ends. It is not given up when callers leave: it has arrived then, and costs as much.
// resign says that the UserSig was refused, and that another try will be made with a fresh one.
func (u *upstream) call(ctx context.Context, body string, turn pace.Turn) (a answer, resign bool, err error) {
	ends := time.Now().Add(CallTimeout)
	if turn.Until.Before(ends) {
		ends = turn.Until
	}
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), ends)
	defer cancel()
	how, pause := pace.Abandoned, time.Duration(0) // what holds as well if something here panics
	defer func() { turn.End(how, pause) }()
	userSig, err := u.signer.sign(time.Now())
	if err != nil {
		how = pace.Unused
		u.logger.Error("no UserSig could be made") // the library's error might hold what it was given
		return answer{}, false, &problem{Status: http.StatusInternalServerError, Detail: "the proxy could not sign"}
	}
	base := u.currentBase()
	began := time.Now()
	status, pause, text, err := u.post(ctx, base, userSig, body)
	took := time.Since(began)
	if err != nil {
		u.failed(base)
		return answer{}, false, u.note(took, 0, resultOf(err), noAnswer(err))
	}
	if status != http.StatusOK {
		if how = pace.Answered; status == http.StatusTooManyRequests {
			how = pace.Throttled
		}
		if status >= 500 {
			u.failed(base)
		}
		return answer{}, false, u.note(took, 0, "status "+strconv.Itoa(status), badStatus(status, pause))
	}
	outcome, err := restapi.ReadAnswer(text, nil)
	code := restapi.LookUpErrorCode(outcome.ErrorCode)
	throttled := code.Class == restapi.ThrottleClass
	if how = pace.Answered; throttled {
		how = pace.Throttled
	}
	switch {
	case err != nil:
		return answer{}, false, u.note(took, 0, "no answer of the service", &problem{Status: http.StatusBadGateway,
			Detail: "what came back is no answer of the service"})
	case u.containsSecret(text, userSig) && outcome.ErrorCode == 0:
		return answer{}, false, u.note(took, 0, "an answer that repeats a secret", &problem{Status: http.StatusBadGateway,
			Detail: "what came back is no answer of the service"})
	}
	u.succeeded(base)
	resign = code.Retry == restapi.RetryResign
	if resign {
		u.signer.drop(userSig)
	}
	result := "ok"
	if throttled {
		result = "throttled"
	} else if outcome.ErrorCode != 0 {
		result = "error code"
	}
	_ = u.note(took, outcome.ErrorCode, result, nil)
	if outcome.ErrorCode != 0 {
		text = errorBody(outcome, userSig)
	}
	return answer{body: text, errorCode: outcome.ErrorCode, from: fromService}, resign, nil
}

// post sends a call and reads what comes back. Its error may hold the URL: see reasonOf.
func (u *upstream) post(ctx context.Context, base, userSig, body string) (status int, pause time.Duration, text []byte, err error) {
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
	defer func() { _ = response.Body.Close() }() // nothing more is read of it
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

// resultOf says what went wrong with a call, for the log. The error of an http.Client has the URL, and so the UserSig, in it: only
// what it wraps is shown, and of that only what cannot have come from the other side.
func resultOf(err error) string {
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.Is(err, errTooLarge):
		return errTooLarge.Error()
	case isTimeout(err):
		return "no answer in time"
	case errors.As(err, &dns):
		return "the host's name could not be resolved"
	case errors.As(err, &op):
		return "the connection failed: " + op.Op
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the answer broke off"
	}
	return "the connection failed"
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

func noAnswer(err error) *problem {
	if isTimeout(err) {
		return &problem{Status: http.StatusGatewayTimeout, Detail: "the service did not answer in time"}
	}
	return &problem{Status: http.StatusBadGateway, Detail: "no complete answer came from the service"}
}

// badStatus puts an HTTP status of the service's side into one of the proxy's. What the service says to the proxy (401, 404, a
// redirect) would mislead a caller, for whom the proxy is the one who says such things.
func badStatus(status int, retryAfter time.Duration) *problem {
	p := &problem{Status: http.StatusBadGateway, Detail: "the service answered with HTTP status " + strconv.Itoa(status), RetryAfter: retryAfter}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		p.Status = status
	}
	return p
}

// errorBody makes an answer with an ErrorCode anew, from what was read of it: a gateway between here and the service might have put
// the URL into the one that came.
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

// note logs a call and counts it, and returns the problem as it is.
func (u *upstream) note(took time.Duration, code int64, result string, p *problem) error {
	u.metrics.upstream.WithLabelValues(result).Observe(took.Seconds())
	level := slog.LevelInfo
	if result != "ok" {
		level = slog.LevelWarn
	}
	u.logger.Log(context.Background(), level, "upstream call", slog.String("result", result), slog.Int64("code", code),
		slog.Float64("ms", milliseconds(took)))
	if p == nil {
		return nil
	}
	return p
}

// currentBase is the currentBase URL to call.
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

// failed notes that a host did not answer, or answered that it cannot. Some in a row, and the other host is taken.
func (u *upstream) failed(base string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.bases[u.current] != base {
		return
	}
	if u.failures++; u.failures >= maxFailures && len(u.bases) > 1 {
		u.current, u.failures = (u.current+1)%len(u.bases), 0
		u.logger.Warn("the service's host does not answer: going to the other one", slog.String("host", u.bases[u.current]))
	}
}
