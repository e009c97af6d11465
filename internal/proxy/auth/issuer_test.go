package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (i *localIssuer) tokenOf(t testing.TB, kid string, key any) string {
	t.Helper()
	return sign(t, jose.RS256, key, map[string]any{"kid": kid}, i.claims(nil))
}

func TestSharedKeyFetch(t *testing.T) {
	issuer := startIssuer(t)
	checker := issuer.checker(t, nil)
	token := issuer.token(t, nil)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { admitted(t, checker, token) })
	}
	all.Wait()
	discoveries, keyFetches := issuer.fetches()
	assert.Equal(t, []int{1, 1}, []int{discoveries, keyFetches})
	issuer.set(func() { assert.Zero(t, issuer.kept, "no connection is left open") })
}

// TestNewIssuerKey: a new key is accepted within ten seconds of the last fetch.
func TestNewIssuerKey(t *testing.T) {
	issuer := startIssuer(t)
	checker := issuer.checker(t, nil)
	admitted(t, checker, issuer.token(t, nil))
	newKey := publicKey("new", strangersKey().Public())
	issuer.set(func() { issuer.keys = append(issuer.keys, newKey) })
	token := issuer.tokenOf(t, "new", strangersKey())

	issuer.clock.advance(minFetchInterval - 1)
	refused(t, checker, token, ErrUnauthenticated, "no key of the issuer fits")
	issuer.clock.advance(1)
	admitted(t, checker, token)
	admitted(t, checker, issuer.token(t, nil))
	_, keyFetches := issuer.fetches()
	assert.Equal(t, 2, keyFetches)
}

// TestWithdrawnKey: a withdrawn key is dropped without another reason to fetch keys.
func TestWithdrawnKey(t *testing.T) {
	issuer := startIssuer(t)
	checker := issuer.checker(t, nil)
	token := issuer.token(t, nil)
	admitted(t, checker, token)
	issuer.set(func() { issuer.keys = issuer.keys[1:] })
	issuer.clock.advance(maxKeyAge - 1)
	admitted(t, checker, token)
	issuer.clock.advance(1)
	refused(t, checker, token, ErrUnauthenticated, "no key of the issuer fits")
	admitted(t, checker, sign(t, jose.ES256, ecKey(), map[string]any{"kid": ecKid}, issuer.claims(nil)))
}

// TestForgedFloodSparesIssuer: forged tokens with unknown key IDs cause few fetches.
func TestForgedFloodSparesIssuer(t *testing.T) {
	issuer := startIssuer(t)
	checker := issuer.checker(t, nil)
	good := issuer.token(t, nil)
	flood := func() {
		var all sync.WaitGroup
		for caller := range 4 {
			all.Go(func() {
				for n := range 25 {
					refused(t, checker, issuer.tokenOf(t, fmt.Sprint("kid", caller, n), strangersKey()), ErrUnauthenticated, "no key")
				}
				admitted(t, checker, good)
			})
		}
		all.Wait()
	}
	for round := 1; round <= 3; round++ {
		flood()
		discoveries, keyFetches := issuer.fetches()
		assert.Equal(t, []int{round, round}, []int{discoveries, keyFetches})
		issuer.clock.advance(minFetchInterval)
	}
	issuer.set(func() { issuer.instead = gone })
	for range 25 { // nor while the issuer is down
		refused(t, checker, issuer.tokenOf(t, "kid", strangersKey()), ErrUnavailable, "503")
		admitted(t, checker, good)
	}
	discoveries, _ := issuer.fetches()
	assert.Equal(t, 4, discoveries)
}

func gone(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "away\n\x1b[31m"+strings.Repeat("x", 1000), http.StatusServiceUnavailable)
}

