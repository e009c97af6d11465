package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/restapi"
	"tencent-chat-groups/internal/proxy/auth"
)

type pageAnswer struct {
	ErrorCode   int
	ErrorInfo   string
	TotalCount  int
	Next        json.Number
	GroupIdList []struct{ GroupId string }
}

func readAnswer(t *testing.T, r reply) pageAnswer {
	t.Helper()
	require.Equal(t, 200, r.status, r.body)
	var a pageAnswer
	require.NoError(t, json.Unmarshal([]byte(r.body), &a), r.body)
	return a
}

// TestListing: a listing through the proxy returns the service's IDs.
func TestListing(t *testing.T) {
	interval := 20 * time.Millisecond
	p := startProxy(t, startService(t, interval, 2500, "", nil), "--min-interval", interval.String())
	var ids []string
	next := "0"
	for {
		a := readAnswer(t, p.list(t, fmt.Sprintf(`{"Limit":1000,"Next":%s}`, next)))
		require.Zero(t, a.ErrorCode, a.ErrorInfo)
		assert.Equal(t, 2500, a.TotalCount)
		for _, group := range a.GroupIdList {
			ids = append(ids, group.GroupId)
		}
		if next = a.Next.String(); next == "0" {
			break
		}
	}
	var want []string
	for _, group := range p.service.groups {
		want = append(want, group.ID)
	}
	assert.Equal(t, want, ids)
	assert.Equal(t, 3, p.service.calls())
	assertPace(t, p.service, interval)
}

// TestWhoami returns the app and the caller's name, to callers only.
func TestWhoami(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	known := p.get(t, "/whoami", header("Authorization", "Bearer "+p.token))
	assert.Equal(t, 200, known.status)
	assert.Equal(t, "application/json", known.header.Get("Content-Type"))
	assert.Equal(t, "no-store", known.header.Get("Cache-Control"))
	assert.JSONEq(t, `{"sdkAppId":1400000000,"caller":"alice"}`, known.body)
	for _, authorization := range []string{"", "Bearer made-up"} {
		refused := p.get(t, "/whoami", header("Authorization", authorization))
		assert.Equal(t, 401, refused.status)
		assert.NotContains(t, refused.body, "1400000000")
	}
	foreign := p.get(t, "/whoami", header("Authorization", "Bearer "+p.token), func(r *http.Request) {
		r.Host = "other.example"
	})
	assert.Equal(t, 421, foreign.status)
	assert.Equal(t, 404, p.get(t, "/whoami?", header("Authorization", "Bearer "+p.token)).status)
	assert.Zero(t, p.service.calls())
}

// TestWhoamiNoAuth: without authentication callers have no name.
func TestWhoamiNoAuth(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--no-auth")
	assert.JSONEq(t, `{"sdkAppId":1400000000}`, p.get(t, "/whoami").body)
}

// TestTwentyConsolesCostOneCall: concurrent and repeated requests for a page share one answer.
func TestTwentyConsolesCostOneCall(t *testing.T) {
	p := startProxy(t, startService(t, 0, 100, `[{"fault":"delay","call":1,"in":"100ms"}]`, nil))
	const consoles = 20
	answers := make([]reply, consoles)
	var wait sync.WaitGroup
	for i := range consoles {
		// different words for the same page
		body := []string{"{}", `{"Limit":10000}`, `{"Next":0}`, ` { "Next" : 0 , "Limit" : 10000 } `}[i%4]
		wait.Go(func() { answers[i] = p.list(t, body) })
	}
	wait.Wait()
	for _, a := range answers {
		assert.Equal(t, 200, a.status)
		assert.Equal(t, answers[0].body, a.body)
	}
	assert.Equal(t, answers[0].body, p.list(t, "{}").body, "from the cache")
	assert.Equal(t, 1, p.service.calls())
	metrics := p.get(t, "/metrics", header("Authorization", "Bearer "+p.token)).body
	assert.Contains(t, metrics, `tencent_chat_groups_proxy_answers_total{from="service"} 1`)
	assert.Contains(t, metrics, `tencent_chat_groups_proxy_upstream_call_seconds_count{result="ok"} 1`)
	assert.NotContains(t, metrics, "alice")
}

