package proxy

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
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
)

// turn notes how a turn ended.
type turn struct{ ended []string }

func (t *turn) Answered(throttled bool) {
	t.ended = append(t.ended, map[bool]string{false: "answered", true: "throttled"}[throttled])
}
func (t *turn) GivenUp() { t.ended = append(t.ended, "given up") }
func (t *turn) Unused()  { t.ended = append(t.ended, "unused") }

const (
	testApp = 1400000000
	testKey = "3f0c5d1e9b7a4826"
)

func newUpstream(bases ...string) *upstream {
	return &upstream{
		bases: bases, sdkAppID: testApp, identifier: "administrator",
		signer: &signer{sdkAppID: testApp, identifier: "administrator", key: testKey},
		client: newClient(), metrics: newMetrics(func() int { return 0 }), logger: slog.New(slog.DiscardHandler),
	}
}

const emptyPage = `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"Next":0,"GroupIdList":[]}`

// TestTheBackupHost: three calls in a row that fail, and the region's other host is called from then on.
func TestTheBackupHost(t *testing.T) {
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
		at := &turn{}
		_, _, err := u.call(t.Context(), "{}", at)
		assert.Equal(t, []string{"answered"}, at.ended)
		return err
	}
	require.Error(t, call())
	require.Error(t, call())
	fails = false
	require.NoError(t, call(), "an answer sets the count back")
	fails = true
	for range failuresMost {
		require.Error(t, call())
	}
	require.NoError(t, call())
	require.NoError(t, call())
	assert.Equal(t, map[string]int{"main": 6, "backup": 2}, called)
}

// TestHowATurnEnds: a call that was answered has arrived by then; one that was not may arrive until it is given up.
func TestHowATurnEnds(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers http.HandlerFunc
		ended   string
	}{
		{"a page", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(emptyPage)) }, "answered"},
		{"a throttle answer", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"ErrorCode":60011}`)) }, "throttled"},
		{"status 429", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, "throttled"},
		{"no answer of the service", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) }, "answered"},
		{"no answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "given up"},
	} {
		s := httptest.NewServer(c.answers)
		at := &turn{}
		_, _, _ = newUpstream(s.URL).call(t.Context(), "{}", at)
		assert.Equal(t, []string{c.ended}, at.ended, c.name)
		s.Close()
	}
}

// unkept is a cache that keeps nothing.
type unkept struct{}

func (unkept) Get(context.Context, string) ([]byte, bool) { return nil, false }
func (unkept) Put(context.Context, string, []byte)        {}

// turns hands out one turn.
type turns struct{ turn *turn }

func (p turns) Turn(context.Context) (pace.Turn, error) { return p.turn, nil }

// panics is a connection with a fault, whose words hold the URL.
type panics struct{}

func (panics) RoundTrip(r *http.Request) (*http.Response, error) { panic(r.URL.String()) }

// TestAFaultInACall ends neither the process nor the pace, and shows nothing of what was panicked with.
func TestAFaultInACall(t *testing.T) {
	var log bytes.Buffer
	u := newUpstream("http://127.0.0.1:1")
	u.client.Transport = panics{}
	at := &turn{}
	l := &lister{cache: unkept{}, pacer: turns{at}, upstream: u, flights: flights{byName: map[string]*flight{}},
		logger: slog.New(slog.NewJSONHandler(&log, nil))}
	_, _, err := l.page(t.Context(), Page{Limit: 1})
	require.ErrorIs(t, err, errFault)
	assert.Equal(t, []string{"given up"}, at.ended)
	assert.Empty(t, l.flights.byName)
	assert.Contains(t, log.String(), "RoundTrip", "the stack")
	assert.NotContains(t, log.String(), "usersig")
}

// TestADecompressionBomb: what is read is bounded after it was unpacked.
func TestADecompressionBomb(t *testing.T) {
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

// TestASecretInAnyEncoding: the longest run of a UserSig tells it, however the rest was encoded.
func TestASecretInAnyEncoding(t *testing.T) {
	u := newUpstream("http://127.0.0.1:1")
	const userSig = "eJwtzEELgjAYxvHvsnPI3*Oxm1tvxrZQnKAtvpLh-M6H5nj00000Aa_"
	for _, star := range []string{"*", "%2A", "%2a", "%252A", "%252a", "&#42;", `\u002a`} {
		text := strings.ReplaceAll(userSig, "*", star)
		assert.True(t, u.repeatsSecret([]byte(`{"GroupId":"`+text+`"}`), userSig), star)
	}
	assert.False(t, u.repeatsSecret([]byte(emptyPage), userSig))
}

// TestACallOutlivesItsCallers: it has arrived at the service, and what it brings is kept for others.
func TestACallOutlivesItsCallers(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		leave()
		_, _ = w.Write([]byte(emptyPage))
	}))
	defer s.Close()
	a, _, err := newUpstream(s.URL).call(ctx, "{}", &turn{})
	require.NoError(t, err)
	assert.JSONEq(t, emptyPage, string(a.body))
}

// TestUserSigs live for minutes, are used again while they are good, and made anew in time.
func TestUserSigs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &signer{sdkAppID: testApp, identifier: "administrator", key: "key"}
		sign := func() string {
			userSig, err := s.sign(time.Now())
			require.NoError(t, err)
			require.NoError(t, tencentyun.VerifyUserSig(testApp, "key", "administrator", userSig, time.Now().Add(userSigLife/2)))
			require.ErrorIs(t, tencentyun.VerifyUserSig(testApp, "key", "administrator", userSig, time.Now().Add(userSigLife+time.Second)), tencentyun.ErrExpired)
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
		_, err := s.sign(time.Now())
		require.NoError(t, err)
		assert.True(t, s.holds(func(secret string) bool { return secret == "other" }))
	})
}

// TestFlights: what several ask for at the same time is fetched once, for as long as somebody waits.
func TestFlights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := flights{byName: map[string]*flight{}}
		fetched := 0
		fetch := func(ctx context.Context) (answer, error) {
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
			a, joined, err := f.join(ctx, "page", fetch)
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
		assert.EqualValues(t, 1, code, "the one who came first has gone: the other one is served all the same")
		require.ErrorIs(t, <-impatient, context.DeadlineExceeded)

		_, _, err = join(time.Second / 2)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		code, joined, err = join(time.Hour)
		require.NoError(t, err)
		assert.False(t, joined, "what everybody left is not waited for")
		assert.EqualValues(t, 3, code)
		assert.Empty(t, f.byName)

		_, _, err = f.join(t.Context(), "page", func(context.Context) (answer, error) { return answer{}, errors.New("failed") })
		require.EqualError(t, err, "failed")
		assert.Empty(t, f.byName)
	})
}