// TestIssuerRecovers: the proxy starts without its issuer, fetches with back-off, and accepts tokens when the issuer is
// up.
func TestIssuerRecovers(t *testing.T) {
	issuer := startIssuer(t)
	issuer.set(func() { issuer.instead = gone })
	checker := issuer.checker(t, nil)
	token := issuer.token(t, nil)
	refused(t, checker, token, ErrUnavailable, "discovery document: 503 Service Unavailable: away??[31mxxx")
	err := checker.Ready()
	require.ErrorContains(t, err, "issuer "+issuer.url+": discovery document: 503")
	assert.LessOrEqual(t, len(err.Error()), len(issuer.url)+maxReasonBytes+20)

	for _, seconds := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
		before, _ := issuer.fetches()
		issuer.clock.advance(seconds*time.Second - 1)
		refused(t, checker, token, ErrUnavailable, "503")
		early, _ := issuer.fetches()
		assert.Equal(t, before, early)
		issuer.clock.advance(1)
		refused(t, checker, token, ErrUnavailable, "503")
		after, _ := issuer.fetches()
		assert.Equal(t, before+1, after)
	}
	issuer.set(func() { issuer.instead = nil })
	refused(t, checker, token, ErrUnavailable, "503") // it is not time yet
	issuer.clock.advance(maxBackOff)
	admitted(t, checker, token)
	assert.NoError(t, checker.Ready())

	issuer.set(func() { issuer.instead = gone })
	issuer.clock.advance(maxKeyAge)
	token = issuer.token(t, nil)
	admitted(t, checker, token) // with the keys that were there
	issuer.clock.advance(minBackOff)
	admitted(t, checker, token)
	assert.NoError(t, checker.Ready())
}

// TestReadyFetchesKeys: a proxy that is not ready gets no requests that would fetch the keys.
func TestReadyFetchesKeys(t *testing.T) {
	issuer := startIssuer(t)
	asked := make(chan struct{})
	issuer.set(func() {
		issuer.instead = func(w http.ResponseWriter, r *http.Request) {
			issuer.instead = nil
			close(asked)
			gone(w, r)
		}
	})
	checker := issuer.checker(t, nil)
	assert.ErrorContains(t, checker.Ready(), "not fetched yet")
	<-asked
	refused(t, checker, issuer.token(t, nil), ErrUnavailable, "503") // waits for the end of that
	assert.ErrorContains(t, checker.Ready(), "503")
	issuer.clock.advance(minBackOff)
	_ = checker.Ready()
	admitted(t, checker, issuer.token(t, nil))
	assert.NoError(t, checker.Ready())
}