// TestWithoutACache: with --cache-ttl 0s each page is fetched again.
func TestWithoutACache(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--cache-ttl", "0s", "--min-interval", "0s")
	for range 3 {
		assert.Equal(t, 200, p.list(t, "{}").status)
	}
	assert.Equal(t, 3, p.service.calls())
}

// TestQueueBound: a caller with a full queue is told when to retry.
func TestQueueBound(t *testing.T) {
	arrived, release := make(chan struct{}, 3), make(chan struct{})
	p := startProxy(t, startService(t, 0, 0, "", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-release
		_, _ = w.Write([]byte(`{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"Next":0,"GroupIdList":[]}`))
	})), "--queue", "2", "--min-interval", "1ms")
	var wait sync.WaitGroup
	list := func(limit int) {
		wait.Go(func() { assert.Equal(t, 200, p.list(t, fmt.Sprintf(`{"Limit":%d}`, limit)).status) })
	}
	list(1)
	<-arrived // it has left the queue, whose two places are free
	list(2)
	list(3)
	require.Eventually(t, func() bool {
		return strings.Contains(p.get(t, "/metrics", header("Authorization", "Bearer "+p.token)).body,
			"tencent_chat_groups_proxy_waiting_pages 2")
	}, time.Minute, time.Millisecond)
	full := p.list(t, `{"Limit":4}`)
	assert.Equal(t, 429, full.status)
	assert.Regexp(t, `^[1-9]\d*$`, full.header.Get("Retry-After"))
	assert.Contains(t, full.problem(t), "one call per second")
	wait.Go(func() {
		assert.Equal(t, 200, p.list(t, `{"Limit":1}`).status, "a page that is on its way costs no place")
	})
	close(release)
	wait.Wait()
}

// TestLeave: a page without waiting callers costs no call.
func TestLeave(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--min-interval", "25s")
	assert.Equal(t, 200, p.list(t, "{}").status)
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		p.log.await(t, func(map[string]any) bool { return true })
		require.Eventually(t, func() bool {
			return strings.Contains(p.get(t, "/metrics", header("Authorization", "Bearer "+p.token)).body, "waiting_pages 1")
		}, time.Minute, time.Millisecond)
		leave()
	}()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+restapi.CommandPath, strings.NewReader(`{"Limit":1}`))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+p.token)
	_, err = http.DefaultTransport.RoundTrip(r)
	require.ErrorIs(t, err, context.Canceled)
	p.log.await(t, func(line map[string]any) bool { return line["why"] == "the caller disconnected" })
	assert.Contains(t, p.get(t, "/metrics", header("Authorization", "Bearer "+p.token)).body, "waiting_pages 0")
	assert.Equal(t, 1, p.service.calls())
}

// TestFreshUserSig: an expired or revoked UserSig is replaced once, invisibly to the caller.
func TestFreshUserSig(t *testing.T) {
	for _, code := range []int{70001, 70052} {
		p := startProxy(t, startService(t, 0, 10,
			fmt.Sprintf(`[{"fault":"code","call":2,"code":%d},{"fault":"code","from":4,"code":%d}]`, code, code), nil),
			"--cache-ttl", "0s", "--min-interval", "0s")
		assert.Zero(t, readAnswer(t, p.list(t, "{}")).ErrorCode)
		assert.Zero(t, readAnswer(t, p.list(t, "{}")).ErrorCode, "the second call is refused, the third "+
			"is made with a fresh one")
		assert.Equal(t, 3, p.service.calls())
		assert.Equal(t, code, readAnswer(t, p.list(t, "{}")).ErrorCode,
			"an error with a fresh UserSig reaches the caller")
		assert.Equal(t, 5, p.service.calls())
		p.log.awaitMessage(t, "the service refused the UserSig: trying again with a fresh one")
	}
}

