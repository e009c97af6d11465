package proxy

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"

	"tencent-chat-groups/internal/proxy/pace"
	"tencent-chat-groups/internal/proxy/queue"
)

// end is how a turn ended.
type end struct {
	how   pace.Outcome
	pause time.Duration
}

// turn returns a turn that records its ends.
func turn(ends *[]end) pace.Turn {
	return pace.Turn{Until: time.Now().Add(time.Minute), End: func(how pace.Outcome, pause time.Duration) {
		*ends = append(*ends, end{how, pause})
	}}
}

// testQueue returns a queue that grants turns immediately.
func testQueue(t *testing.T) *queue.Queue {
	t.Helper()
	q := queue.New(6, pace.Config{CallTimeout: CallTimeout, MaxWait: MaxWait})
	t.Cleanup(q.Pacer.Close)
	return q
}

const (
	testApp = 1400000000
	testKey = "3f0c5d1e9b7a4826"
)

func newUpstream(bases ...string) *upstream {
	return &upstream{
		bases: bases, sdkAppID: testApp, identifier: "administrator",
		signer: &signer{sdkAppID: testApp, identifier: "administrator", key: testKey},
		client: newClient(), metrics: newMetrics(nil, nil), logger: slog.New(slog.DiscardHandler),
	}
}

const emptyPage = `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"Next":0,"GroupIdList":[]}`

// TestBackupHost: after three failures in a row, the region's other host is called.
func TestBackupHost(t *testing.T) {
	fails := true
	called := map[string]int{}
	serve := func(name string) *httptest.Server {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			called[name]++
			if name == "main" && fails {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			_, _ = w.Write([]byte(emptyPage))
		}))
		t.Cleanup(s.Close)
		return s
	}
	u := newUpstream(serve("main").URL, serve("backup").URL)
	call := func() error {
		var ends []end
		_, _, err := u.call(t.Context(), "{}", turn(&ends))
		assert.Equal(t, []end{{pace.Answered, 0}}, ends)
		return err
	}
	require.Error(t, call())
	require.Error(t, call())
	fails = false
	require.NoError(t, call(), "an answer sets the count back")
	fails = true
	for range maxFailures {
		require.Error(t, call())
	}
	require.NoError(t, call())
	require.NoError(t, call())
	assert.Equal(t, map[string]int{"main": 6, "backup": 2}, called)
}

// TestTurnEnds: a turn's outcome and pause follow from the response.
func TestTurnEnds(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers http.HandlerFunc
		ended   end
	}{
		{"a page", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(emptyPage)) }, end{pace.Answered, 0}},
		{"a throttle answer", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"ErrorCode":60011}`))
		}, end{pace.Throttled, 0}},
		{"status 429", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, end{pace.Throttled, 0}},
		{"status 429 with a pause", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "70000")
			w.WriteHeader(429)
		}, end{pace.Throttled, maxRetryAfter}},
		{"status 503 with a pause", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", time.Now().Add(30*time.Second).UTC().Format(http.TimeFormat))
			w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
			w.WriteHeader(503)
		}, end{pace.Answered, 30 * time.Second}},
		{"a throttle answer with a pause", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "5")
			_, _ = w.Write([]byte(`{"ErrorCode":60011}`))
		}, end{pace.Throttled, 5 * time.Second}},
		{"no answer of the service", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{}`))
		}, end{pace.Answered, 0}},
		{"no answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, end{pace.Abandoned, 0}},
	} {
		s := httptest.NewServer(c.answers)
		var ends []end
		_, _, _ = newUpstream(s.URL).call(t.Context(), "{}", turn(&ends))
		assert.Equal(t, []end{c.ended}, ends, c.name)
		s.Close()
	}
}

// unkept is a cache without pages.
type unkept struct{}

func (unkept) Get(context.Context, string) ([]byte, bool) { return nil, false }
func (unkept) Put(context.Context, string, []byte)        {}

// panics is a transport that panics with the URL.
type panics struct{}

func (panics) RoundTrip(r *http.Request) (*http.Response, error) { panic(r.URL.String()) }

// TestPanicInCall: the process and the pace continue, and the panic's value is not shown.
func TestPanicInCall(t *testing.T) {
	var log bytes.Buffer
	u := newUpstream("http://127.0.0.1:1")
	u.client.Transport = panics{}
	q := queue.New(6, pace.Config{Interval: time.Hour, CallTimeout: CallTimeout, MaxWait: MaxWait})
	defer q.Pacer.Close()
	l := &lister{cache: unkept{}, upstream: u, flights: flights{queue: q, byName: map[string]*flight{}},
		stopping: t.Context(),
		logger:   slog.New(slog.NewJSONHandler(&log, nil))}
	_, _, err := l.page(t.Context(), "caller", Page{Limit: 1})
	require.ErrorIs(t, err, errInternal)
	require.Eventually(t, func() bool {
		next, _ := q.Pacer.Wait()
		return next > time.Minute
	}, time.Minute, time.Millisecond, "the call may have arrived")
	assert.Empty(t, l.flights.byName)
	assert.Contains(t, log.String(), "RoundTrip", "the stack")
	assert.NotContains(t, log.String(), "usersig")
}

// TestDecompressionBomb: the size limit applies after decompression.
func TestDecompressionBomb(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write(bytes.Repeat([]byte(" "), 64<<20))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	}))
	defer s.Close()
	u := newUpstream(s.URL)
	_, _, _, err = u.post(t.Context(), s.URL, "sig", "{}")
	require.ErrorIs(t, err, errTooLarge)
}

