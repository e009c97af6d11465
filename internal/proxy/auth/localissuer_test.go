package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rsaKey and ecKey are the issuer's keys, strangersKey is not. They are made once, since RSA keys take a while.
var (
	rsaKey       = sync.OnceValue(makeRSA)
	strangersKey = sync.OnceValue(makeRSA)
	ecKey        = sync.OnceValue(func() *ecdsa.PrivateKey {
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	})
)

func makeRSA() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// clock is a clock that only advance moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// localIssuer serves a discovery document and keys.
type localIssuer struct {
	url   string
	clock *clock

	mu          sync.Mutex
	keys        []any            // of the JWK Set
	document    map[string]any   // of discovery
	instead     http.HandlerFunc // of everything, if it is not nil
	discoveries int
	keyFetches  int
	kept        int // requests on a connection that is kept for further ones
}

const (
	rsaKid = "the RSA key"
	ecKid  = "the EC key"
)

func startIssuer(t testing.TB) *localIssuer {
	t.Helper()
	i := &localIssuer{clock: &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}}
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	i.url = server.URL
	i.document = map[string]any{"issuer": i.url, "jwks_uri": i.url + "/keys"}
	i.keys = []any{publicKey(rsaKid, rsaKey().Public()), publicKey(ecKid, ecKey().Public())}
	return i
}

func publicKey(kid string, key any) jose.JSONWebKey {
	return jose.JSONWebKey{KeyID: kid, Key: key, Use: "sig"}
}

func (i *localIssuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if r.URL.Path == "/keys" {
		i.keyFetches++
	} else {
		i.discoveries++
	}
	if !r.Close {
		i.kept++
	}
	w.Header().Set("Content-Type", "application/json")
	switch {
	case i.instead != nil:
		i.instead(w, r)
	case r.URL.Path == "/.well-known/openid-configuration":
		_ = json.NewEncoder(w).Encode(i.document) // errors show in the test
	case r.URL.Path == "/keys":
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": i.keys})
	default:
		http.NotFound(w, r)
	}
}

// set changes the issuer.
func (i *localIssuer) set(change func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change()
}

// fetches returns how often the document and the keys were fetched so far.
func (i *localIssuer) fetches() (discoveries, keyFetches int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.discoveries, i.keyFetches
}

func (i *localIssuer) config() OIDCConfig {
	return OIDCConfig{Issuer: i.url, Audience: "console", Group: "list-groups", Now: i.clock.Now}
}

// checker returns an OIDC for the issuer, with a config that is changed if change is not nil.
func (i *localIssuer) checker(t testing.TB, change func(*OIDCConfig)) *OIDC {
	t.Helper()
	config := i.config()
	if change != nil {
		change(&config)
	}
	checker, err := NewOIDC(config)
	require.NoError(t, err)
	return checker
}

// claims returns the claims of a good token. changes replace claims; nil removes one.
func (i *localIssuer) claims(changes map[string]any) map[string]any {
	now := i.clock.Now()
	claims := map[string]any{
		"iss": i.url, "aud": "console", "sub": "u-1", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(),
		"groups": []string{"list-groups"},
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

// token returns a token that the issuer signs with its RSA key.
func (i *localIssuer) token(t testing.TB, changes map[string]any) string {
	t.Helper()
	return sign(t, jose.RS256, rsaKey(), map[string]any{"kid": rsaKid, "typ": "JWT"}, i.claims(changes))
}

// sign returns a JWT of the claims. A string is taken as JSON.
func sign(t testing.TB, algorithm jose.SignatureAlgorithm, key any, header map[string]any, claims any) string {
	t.Helper()
	options := &jose.SignerOptions{}
	for name, value := range header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	require.NoError(t, err)
	payload, isText := claims.(string)
	if !isText {
		payload = string(must(json.Marshal(claims)))
	}
	signed, err := signer.Sign([]byte(payload))
	require.NoError(t, err)
	return must(signed.CompactSerialize())
}

// refused asserts that a token is refused with a constant error.
func refused(t testing.TB, checker Checker, token string, kind error, reason string) {
	t.Helper()
	caller, err := check(t, checker, token)
	if !assert.ErrorIs(t, err, kind) {
		return
	}
	assert.Equal(t, kind.Error(), err.Error())
	assert.Contains(t, Reason(err), reason)
	assert.NotContains(t, Reason(err), token)
	assert.Equal(t, kind == ErrForbidden, caller.Name != "")
}

// admitted asserts that a token is accepted, and returns its name.
func admitted(t testing.TB, checker Checker, token string) string {
	t.Helper()
	caller, err := check(t, checker, token)
	assert.NoError(t, err, Reason(err))
	return caller.Name
}