// TestServiceRefusals: error codes of the service are passed on, without secrets, and are not cached.
func TestServiceRefusals(t *testing.T) {
	const script = `[{"fault":"code","call":1,"code":10002,"info":"try \"again\""},
		{"fault":"code","call":2,"code":60002,"info":"cannot POST","echoUrl":true}]`
	p := startProxy(t, startService(t, 0, 10, script, nil),
		"--min-interval", "0s")
	a := readAnswer(t, p.list(t, "{}"))
	assert.Equal(t, 10002, a.ErrorCode)
	assert.Equal(t, `try "again"`, a.ErrorInfo)
	echo := p.list(t, "{}")
	a = readAnswer(t, echo)
	assert.Equal(t, 60002, a.ErrorCode)
	assert.Contains(t, a.ErrorInfo, "usersig=[redacted]")
	assert.Zero(t, readAnswer(t, p.list(t, "{}")).ErrorCode)
}

// TestThrottleSlowsPace: a throttle answer reaches the caller, and the next call comes later.
func TestThrottleSlowsPace(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, `[{"fault":"code","call":1,"code":60011}]`, nil), "--min-interval", "10ms")
	assert.Equal(t, 60011, readAnswer(t, p.list(t, "{}")).ErrorCode)
	assert.Zero(t, readAnswer(t, p.list(t, "{}")).ErrorCode)
	assertPace(t, p.service, 260*time.Millisecond)
}

// TestForeignAnswer: other responses than answers of the service become problems.
func TestForeignAnswer(t *testing.T) {
	for _, c := range []struct {
		fault, retryAfter string
		status            int
		says              string
	}{
		{`{"fault":"lost-answer","call":1}`, "", 502, "no complete answer"},
		{`{"fault":"reset-body","call":1}`, "", 502, "no complete answer"},
		{`{"fault":"truncate-body","call":1}`, "", 502, "no complete answer"},
		{`{"fault":"stall-headers","call":1}`, "", 504, "in time"},
		{`{"fault":"stall-body","call":1}`, "", 504, "in time"},
		{`{"fault":"oversize","call":1}`, "", 502, "no complete answer"},
		{`{"fault":"status","call":1,"status":500,"echoUrl":true}`, "", 502, "HTTP status 500"},
		{`{"fault":"status","call":1,"status":503,"retryAfter":"7"}`, "7", 503, "HTTP status 503"},
		{`{"fault":"status","call":1,"status":429,"retryAfter":"2"}`, "2", 429, "HTTP status 429"},
		{`{"fault":"status","call":1,"status":429,"retryAfter":"Fri, 31 Dec 1999 23:59:59 GMT"}`, "", 429, "HTTP status 429"},
		{`{"fault":"status","call":1,"status":401}`, "", 502, "HTTP status 401"},
		{`{"fault":"status","call":1,"status":404,"echoUrl":true}`, "", 502, "HTTP status 404"},
		{`{"fault":"redirect","call":1,"echoUrl":true}`, "", 502, "HTTP status 307"},
		{`{"fault":"redirect","call":1,"status":301,"location":"http://127.0.0.1:1/"}`, "", 502, "HTTP status 301"},
		{`{"fault":"html","call":1,"echoUrl":true}`, "", 502, "not a valid answer"},
		{`{"fault":"cut-json","call":1}`, "", 502, "not a valid answer"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			t.Parallel()
			p := startProxy(t, startService(t, 0, 100, "["+c.fault+"]", nil), "--min-interval", "0s")
			answer := p.list(t, "{}")
			assert.Equal(t, c.status, answer.status, answer.body)
			assert.Contains(t, answer.problem(t), c.says)
			assert.Equal(t, c.retryAfter, answer.header.Get("Retry-After"))
			assert.Empty(t, answer.header.Get("Location"))
			assert.Equal(t, 1, p.service.calls(), "a failed call is the caller's to repeat, and no redirect is followed")
			assert.Zero(t, readAnswer(t, p.list(t, "{}")).ErrorCode, "and the next one is served")
		})
	}
}