// TestEncodedSecrets: a UserSig is found by its longest run, however the rest is encoded.
func TestEncodedSecrets(t *testing.T) {
	u := newUpstream("http://127.0.0.1:1")
	const userSig = "eJwtzEELgjAYxvHvsnPI3*Oxm1tvxrZQnKAtvpLh-M6H5nj00000Aa_"
	for _, star := range []string{"*", "%2A", "%2a", "%252A", "%252a", "&#42;", `\u002a`} {
		text := strings.ReplaceAll(userSig, "*", star)
		assert.True(t, u.containsSecret([]byte(`{"GroupId":"`+text+`"}`), userSig), star)
	}
	assert.False(t, u.containsSecret([]byte(emptyPage), userSig))
}

// TestCallOutlivesCallers: a call under way continues when its callers leave, and its page is kept.
func TestCallOutlivesCallers(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		leave()
		_, _ = w.Write([]byte(emptyPage))
	}))
	defer s.Close()
	a, _, err := newUpstream(s.URL).call(ctx, "{}", turn(&[]end{}))
	require.NoError(t, err)
	assert.JSONEq(t, emptyPage, string(a.body))
}

// TestUserSigs: a UserSig is valid for minutes, reused, and renewed in time.
func TestUserSigs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &signer{sdkAppID: testApp, identifier: "administrator", key: "key"}
		sign := func() string {
			userSig, err := s.sign(time.Now())
			require.NoError(t, err)
			require.NoError(t, tencentyun.VerifyUserSig(testApp, "key", "administrator", userSig, time.Now().Add(userSigLife/2)))
			require.ErrorIs(t, tencentyun.VerifyUserSig(testApp, "key", "administrator", userSig,
				time.Now().Add(userSigLife+time.Second)), tencentyun.ErrExpired)
			return userSig
		}
		first := sign()
		time.Sleep(userSigRenewal - time.Second)
		assert.Equal(t, first, sign())
		time.Sleep(time.Second)
		second := sign()
		assert.NotEqual(t, first, second)
		time.Sleep(time.Second)
		s.drop(first)
		assert.Equal(t, second, sign(), "another one was refused")
		s.drop(second)
		assert.NotEqual(t, second, sign())
		s.setKey("other")
		userSig, err := s.sign(time.Now())
		require.NoError(t, err)
		require.NoError(t, tencentyun.VerifyUserSig(testApp, "other", "administrator", userSig, time.Now()))
	})
}

// TestRetryAfter: seconds and dates are read, and limited.
func TestRetryAfter(t *testing.T) {
	date := time.Date(2031, 5, 4, 3, 2, 1, 0, time.UTC)
	at := func(d time.Duration) string { return date.Add(d).Format(http.TimeFormat) }
	for value, pause := range map[string]time.Duration{
		"": 0, "0": 0, "1": time.Second, " 30 ": 30 * time.Second, "600": 10 * time.Minute, "601": 10 * time.Minute,
		"65536": 10 * time.Minute, "99999999999999999999999999": 10 * time.Minute, "18446744073709551615": 10 * time.Minute,
		"-1": 0, "1.5": 0, "soon": 0, "1e3": 0,
		at(90 * time.Second): 90 * time.Second, at(-time.Hour): 0, at(time.Hour): 10 * time.Minute,
		date.Add(time.Minute).Format(time.RFC850): time.Minute, date.Add(time.Minute).Format(time.ANSIC): time.Minute,
	} {
		assert.Equal(t, pause, retryAfter(http.Header{"Retry-After": {value}, "Date": {at(0)}}), value)
	}
	own := retryAfter(http.Header{"Retry-After": {time.Now().Add(time.Minute).UTC().Format(http.TimeFormat)}})
	assert.InDelta(t, 59.5, own.Seconds(), 1.5, "without a Date, the own clock counts")
}

// TestCallEndsWithTurn: a call never outlasts its turn, after which another may begin.
func TestCallEndsWithTurn(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server notices when the client disconnects
		<-r.Context().Done()
	}))
	defer s.Close()
	at := turn(&[]end{})
	at.Until = time.Now().Add(50 * time.Millisecond)
	began := time.Now()
	_, _, err := newUpstream(s.URL).call(t.Context(), "{}", at)
	require.Error(t, err)
	assert.Less(t, time.Since(began), CallTimeout)
}

// TestFlights: concurrent requests for a page share one fetch, which lasts while a caller waits.
func TestFlights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := testQueue(t)
		f := flights{queue: q, byName: map[string]*flight{}}
		fetched := 0
		fetch := func(ctx context.Context, _ *queue.Request) (answer, error) {
			fetched++
			select {
			case <-time.After(time.Second):
				return answer{errorCode: int64(fetched)}, nil
			case <-ctx.Done():
				return answer{}, ctx.Err()
			}
		}
		join := func(patience time.Duration) (int64, bool, error) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			a, joined, err := f.join(ctx, "page", "caller", fetch)
			return a.errorCode, joined, err
		}

		impatient := make(chan error)
		go func() {
			_, _, err := join(time.Second / 2)
			impatient <- err
		}()
		synctest.Wait()
		code, joined, err := join(time.Hour)
		require.NoError(t, err)
		assert.True(t, joined)
		assert.EqualValues(t, 1, code, "the first caller has left, the second is served")
		require.ErrorIs(t, <-impatient, context.DeadlineExceeded)

		_, _, err = join(time.Second / 2)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		code, joined, err = join(time.Hour)
		require.NoError(t, err)
		assert.False(t, joined, "an abandoned fetch is not joined")
		assert.EqualValues(t, 3, code)
		assert.Empty(t, f.byName)

		_, _, err = f.join(t.Context(), "page", "caller", func(context.Context, *queue.Request) (answer, error) {
			return answer{}, errors.New("failed")
		})
		require.EqualError(t, err, "failed")
		assert.Empty(t, f.byName)
	})
}
