package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/internal/proxy/auth"
)

// as asks for a page with a token, and returns the status.
func (p *instance) as(t *testing.T, token string) int {
	t.Helper()
	return p.list(t, "{}", header("Authorization", "Bearer "+token)).status
}

// tokensText returns the tokens file without the line of a name.
func (p *instance) tokensText(t *testing.T, without string) []byte {
	t.Helper()
	all, err := os.ReadFile(p.tokens)
	require.NoError(t, err)
	var rest bytes.Buffer
	for line := range bytes.Lines(all) {
		if !bytes.HasPrefix(line, []byte(without+" ")) {
			rest.Write(line)
		}
	}
	return rest.Bytes()
}

// TestReload: SIGHUP revokes removed tokens and accepts new ones.
func TestReload(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--cache-ttl", "0s", "--min-interval", "0s")
	bob, err := auth.NewToken(p.tokens, "bob")
	require.NoError(t, err)
	p.reload(t)
	assert.Equal(t, 200, p.as(t, bob))
	assert.Equal(t, 200, p.as(t, p.token))
	require.NoError(t, os.WriteFile(p.tokens, p.tokensText(t, "alice"), 0o600))
	p.reload(t)
	assert.Equal(t, 401, p.as(t, p.token))
	assert.Equal(t, 200, p.as(t, bob))
	p.stop = stopThenSearch(t, p, bob)
}

// TestRevocation: a token removed from the file is refused soon, even the last one.
func TestRevocation(t *testing.T) {
	t.Parallel()
	p := startProxy(t, startService(t, 0, 10, "", nil), "--min-interval", "0s")
	assert.Equal(t, 200, p.as(t, p.token))
	require.NoError(t, os.WriteFile(p.tokens, p.tokensText(t, "alice"), 0o600))
	p.log.awaitMessage(t, "the tokens file has changed")
	assert.Equal(t, 401, p.as(t, p.token))
	p.log.awaitMessage(t, "the tokens file has no tokens: nobody may call by token")
	assert.Equal(t, 200, p.get(t, "/readyz").status, "no tokens are not a failure")
}

// TestRevokingTheLastToken: with an empty file, or comments only, SIGHUP revokes all tokens.
func TestRevokingTheLastToken(t *testing.T) {
	for _, nobody := range []string{"", "# alice has left\n"} {
		p := startProxy(t, startService(t, 0, 10, "", nil), "--min-interval", "0s")
		assert.Equal(t, 200, p.as(t, p.token))
		require.NoError(t, os.WriteFile(p.tokens, []byte(nobody), 0o600))
		p.hup <- syscall.SIGHUP
		p.log.await(t, func(line map[string]any) bool { return line["msg"] == "reloaded" && line["what"] == "tokens" })
		assert.Equal(t, 401, p.as(t, p.token))
	}
}

// TestNoTokensAtStart: a proxy can start without tokens, and accepts the first one.
func TestNoTokensAtStart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "nobody")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	p := startProxy(t, startService(t, 0, 10, "", nil), "--min-interval", "0s", "--tokens-file", file)
	p.log.awaitMessage(t, "the tokens file has no tokens: nobody may call by token")
	assert.Equal(t, 401, p.as(t, p.token))
	carol, err := auth.NewToken(file, "carol")
	require.NoError(t, err)
	p.log.awaitMessage(t, "the tokens file has changed")
	assert.Equal(t, 200, p.as(t, carol))
	p.stop = stopThenSearch(t, p, carol)
}