// TestSecretInPage: a page that contains a secret is not passed on.
func TestSecretInPage(t *testing.T) {
	for name, echo := range map[string]func(r *http.Request) string{
		"the UserSig": func(r *http.Request) string { return r.URL.Query().Get("usersig") },
		"the URL":     func(r *http.Request) string { return r.URL.String() },
		"the key":     func(*http.Request) string { return testKey },
	} {
		p := startProxy(t, startService(t, 0, 0, "", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = json.NewEncoder(w).Encode(map[string]any{"ErrorCode": 0, "TotalCount": 1, "Next": 0,
				"GroupIdList": []map[string]string{{"GroupId": echo(r)}}})
		})))
		answer := p.list(t, "{}")
		assert.Equal(t, 502, answer.status, name)
	}
}

// TestNewKey: after SIGHUP the next call is signed with the new key.
func TestNewKey(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--cache-ttl", "0s", "--min-interval", "0s")
	keyFile := strings.TrimSuffix(p.tokens, "tokens") + "key"
	other := strings.Repeat("ab", 32)
	require.NoError(t, os.WriteFile(keyFile, []byte(other), 0o600))
	p.reload(t)
	assert.Equal(t, 70009, readAnswer(t, p.list(t, "{}")).ErrorCode)
	require.NoError(t, os.WriteFile(keyFile, []byte(testKey), 0o600))
	p.reload(t)
	assert.Zero(t, readAnswer(t, p.list(t, "{}")).ErrorCode)
}

// TestStopping: calls under way are answered, waiting ones are refused.
func TestStopping(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	p := startProxy(t, startService(t, 0, 0, "", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		_, _ = w.Write([]byte(`{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"Next":0,"GroupIdList":[]}`))
	})))
	assert.Equal(t, 200, p.get(t, "/readyz").status)
	var wait sync.WaitGroup
	wait.Go(func() { assert.Equal(t, 200, p.list(t, "{}").status, "a call under way continues") })
	<-arrived
	wait.Go(func() {
		sent := p.list(t, `{"Limit":1}`)
		assert.Equal(t, 503, sent.status, "waiting callers are refused")
		assert.Equal(t, "the proxy is stopping", sent.problem(t))
		close(release)
	})
	require.Eventually(t, func() bool {
		return strings.Contains(p.get(t, "/metrics", header("Authorization", "Bearer "+p.token)).body,
			"tencent_chat_groups_proxy_waiting_pages 1")
	}, time.Minute, time.Millisecond)
	wait.Go(func() { assert.Equal(t, exitOK, p.stop()) })
	wait.Wait()
}

// TestHealth: probes and the console cost no call.
func TestHealth(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	anyHost := header("Host", "10.1.2.3:8700")
	assert.Equal(t, "ok\n", p.get(t, "/healthz", anyHost).body)
	ready := p.get(t, "/readyz", anyHost)
	assert.Equal(t, 200, ready.status)
	assert.JSONEq(t, `{"state":"ready","parts":[{"name":"pace","state":"ready","why":"this proxy is the only one"}]}`,
		ready.body)
	for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options",
		"Cross-Origin-Resource-Policy"} {
		assert.NotEmpty(t, ready.header.Get(name), name)
	}
	page := p.get(t, "/")
	assert.Equal(t, 200, page.status)
	assert.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
	missing := p.get(t, "/missing")
	assert.Equal(t, 404, missing.status)
	assert.Contains(t, missing.problem(t), "the console is at /")
	assert.Zero(t, p.service.calls(), "probes and the page cost no call")
}

// TestNoAuth: on a loopback address, tokens are optional.
func TestNoAuth(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--no-auth")
	assert.Equal(t, 200, p.list(t, "{}", without("Authorization")).status)
	assert.Equal(t, 403, p.list(t, "{}", without("Authorization"), header("Origin", "https://evil.example")).status)
	assert.Equal(t, 421, p.list(t, "{}", without("Authorization"), header("Host", "evil.example")).status)
}

