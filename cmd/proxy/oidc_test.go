package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOIDC: tokens of a local issuer, genuine and forged. Package auth tests the details.
func TestOIDC(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	issuer := httptest.NewUnstartedServer(nil)
	url := "http://" + issuer.Listener.Addr().String()
	issuer.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1",
				Algorithm: "ES256", Use: "sig"}}})
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": url, "jwks_uri": url + "/keys", "authorization_endpoint": url + "/authorize",
			"token_endpoint":           url + "/token",
			"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	p := startProxy(t, startService(t, 0, 10, "", nil), "--oidc-issuer", url, "--oidc-audience", "console", "--oidc-group",
		"chat-admins")
	notYet := p.list(t, "{}", header("Authorization", "Bearer "+signed(t, key, nil)),
		header("X-Note", "the issuer does not answer yet"))
	assert.Equal(t, 503, notYet.status)
	assert.Equal(t, "1", notYet.header.Get("Retry-After"))
	assert.Equal(t, 200, p.list(t, "{}").status, "tokens of the file need no issuer")
	assert.Contains(t, p.get(t, "/readyz").body, `"degraded"`)
	issuer.Start()
	t.Cleanup(issuer.Close)

	claims := func(change map[string]any) map[string]any {
		all := map[string]any{
			"iss": url, "aud": "console", "sub": "1", "email": "carol@example.com", "email_verified": true,
			"groups": []string{"chat-admins"},
			"iat":    time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
		}
		for name, value := range change {
			all[name] = value
		}
		return all
	}
	require.Eventually(t, func() bool {
		return p.list(t, "{}", header("Authorization", "Bearer "+signed(t, key, claims(nil)))).status == 200
	}, time.Minute, 50*time.Millisecond, "an issuer that is back is asked again")
	line := p.log.await(t, func(line map[string]any) bool {
		return line["status"] == 200.0 && line["caller"] != "alice" && line["route"] == "list"
	})
	assert.Equal(t, "oidc:carol@example.com", line["caller"])

	for name, c := range map[string]struct {
		token  string
		status int
	}{
		"forged":             {signed(t, other, claims(nil)), 401},
		"expired":            {signed(t, key, claims(map[string]any{"exp": time.Now().Add(-time.Hour).Unix()})), 401},
		"for another":        {signed(t, key, claims(map[string]any{"aud": "mail"})), 401},
		"of another issuer":  {signed(t, key, claims(map[string]any{"iss": "https://evil.example"})), 401},
		"without the group":  {signed(t, key, claims(map[string]any{"groups": []string{"users"}})), 403},
		"with no group":      {signed(t, key, claims(map[string]any{"groups": nil})), 403},
		"with a group alike": {signed(t, key, claims(map[string]any{"groups": "chat-admins2"})), 403},
	} {
		answer := p.list(t, `{"Limit":1}`, header("Authorization", "Bearer "+c.token))
		assert.Equal(t, c.status, answer.status, name)
		p.stop = stopThenSearch(t, p, c.token)
	}
}

// stopThenSearch also searches the log for a token.
func stopThenSearch(t *testing.T, p *instance, token string) func() int {
	stop := p.stop
	return func() int {
		status := stop()
		assert.NotContains(t, p.log.String(), token)
		return status
	}
}

// signed returns an ID token.
func signed(t *testing.T, key *ecdsa.PrivateKey, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	require.NoError(t, err)
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	require.NoError(t, err)
	return token
}