// TestUnusableTokensFile: after SIGHUP no token is accepted, as /readyz and the log report. Repairing the file is
// enough.
func TestUnusableTokensFile(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(file, token string) error
		why   string
	}{
		"missing": {func(file, _ string) error { return os.Remove(file) }, "no such file"},
		"a token where its hash": {func(file, token string) error {
			return os.WriteFile(file, []byte("bob "+token+"\n"), 0o600)
		}, "line 1: it must be"},
		"writable by others": {func(file, _ string) error {
			return os.Chmod(file, 0o602)
		}, "its group or others can write it (mode 0602)"},
		"cut in a line": {func(file, _ string) error { return os.Truncate(file, 20) }, "line 1: it must be"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startProxy(t, startService(t, 0, 10, "", nil), "--cache-ttl", "0s", "--min-interval", "0s")
			assert.Equal(t, 200, p.as(t, p.token))
			whole := p.tokensText(t, "nobody")
			require.NoError(t, c.spoil(p.tokens, p.token))
			p.hup <- syscall.SIGHUP
			complaint := p.log.awaitMessage(t, "the tokens file cannot be used: no token is accepted until it can")
			assert.Contains(t, complaint["why"], c.why)
			refusal := p.list(t, "{}")
			assert.Equal(t, 503, refusal.status)
			assert.NotEmpty(t, refusal.header.Get("Retry-After"), "a listing continues when the file is repaired")
			ready := p.get(t, "/readyz")
			assert.Equal(t, 503, ready.status)
			assert.Contains(t, ready.body, `{"name":"tokens","state":"failed","why":"the tokens file cannot be used`)
			assert.NotContains(t, ready.body, p.tokens)

			require.NoError(t, os.RemoveAll(p.tokens))
			require.NoError(t, os.WriteFile(p.tokens, whole, 0o600))
			p.log.awaitMessage(t, "the tokens file has changed")
			assert.Equal(t, 200, p.as(t, p.token))
			assert.Equal(t, 200, p.get(t, "/readyz").status)
		})
	}
}

// TestTokensAndAnIssuer: with an issuer, an unusable tokens file is only a degradation.
func TestTokensAndAnIssuer(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--oidc-issuer", "http://127.0.0.1:1", "--oidc-audience",
		"console", "--oidc-group", "g")
	require.NoError(t, os.Remove(p.tokens))
	p.hup <- syscall.SIGHUP
	p.log.awaitMessage(t, "the tokens file cannot be used: no token is accepted until it can")
	assert.Contains(t, p.get(t, "/readyz").body, `{"name":"tokens","state":"degraded"`)
}

// TestUnreadableKey: the old key stays in use, and /readyz reports it until a reload succeeds.
func TestUnreadableKey(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--cache-ttl", "0s", "--min-interval", "0s")
	key := strings.TrimSuffix(p.tokens, "tokens") + "key"
	require.NoError(t, os.WriteFile(key, []byte("two words"), 0o600))
	p.hup <- syscall.SIGHUP
	complaint := p.log.awaitMessage(t, "could not be reloaded: the old content stays in use")
	assert.Equal(t, "secret key", complaint["what"])
	assert.Zero(t, readAnswer(t, p.list(t, "{}")).ErrorCode)
	ready := p.get(t, "/readyz")
	assert.Equal(t, 200, ready.status)
	assert.Contains(t, ready.body, `"state":"degraded"`)
	assert.Contains(t, ready.body, `{"name":"secret key","state":"degraded","why":"it could not be reloaded`)
	require.NoError(t, os.WriteFile(key, []byte(testKey), 0o600))
	p.hup <- syscall.SIGHUP
	p.log.await(t, func(line map[string]any) bool { return line["msg"] == "reloaded" && line["what"] == "secret key" })
	assert.NotContains(t, p.get(t, "/readyz").body, "secret key")
}

// TestUnreadableCertificate: the old certificate stays in use, also if others can write the file of its key.
func TestUnreadableCertificate(t *testing.T) {
	folder := t.TempDir()
	certFile, keyFile := folder+"/cert.pem", folder+"/key.pem"
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(writeCertificate(t, certFile, keyFile, 1))
	require.NoError(t, os.Chmod(keyFile, 0o644))
	p := startProxy(t, startService(t, 0, 10, "", nil), "--tls-cert-file", certFile, "--tls-key-file", keyFile)
	warning := p.log.awaitMessage(t, "every user of this machine can read the file: chmod o-r")
	assert.Equal(t, "--tls-key-file", warning["flag"])
	require.NoError(t, os.Chmod(keyFile, 0o666))
	a := &app{flags: &serve{tlsFlags: tlsFlags{TLSCertFile: certFile, TLSKeyFile: keyFile}}}
	assert.ErrorContains(t, a.loadCertificate(nil), "--tls-key-file: check "+keyFile+": its group or others "+
		"can write it (mode 0666)")
	p.hup <- syscall.SIGHUP
	complaint := p.log.awaitMessage(t, "could not be reloaded: the old content stays in use")
	assert.Equal(t, "certificate", complaint["what"])
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequest(http.MethodGet, p.url+"/readyz", nil)
	require.NoError(t, err)
	response, err := transport.RoundTrip(r)
	require.NoError(t, err)
	ready := p.read(t, response)
	assert.Equal(t, 200, ready.status)
	assert.Contains(t, ready.body, `{"name":"certificate","state":"degraded","why":"it could not be reloaded`)
}