// TestWrongFlags: errors name every invalid flag and the accepted values.
func TestWrongFlags(t *testing.T) {
	t.Setenv(keyEnv, "")
	stopped, stop := context.WithCancel(t.Context())
	stop() // a proxy that starts stops at once
	for _, c := range []struct {
		flags string
		says  []string
	}{
		{"", []string{"--sdk-app-id is missing", "--identifier is missing", "nobody may call"}},
		{"--listen 8700", []string{`--listen is "8700": it must be HOST:PORT`}},
		{"--listen 0.0.0.0:8700 --no-auth", []string{"--no-auth is for a loopback address", "--host is missing",
			"is not a loopback address, so tokens need TLS"}},
		{"--listen :8700 --tokens-file x --host a", []string{"is not a loopback address"}},
		{"--region mars", []string{`--region is "mars": it must be one of china, singapore`}},
		{"--region china --endpoint https://a", []string{"--region and --endpoint exclude each other"}},
		{"--endpoint http://example.com", []string{"--endpoint must be https"}},
		{"--endpoint https://user:secret@example.com", []string{"must not hold a user name or password"}},
		{"--no-auth --tokens-file x", []string{"--no-auth excludes"}},
		{"--no-auth --behind-tls", []string{"--no-auth and --behind-tls exclude each other"}},
		{"--oidc-audience a", []string{"need --oidc-issuer"}},
		{"--host https://a", []string{`--host is "https://a"`}},
		{"--allow-origin *", []string{`--allow-origin is "*"`}},
		{"--allow-origin https://*.example.com", []string{`--allow-origin is "https://*.example.com"`}},
		{"--allow-origin https://a/b", []string{"without a path"}},
		{"--allow-origin https://a:443", []string{`--allow-origin is "https://a:443"`}},
		{"--tls-cert-file a", []string{"need each other"}},
		{"--tls-cert-file a --tls-key-file b --behind-tls", []string{"exclude each other"}},
		{"--min-interval=-1s", []string{"--min-interval is -1s"}},
		{"--trusted-proxy 10.0.0.0/33", []string{`--trusted-proxy is "10.0.0.0/33": it must be an IP address or a network`}},
		{"--trusted-proxy proxy.example.com", []string{"it must be an IP address or a network"}},
		{"--drain-time=-1s", []string{"--drain-time is -1s: it must be from 0s (no drain) to 5m0s"}},
		{"--drain-time 6m", []string{"--drain-time is 6m0s"}},
		{"--queue 0", []string{"--queue is 0: it must be from 1 to 1000"}},
		{"--replicas 3", []string{"--replicas needs --redis"}},
		{"--replicas 101 --redis redis://localhost", []string{"--replicas is 101: it must be from 1 to 100"}},
		{"--replicas=-1 --redis redis://localhost", []string{"--replicas is -1: it must be from 1 to 100"}},
		{"--cache-ttl 2m", []string{"--cache-ttl is 2m0s"}},
		{"--redis redis://:secret@localhost", []string{"put the URL into PROXY_REDIS"}},
		{"--sdk-app-id 4294967296", []string{"--sdk-app-id"}},
		{"--quue 3", []string{"unknown flag --quue", `"--queue"`}},
		{"extra", []string{"unexpected argument extra"}},
		{"token --tokens-file x", []string{"<name>"}},
		{"token alice", []string{"--tokens-file"}},
	} {
		var stdout, stderr bytes.Buffer
		status := run(stopped, nil, strings.Fields(c.flags), &stdout, &stderr)
		assert.Equal(t, exitUsage, status, c.flags)
		for _, says := range c.says {
			assert.Contains(t, stderr.String(), says, c.flags)
		}
		assert.Contains(t, stderr.String(), "See proxy --help.", c.flags)
		assert.NotContains(t, stderr.String(), "secret@", c.flags)
		assert.NotContains(t, stderr.String(), "goroutine")
		assert.Empty(t, stdout.String())
	}
}

