package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/restapi"
)

// TestTLS: the proxy speaks TLS and HTTP/1.1, refuses old versions, and loads a renewed certificate after SIGHUP.
func TestTLS(t *testing.T) {
	folder := t.TempDir()
	certFile, keyFile := folder+"/cert.pem", folder+"/key.pem"
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(writeCertificate(t, certFile, keyFile, 1))
	p := startProxy(t, startService(t, 0, 10, "", nil), "--tls-cert-file", certFile, "--tls-key-file", keyFile)
	require.True(t, strings.HasPrefix(p.url, "https://"), p.url)

	serial := func() (number int64, protocol string) {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
		defer transport.CloseIdleConnections()
		r, err := http.NewRequest(http.MethodPost, p.url+restapi.CommandPath, strings.NewReader("{}"))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+p.token)
		response, err := transport.RoundTrip(r)
		require.NoError(t, err)
		answer := p.read(t, response)
		assert.Equal(t, 200, answer.status)
		assert.Equal(t, "max-age=31536000", answer.header.Get("Strict-Transport-Security"))
		return response.TLS.PeerCertificates[0].SerialNumber.Int64(), response.Proto
	}
	number, protocol := serial()
	assert.EqualValues(t, 1, number)
	assert.Equal(t, "HTTP/1.1", protocol)

	_, err := tls.Dial("tcp", p.address, &tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS11})
	require.Error(t, err)

	roots.AppendCertsFromPEM(writeCertificate(t, certFile, keyFile, 2))
	p.hup <- syscall.SIGHUP
	p.log.await(t, func(line map[string]any) bool { return line["msg"] == "reloaded" && line["what"] == "certificate" })
	number, _ = serial()
	assert.EqualValues(t, 2, number)

	require.NoError(t, os.WriteFile(certFile, []byte("none"), 0o600))
	p.hup <- syscall.SIGHUP
	p.log.awaitMessage(t, "could not be reloaded: the old content stays in use")
	number, _ = serial()
	assert.EqualValues(t, 2, number)
}

// writeCertificate writes a self-signed certificate for 127.0.0.1, and returns it.
func writeCertificate(t *testing.T, certFile, keyFile string, number int64) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(number), Subject: pkix.Name{CommonName: "proxy under test"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:   time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	require.NoError(t, os.WriteFile(certFile, text, 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return text
}