// TestBrokenIssuer: the reason names the issuer's fault in one short line.
func TestBrokenIssuer(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		assert.Fail(t, "asked elsewhere")
	}))
	t.Cleanup(elsewhere.Close)
	redirect := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusFound)
	}
	huge := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"x":"`+strings.Repeat("x", maxDocumentBytes)+`"}`) // it is cut off
	}
	for name, c := range map[string]struct {
		change func(*localIssuer)
		reason string
	}{
		"redirects": {func(i *localIssuer) { i.instead = redirect }, "discovery document: 302 Found"},
		"huge":      {func(i *localIssuer) { i.instead = huge }, "too large"},
		"no JSON": {func(i *localIssuer) {
			i.instead = func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }
		}, "discovery document: "},
		"another issuer": {func(i *localIssuer) {
			i.document["issuer"] = "https://issuer.example"
		}, "did not match the issuer URL"},
		"keys nowhere": {func(i *localIssuer) { delete(i.document, "jwks_uri") }, "jwks_uri must be an https URL"},
		"keys in the open": {func(i *localIssuer) {
			i.document["jwks_uri"] = "http://issuer.example/keys"
		}, "jwks_uri must be an https URL"},
		"keys in a file": {func(i *localIssuer) {
			i.document["jwks_uri"] = "file:///etc/passwd"
		}, "jwks_uri must be an https URL"},
		"keys no text":   {func(i *localIssuer) { i.document["jwks_uri"] = 1 }, "discovery document: "},
		"keys not found": {func(i *localIssuer) { i.document["jwks_uri"] = i.url + "/none" }, "keys: 404 Not Found"},
		"keys redirect":  {func(i *localIssuer) { i.insteadOfKeys(redirect) }, "keys: 302 Found"},
		"keys huge":      {func(i *localIssuer) { i.insteadOfKeys(huge) }, "keys: http: request body too large"},
		"keys no JSON": {func(i *localIssuer) {
			i.insteadOfKeys(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") })
		}, "keys: not a JWK Set"},
		"keys cut off": {func(i *localIssuer) {
			i.insteadOfKeys(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "100") })
		}, "keys: unexpected EOF"},
		"no keys": {func(i *localIssuer) { i.keys = nil }, "keys: none is for asymmetric signatures"},
		"secret keys": {func(i *localIssuer) {
			i.keys = []any{jose.JSONWebKey{KeyID: rsaKid, Key: []byte("0123456789abcdef0123456789abcdef")}}
		}, "keys: none is for asymmetric signatures"},
		"private keys": {func(i *localIssuer) {
			i.keys = []any{jose.JSONWebKey{KeyID: rsaKid, Key: rsaKey()}}
		}, "keys: none is for asymmetric signatures"},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := startIssuer(t)
			issuer.set(func() { c.change(issuer) })
			checker := issuer.checker(t, nil)
			refused(t, checker, issuer.token(t, nil), ErrUnavailable, c.reason)
			assert.ErrorContains(t, checker.Ready(), c.reason)
			assert.NotContains(t, checker.Ready().Error(), "\n")
		})
	}
}

func (i *localIssuer) insteadOfKeys(handle http.HandlerFunc) {
	i.instead = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			handle(w, r)
		} else {
			_ = json.NewEncoder(w).Encode(i.document) // errors show in the test
		}
	}
}

// roundTripper is a network without sockets, for a virtual clock.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// slowly answers as handler does, after a delay.
func slowly(delay time.Duration, handler http.Handler) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(delay):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Result(), nil
	}
}

// virtualIssuer returns an issuer with https and a virtual clock, behind a network that delays each request.
func virtualIssuer(t *testing.T, delay time.Duration) (*localIssuer, *OIDC) {
	t.Helper()
	i := &localIssuer{url: "https://issuer.example", clock: &clock{now: time.Now()}}
	i.document = map[string]any{"issuer": i.url, "jwks_uri": i.url + "/keys"}
	i.keys = []any{publicKey(rsaKid, rsaKey().Public())}
	config := i.config()
	config.Now = nil
	checker, err := newOIDC(config, slowly(delay, i))
	require.NoError(t, err)
	return i, checker
}

func TestSlowIssuer(t *testing.T) {
	rsaKey()
	synctest.Test(t, func(t *testing.T) {
		issuer, checker := virtualIssuer(t, time.Hour)
		token := issuer.token(t, nil)
		start := time.Now()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				refused(t, checker, token, ErrUnavailable, "deadline exceeded")
				assert.Equal(t, fetchTimeout, time.Since(start))
			})
		}
		all.Wait()
		refused(t, checker, token, ErrUnavailable, "deadline exceeded") // at once
		assert.Equal(t, fetchTimeout, time.Since(start))
	})
}

// TestGoneCaller: a caller who leaves waits no longer, and the fetch continues for others.
func TestGoneCaller(t *testing.T) {
	rsaKey()
	synctest.Test(t, func(t *testing.T) {
		issuer, checker := virtualIssuer(t, 2*time.Second)
		token := issuer.token(t, nil)
		start := time.Now()
		var all sync.WaitGroup
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := checker.Check(ctx, []string{"Bearer " + token})
			assert.ErrorIs(t, err, ErrUnavailable)
			assert.Equal(t, time.Second, time.Since(start))
		})
		all.Go(func() {
			admitted(t, checker, token)
			assert.Equal(t, 4*time.Second, time.Since(start))
		})
		all.Wait()
		discoveries, keyFetches := issuer.fetches()
		assert.Equal(t, []int{1, 1}, []int{discoveries, keyFetches})
	})
}

func TestKeysNeedHTTPS(t *testing.T) {
	rsaKey()
	synctest.Test(t, func(t *testing.T) {
		issuer, checker := virtualIssuer(t, 0)
		issuer.document["jwks_uri"] = "http://127.0.0.1/keys"
		refused(t, checker, issuer.token(t, nil), ErrUnavailable, "jwks_uri must be an https URL")
	})
}

// TestEndlessBody: a fetch ends in time, even if the body arrives byte by byte.
func TestEndlessBody(t *testing.T) {
	rsaKey()
	synctest.Test(t, func(t *testing.T) {
		var read atomic.Int64
		config := OIDCConfig{Issuer: "https://issuer.example", Audience: "console", Group: "g"}
		checker, err := newOIDC(config, roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: &drops{r.Context(), &read}}, nil
		}))
		require.NoError(t, err)
		start := time.Now()
		issuer := &localIssuer{url: config.Issuer, clock: &clock{now: start}}
		refused(t, checker, issuer.token(t, nil), ErrUnavailable, "deadline exceeded")
		assert.Equal(t, fetchTimeout, time.Since(start))
		assert.Less(t, read.Load(), int64(10))
	})
}

// drops is a body of one byte per second.
type drops struct {
	ctx  context.Context
	read *atomic.Int64
}

func (d *drops) Read(p []byte) (int, error) {
	select {
	case <-time.After(time.Second):
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
	d.read.Add(1)
	p[0] = ' '
	return 1, nil
}

func (d *drops) Close() error { return nil }