// TestWrongFiles: errors name unusable files, without their content.
func TestWrongFiles(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		require.NoError(t, os.WriteFile(folder+"/"+name, []byte(text), 0o600))
		return folder + "/" + name
	}
	tokens := folder + "/tokens"
	_, err := auth.NewToken(tokens, "alice")
	require.NoError(t, err)
	key := write("key", testKey)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	stopped, stop := context.WithCancel(t.Context())
	stop() // a proxy that starts stops at once
	for _, c := range []struct{ flags, says string }{
		{"--tokens-file " + tokens, "the secret key is missing: give --secret-key-file"},
		{"--tokens-file " + tokens + " --secret-key-file " + folder + "/none", "--secret-key-file: open"},
		{"--tokens-file " + tokens + " --secret-key-file " + testKey, "--secret-key-file: open"},
		{"--tokens-file " + tokens + " --secret-key-file " + folder, "--secret-key-file: read"},
		{"--tokens-file " + tokens + " --secret-key-file " + write("empty", "\n"), "is empty"},
		{"--tokens-file " + tokens + " --secret-key-file " + write("two", "hidden words"), "does not hold a secret key"},
		{"--tokens-file " + folder + "/none --secret-key-file " + key, "--tokens-file: "},
		{"--tokens-file " + write("wrong", "alice hidden") + " --secret-key-file " + key, "--tokens-file: "},
		{"--tokens-file " + tokens + " --secret-key-file " + key + " --tls-cert-file " + key + " --tls-key-file " + key,
			"--tls-cert-file"},
		{"--tokens-file " + tokens + " --secret-key-file " + key + " --listen " + taken.Addr().String(),
			"address already in use"},
		{"--tokens-file " + tokens + " --secret-key-file " + key + " --redis ftp://localhost", "--redis"},
		{"--oidc-issuer http://issuer.example --oidc-audience a --oidc-group g --secret-key-file " + key, "--oidc-issuer"},
		{"--oidc-issuer https://issuer.example --oidc-audience a --secret-key-file " + key, "--oidc-group"},
	} {
		t.Setenv(keyEnv, "")
		var stdout, stderr bytes.Buffer
		flags := strings.Fields("--sdk-app-id 1400000000 --identifier administrator --listen 127.0.0.1:0 " + c.flags)
		assert.NotEqual(t, exitOK, run(stopped, nil, flags, &stdout, &stderr), c.flags)
		assert.Contains(t, stderr.String(), c.says, c.flags)
		assert.NotContains(t, stderr.String(), "hidden", c.flags)
		assert.NotContains(t, stderr.String(), testKey, c.flags)
	}
}

// TestToken: the command prints the token only, and it works.
func TestToken(t *testing.T) {
	file := t.TempDir() + "/tokens"
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitOK, run(t.Context(), nil, []string{"token", "alice", "--tokens-file", file}, &stdout, &stderr))
	tokens, err := auth.OpenTokens(file)
	require.NoError(t, err)
	caller, err := tokens.Check(t.Context(), []string{"Bearer " + strings.TrimSpace(stdout.String())})
	require.NoError(t, err)
	assert.Equal(t, "alice", caller.Name)
	assert.NotContains(t, stderr.String(), strings.TrimSpace(stdout.String()))
	assert.Equal(t, exitFailed, run(t.Context(), nil, []string{"token", "alice", "--tokens-file", file}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "alice")
}

// TestHelp: --help describes every flag.
func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitOK, run(t.Context(), nil, []string{"--help"}, &stdout, &stderr))
	help := stdout.String()
	for _, flag := range []string{"--listen", "--sdk-app-id", "--tokens-file", "--oidc-issuer", "--redis", "--cache-ttl",
		"TENCENT_CHAT_SDK_APP_ID", "PROXY_REDIS", "token"} {
		assert.Contains(t, help, flag)
	}
	assert.Empty(t, stderr.String())
}
