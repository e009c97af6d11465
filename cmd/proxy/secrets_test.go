package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
)

// TestMisplacedSecrets: the output does not show secrets given in place of other values, in any flag, variable,
// argument or name.
func TestMisplacedSecrets(t *testing.T) {
	userSig, err := tencentyun.GenUserSig(testApp, testKey, testAdmin, 600)
	require.NoError(t, err)
	folder := t.TempDir()
	t.Setenv(keyEnv, strings.Repeat("k", 64))
	stopped, stop := context.WithCancel(t.Context())
	stop() // a proxy that starts stops at once
	parser := kong.Must(&commands{}, kong.DefaultEnvars("PROXY"), kong.Vars{"regions": ""})

	for name, secret := range map[string]string{
		"key": testKey, "key in capitals": strings.ToUpper(testKey), "UserSig": userSig,
		"UserSig of another library": "eJ" + userSig[2:],
		"encoded UserSig":            strings.NewReplacer("*", "%2A", "_", "%5F").Replace(userSig),
		"token":                      "tcg_" + strings.Repeat("Ab1-_x", 8),
		"JWT":                        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9." + strings.Repeat("s1G", 40),
		"password":                   "redis://user:" + strings.Repeat("hush", 10) + "@localhost",
	} {
		try := func(how string, args ...string) {
			var written bytes.Buffer
			require.NotPanics(t, func() { run(stopped, nil, args, &written, &written) }, how)
			for part := secret; len(part) >= 24; part = part[24:] {
				part = strings.TrimPrefix(part, "redis://user:")
				assert.NotContains(t, written.String(), part[:24], "%s as %s", name, how)
			}
		}
		valid := []string{"serve", "--listen", "127.0.0.1:0", "--sdk-app-id", fmt.Sprint(testApp), "--identifier", testAdmin,
			"--no-auth", "--drain-time", "0s"}
		with := func(args ...string) []string { return append(valid[:len(valid):len(valid)], args...) }
		serve := parser.Model.Children[0]
		require.Equal(t, "serve", serve.Name)
		require.Greater(t, len(serve.Flags), 20)
		for _, flag := range serve.Flags {
			try("--"+flag.Name, with("--"+flag.Name, secret)...)
			try("--"+flag.Name+"=", with("--"+flag.Name+"="+secret)...)
			try("--"+flag.Name+" with quotes", with("--"+flag.Name, `"`+secret+`"`)...)
			for _, env := range flag.Envs {
				require.NoError(t, os.Setenv(env, secret))
				try(env, "serve", "--listen", "127.0.0.1:0", "--no-auth", "--drain-time", "0s")
				try(env, "serve")
				require.NoError(t, os.Unsetenv(env))
			}
		}
		try("an argument", with(secret)...)
		try("a command", secret)
		try("a flag's name", with("--"+secret)...)
		try("a short flag", with("-"+secret)...)
		try("an unknown flag's value", with("--secret-key="+secret)...)
		try("an unknown flag's next", with("--secret-key", secret)...)
		try("a token's name", "token", secret, "--tokens-file", folder+"/tokens")
		try("a token's second name", "token", "alice", secret, "--tokens-file", folder+"/tokens")
		try("a tokens file", "token", "alice", "--tokens-file", secret)
		_ = os.Remove(secret)
	}
	if text, err := os.ReadFile(folder + "/tokens"); err == nil {
		assert.NotContains(t, string(text), testKey)
	}
}

// TestKeyFiles: a key that other users can replace is refused at start and by SIGHUP. One that they can read causes a
// warning.
func TestKeyFiles(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--cache-ttl", "0s", "--min-interval", "0s")
	keyFile := strings.TrimSuffix(p.tokens, "tokens") + "key"
	require.NoError(t, os.Chmod(keyFile, 0o644))
	p.reload(t)
	line := p.log.awaitMessage(t, "every user of this machine can read the file: chmod o-r")
	assert.Equal(t, "--secret-key-file", line["flag"])

	require.NoError(t, os.WriteFile(keyFile, []byte(strings.Repeat("ab", 32)), 0o600))
	require.NoError(t, os.Chmod(keyFile, 0o666))
	p.hup <- syscall.SIGHUP
	p.log.awaitMessage(t, "could not be reloaded: the old content stays in use")
	assert.Zero(t, readAnswer(t, p.list(t, "{}")).ErrorCode, "the key before stays in force")

	stopped, stop := context.WithCancel(t.Context())
	stop()
	folder := t.TempDir()
	writeCertificate(t, folder+"/cert.pem", folder+"/tls.pem", 1)
	require.NoError(t, os.Chmod(folder+"/tls.pem", 0o620))
	flags := []string{"--sdk-app-id", "1400000000", "--identifier", testAdmin, "--listen", "127.0.0.1:0", "--no-auth"}
	for flag, more := range map[string][]string{
		"--secret-key-file": {"--secret-key-file", keyFile},
		"--tls-key-file":    {"--tls-cert-file", folder + "/cert.pem", "--tls-key-file", folder + "/tls.pem"},
	} {
		t.Setenv(keyEnv, testKey)
		var stderr bytes.Buffer
		assert.Equal(t, exitFailed, run(stopped, nil, append(flags, more...), &stderr, &stderr))
		assert.Contains(t, stderr.String(), flag+": ")
		assert.Contains(t, stderr.String(), "its group or others can write it (mode 06")
		assert.NotContains(t, stderr.String(), testKey)
	}
}

// TestUserSigAsKey: a UserSig in place of the key is refused at start.
func TestUserSigAsKey(t *testing.T) {
	userSig, err := tencentyun.GenUserSig(testApp, testKey, testAdmin, 600)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(userSig+"\n"), 0o600))
	var written bytes.Buffer
	status := run(t.Context(), nil, []string{"serve", "--listen", "127.0.0.1:0", "--sdk-app-id", fmt.Sprint(testApp),
		"--identifier", testAdmin, "--no-auth",
		"--secret-key-file", file}, &written, &written)
	assert.NotEqual(t, exitOK, status)
	assert.Contains(t, written.String(), "holds a UserSig: put the app's secret key there")
	assert.NotContains(t, written.String(), userSig[:10])
}
