package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/core/restapi"
)

// Each test is an attack by somebody who reaches the proxy. The service must not be called, and no secret must be in a
// response or in the log (startProxy checks that at the end).

// TestPathAndMethod tries other paths and methods, and variants of the path that some servers accept.
func TestPathAndMethod(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	send := func(target, method string) reply {
		return p.raw(t, method+" "+target+" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+p.token+
			"\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
	}
	path := restapi.CommandPath
	for _, target := range []string{
		"/v4/group_open_http_svc/destroy_group", "/v4/group_open_http_svc/", "/v4/openim/querystate",
		"/V4/group_open_http_svc/get_appid_group_list",
		"/" + path, path + "/", path + "//", "/v4//group_open_http_svc/get_appid_group_list",
		"/./v4/group_open_http_svc/get_appid_group_list",
		"/x/.." + path, path + "/../destroy_group", "/v4/group_open_http_svc/%67et_appid_group_list",
		"/v4/group_open_http_svc%2fget_appid_group_list",
		"/%2e" + path, "/v4/%2e%2e" + path, path + "%00", path + "%20", path + ";a=b", path + "#x", path + `\`,
		"/..\\" + path,
		path + "?", path + "?a=b", path + "?usersig=x&identifier=administrator", path + "?sdkappid=1400000000",
		"http://localhost" + path, "http://" + p.address + path, "https://console.tim.qq.com" + path,
		"//console.tim.qq.com" + path,
		"/etc/passwd", "/../../etc/passwd", "/.git/config", "/debug/pprof/", "/favicon.ico", "*",
	} {
		for _, method := range []string{"POST", "GET"} {
			answer := send(target, method)
			assert.Contains(t, []int{400, 404, 405, 421}, answer.status, "%s %s: %s", method, target, answer.body)
			if answer.status != 400 { // Go's own
				assert.Equal(t, "no-store", answer.header.Get("Cache-Control"), "%s %s", method, target)
			}
		}
	}
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "post",
		"POSTX"} {
		answer := send(path, method)
		assert.Contains(t, []int{400, 405}, answer.status, method)
	}
	for _, target := range []string{"/healthz", "/readyz", "/metrics", "/"} {
		for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE"} {
			assert.Equal(t, 405, send(target, method).status, "%s %s", method, target)
		}
	}
	assert.Equal(t, 405, send("*", "OPTIONS").status)
	assert.Equal(t, 405, p.list(t, "{}", func(r *http.Request) { r.Method = "PUT" }).status)
	assert.Zero(t, p.service.calls())
}

// TestRequestIsNotForwarded: nothing of a request but the page reaches the service.
func TestRequestIsNotForwarded(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	answer := p.list(t, `{ "Next":0, "GroupType":"Public", "Limit":7 }`, func(r *http.Request) {
		for name, value := range map[string]string{
			"Cookie": "session=1", "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "evil.example",
			"X-Original-URL": "/v4/openim/x",
			"X-Rewrite-URL":  "/v4/openim/x", "X-HTTP-Method-Override": "DELETE", "Forwarded": "for=1.2.3.4",
			"Traceparent": "00-1-2-3",
			"Usersig":     "eJxx", "Identifier": "mallory", "Sdkappid": "1", "X-Request-Id": "mine", "User-Agent": "mine",
			"Accept-Language": "xx",
			"Referer":         "https://evil.example/", "If-None-Match": "*", "Range": "bytes=0-1",
		} {
			r.Header.Set(name, value)
		}
	})
	require.Equal(t, 200, answer.status, answer.body)
	assert.Equal(t, "application/json", answer.header.Get("Content-Type"))
	assert.NotEqual(t, "mine", answer.header.Get("X-Request-Id"))
	r, body := p.service.request(1)
	assert.Equal(t, "POST", r.Method)
	assert.Equal(t, restapi.CommandPath, r.URL.Path)
	assert.Equal(t, `{"Limit":7,"GroupType":"Public"}`, body)
	query := r.URL.Query()
	assert.Len(t, query, 5, r.URL.RawQuery)
	for _, name := range []string{"sdkappid", "identifier", "usersig", "random", "contenttype"} {
		assert.Len(t, query[name], 1, name)
	}
	assert.Equal(t, "1400000000", query.Get("sdkappid"))
	assert.Equal(t, "administrator", query.Get("identifier"))
	var names []string
	for name := range r.Header {
		names = append(names, name)
	}
	assert.ElementsMatch(t, []string{"Accept-Encoding", "Content-Length", "Content-Type"}, names)
}

// TestForeignIdentity: an identity or a signature in the body is refused.
func TestForeignIdentity(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	for _, body := range []string{
		`{"usersig":"eJx"}`, `{"identifier":"mallory"}`, `{"sdkappid":1}`, `{"Limit":1,"UserSig":"eJx"}`, `{"limit":1}`,
		`{"LIMIT":1}`, `{"next":0}`,
	} {
		answer := p.list(t, body)
		assert.Equal(t, 400, answer.status, body)
		assert.Contains(t, answer.problem(t), "Limit, Next and GroupType", body)
		assert.NotContains(t, answer.body, "eJx")
	}
	assert.Zero(t, p.service.calls())
}

// TestBadBodies: invalid bodies are refused with a reason.
func TestBadBodies(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	for _, c := range []struct{ body, says string }{
		{"", "empty"}, {" \n", "empty"}, {"null", ""}, {"[]", ""}, {`"x"`, ""}, {"1", ""}, {"{", ""}, {"{}{}", ""},
		{"{}x", ""}, {"{,}", ""}, {"{'Limit':1}", ""},
		{"\ufeff{}", ""}, {"{\"GroupType\":\"\xff\"}", ""}, {`{"Limit":1,"Limit":2}`, ""}, {`{"Limit":1,"\u004cimit":2}`, ""},
		{`{"Limit":0}`, "Limit must be a whole number from 1 to 10000"}, {`{"Limit":10001}`, "Limit"},
		{`{"Limit":-1}`, "Limit"}, {`{"Limit":1.0}`, "Limit"},
		{`{"Limit":1e3}`, "Limit"}, {`{"Limit":"1"}`, "Limit"}, {`{"Limit":null}`, "Limit"}, {`{"Limit":true}`, "Limit"},
		{`{"Limit":[1]}`, "Limit"}, {`{"Limit":01}`, ""},
		{`{"Next":-1}`, "Next must be"}, {`{"Next":9223372036854775808}`, "Next"}, {`{"Next":1.5}`, "Next"},
		{`{"Next":"4454685361"}`, "Next"}, {`{"Next":{}}`, "Next"},
		{`{"GroupType":"public"}`, "GroupType must be one of Public, Private, ChatRoom, AVChatRoom, BChatRoom, Community"},
		{`{"GroupType":""}`, "GroupType"},
		{`{"GroupType":"Work"}`, "GroupType"}, {`{"GroupType":1}`, "GroupType"}, {`{"GroupType":null}`, "GroupType"},
		{`{"GroupType":"Public\u0000"}`, "GroupType"},
		{strings.Repeat("[", 4000), ""}, {`{"GroupType":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + "}",
			"GroupType"},
	} {
		answer := p.list(t, c.body)
		assert.Equal(t, 400, answer.status, c.body)
		assert.Contains(t, answer.problem(t), c.says, c.body)
	}
	for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/jsonx", "application"} {
		assert.Equal(t, 415, p.list(t, "{}", header("Content-Type", contentType)).status, contentType)
	}
	assert.Equal(t, 415, p.list(t, "{}", header("Content-Encoding", "gzip")).status)
	assert.Zero(t, p.service.calls())
	assert.Equal(t, 200, p.list(t, "{}", header("Content-Type", "application/json; charset=UTF-8")).status)
	assert.Equal(t, 200, p.list(t, `{"Next":9223372036854775807,"Limit":10000,"GroupType":"Community"}`).status)
}

// TestOversizedAndSlowBodies: the proxy reads at most 4 KiB, and does not wait for a body that does not come.
func TestOversizedAndSlowBodies(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	assert.Equal(t, 413, p.list(t, "{"+strings.Repeat(" ", 4<<10)+"}").status)
	assert.Equal(t, 200, p.list(t, "{"+strings.Repeat(" ", 4<<10-2)+"}").status)
	calls := p.service.calls()

	var wait sync.WaitGroup
	head := "POST " + restapi.CommandPath + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + p.token +
		"\r\nContent-Type: application/json\r\n"
	for name, text := range map[string]string{
		"a length of a gigabyte": head + "Content-Length: 1073741824\r\n\r\n" + strings.Repeat(" ", 8<<10),
		"endless chunks":         head + "Transfer-Encoding: chunked\r\n\r\n2000\r\n" + strings.Repeat(" ", 8<<10) + "\r\n",
	} {
		began := time.Now()
		assert.Equal(t, 413, p.raw(t, text).status, name)
		assert.Less(t, time.Since(began), 5*time.Second, "%s is not waited for until the deadline for the body", name)
	}
	wait.Go(func() {
		answer := p.raw(t, head+"Content-Length: 100\r\n\r\n{")
		assert.Equal(t, 408, answer.status, "a body that does not come: %s", answer.body)
	})
	wait.Go(func() {
		assert.Contains(t, []int{0, 408}, p.raw(t, "POST "+restapi.CommandPath+" HTTP/1.1\r\nHost: local").status,
			"headers that do not come")
	})
	for name, text := range map[string]string{
		"refused for its token": "POST " + restapi.CommandPath +
			" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
		"refused for its host": "POST " + restapi.CommandPath +
			" HTTP/1.1\r\nHost: evil.example\r\nTransfer-Encoding: chunked\r\n\r\n",
		"a file of the console":  "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
		"a probe":                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
		"what Go answers itself": "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
	} {
		wait.Go(func() {
			connection, err := net.Dial("tcp", p.address)
			if !assert.NoError(t, err) {
				return
			}
			defer func() { _ = connection.Close() }()
			_, err = io.WriteString(connection, text)
			assert.NoError(t, err)
			assert.NoError(t, connection.SetReadDeadline(time.Now().Add(3*readTimeout)))
			_, err = io.Copy(io.Discard, connection)
			assert.NotErrorIs(t, err, os.ErrDeadlineExceeded, "%s, with a body that does not come, holds its connection", name)
		})
	}
	wait.Wait()
	assert.Equal(t, 431, p.raw(t, head+"X-Long: "+strings.Repeat("x", 64<<10)+"\r\n\r\n").status, "headers without an end")
	assert.Equal(t, calls, p.service.calls())
}

// TestSmuggledRequests: requests that two servers could split differently are refused, and the connection is closed.
func TestSmuggledRequests(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	head := "POST " + restapi.CommandPath + " HTTP/1.1\r\nAuthorization: Bearer " + p.token +
		"\r\nContent-Type: application/json\r\n"
	inner := "POST " + restapi.CommandPath + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
	for name, text := range map[string]string{
		"length and chunks": head + "Host: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: " +
			"chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + inner,
		"two lengths": head + "Host: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
		"two codings": head + "Host: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: " +
			"identity\r\n\r\n0\r\n\r\n",
		"an unknown coding":         head + "Host: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"a length with a sign":      head + "Host: localhost\r\nContent-Length: +2\r\n\r\n{}",
		"space before the colon":    head + "Host: localhost\r\nContent-Length : 2\r\n\r\n{}",
		"two hosts":                 head + "Host: localhost\r\nHost: evil.example\r\nContent-Length: 2\r\n\r\n{}",
		"no host":                   head + "Content-Length: 2\r\n\r\n{}",
		"a folded header":           head + "Host: localhost\r\nX: a\r\n Content-Length: 2\r\n\r\n{}",
		"a NUL in a header":         head + "Host: localhost\r\nX: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
		"a bare CR in a header":     head + "Host: localhost\r\nX: a\rContent-Length: 2\r\n\r\n{}",
		"another protocol":          "POST " + restapi.CommandPath + " HTTP/9.9\r\nHost: localhost\r\n\r\n",
		"two tokens":                head + "Authorization: Bearer x\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
		"two content types":         head + "Content-Type: text/plain\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
		"a host with a path":        head + "Host: localhost/evil\r\nContent-Length: 2\r\n\r\n{}",
		"a host with a user's name": head + "Host: localhost@evil.example\r\nContent-Length: 2\r\n\r\n{}",
	} {
		answer := p.raw(t, text)
		// Go uses the chunks, ignores the length, and closes the connection, so that nothing is left over
		if name == "length and chunks" {
			assert.Equal(t, 200, answer.status, name)
			continue
		}
		assert.Contains(t, []int{0, 400, 401, 415, 421, 501, 505}, answer.status, "%s: %s", name, answer.body)
	}
	assert.Equal(t, 1, p.service.calls())
}

// TestTokens: every invalid token gets the same response.
func TestTokens(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	wrong := p.list(t, "{}", header("Authorization", "Bearer "+strings.Repeat("x", len(p.token))))
	assert.Equal(t, 401, wrong.status)
	assert.Equal(t, `Bearer realm="tencent-chat-groups"`, wrong.header.Get("WWW-Authenticate"))
	detail := wrong.problem(t)
	for _, authorization := range []string{
		"Bearer", "Bearer ", "Bearer  " + p.token, p.token, "Basic " + p.token, "Bearer " + p.token + "x",
		"Bearer " + p.token[1:], "Bearer " + p.token[:len(p.token)-1],
		"Bearer " + p.token + "," + p.token, "Bearer " + strings.ToUpper(p.token), "Bearer alice",
		"Bearer " + strings.Repeat("x", 12<<10), `Bearer "` + p.token + `"`,
		"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
	} {
		answer := p.list(t, "{}", header("Authorization", authorization))
		assert.Equal(t, 401, answer.status, authorization)
		assert.Equal(t, detail, answer.problem(t), authorization)
		assert.ElementsMatch(t, keys(wrong.header), keys(answer.header), authorization)
	}
	missing := p.list(t, "{}", without("Authorization"))
	assert.Equal(t, 401, missing.status)
	assert.Equal(t, detail, missing.problem(t))
	assert.Len(t, missing.body, len(wrong.body))
	assert.Equal(t, 401, p.get(t, "/metrics").status)
	assert.Zero(t, p.service.calls())

	assert.Equal(t, 200, p.list(t, "{}", header("Authorization", "bearer "+p.token)).status)
	line := p.log.await(t, func(line map[string]any) bool { return line["msg"] == "request" && line["status"] == 200.0 })
	assert.Equal(t, "alice", line["caller"])
}

func keys(h http.Header) (names []string) {
	for name := range h {
		names = append(names, name)
	}
	return names
}

// TestOriginsAndHosts: pages of other sites cannot call, under any host name.
func TestOriginsAndHosts(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil), "--allow-origin", "https://console.example.com", "--allow-origin",
		"https://other.example.com", "--host", "proxy.example.com")
	for _, c := range []struct {
		name    string
		change  []func(*http.Request)
		status  int
		allowed string
	}{
		{"no browser", nil, 200, ""},
		{"the console", []func(*http.Request){header("Origin", p.url), header("Sec-Fetch-Site", "same-origin")}, 200, ""},
		{"an older browser", []func(*http.Request){header("Origin", p.url)}, 200, ""},
		{"an allowed origin", []func(*http.Request){header("Origin", "https://console.example.com"),
			header("Sec-Fetch-Site", "cross-site")}, 200, "https://console.example.com"},
		{"another origin", []func(*http.Request){header("Origin", "https://evil.example"),
			header("Sec-Fetch-Site", "cross-site")}, 403, ""},
		{"another origin in an older browser", []func(*http.Request){header("Origin", "https://evil.example")}, 403, ""},
		{"an allowed one with another suffix",
			[]func(*http.Request){header("Origin", "https://console.example.com.evil.example")}, 403, ""},
		{"an allowed one by http", []func(*http.Request){header("Origin", "http://console.example.com"),
			header("Sec-Fetch-Site", "cross-site")}, 403, ""},
		{"an allowed one with a port", []func(*http.Request){header("Origin", "https://console.example.com:8443"),
			header("Sec-Fetch-Site", "cross-site")}, 403, ""},
		{"null", []func(*http.Request){header("Origin", "null")}, 403, ""},
		{"no origin, but a browser's header", []func(*http.Request){header("Sec-Fetch-Site", "cross-site")}, 403, ""},
		{"a sibling of the same site", []func(*http.Request){header("Sec-Fetch-Site", "same-site")}, 403, ""},
		{"two origins", []func(*http.Request){func(r *http.Request) {
			r.Header["Origin"] = []string{"https://console.example.com", "https://evil.example"}
		}}, 403, ""},
		{"one of the proxy's names", []func(*http.Request){header("Host", "PROXY.example.com:443")}, 200, ""},
		{"localhost", []func(*http.Request){header("Host", "localhost:1234")}, 200, ""},
		{"the IPv6 loopback address", []func(*http.Request){header("Host", "[::1]:1234")}, 200, ""},
		{"a name after DNS rebinding", []func(*http.Request){header("Host", "evil.example"),
			header("Origin", "http://evil.example")}, 421, ""},
		{"an allowed name as a prefix", []func(*http.Request){header("Host", "proxy.example.com.evil.example")},
			421, ""},
		{"a name with a dot", []func(*http.Request){header("Host", "localhost.")}, 421, ""},
	} {
		answer := p.list(t, "{}", c.change...)
		assert.Equal(t, c.status, answer.status, c.name)
		assert.Equal(t, c.allowed, answer.header.Get("Access-Control-Allow-Origin"), c.name)
		assert.Empty(t, answer.header.Get("Access-Control-Allow-Credentials"), c.name)
	}
	assert.Equal(t, 421, p.get(t, "/", header("Host", "evil.example")).status)

	preflight := func(origin string) reply {
		options := func(r *http.Request) { r.Method = "OPTIONS" }
		return p.list(t, "", options, header("Origin", origin), without("Authorization"),
			header("Access-Control-Request-Method", "POST"),
			header("Access-Control-Request-Headers", "authorization,content-type"))
	}
	allowed := preflight("https://other.example.com")
	assert.Equal(t, 204, allowed.status)
	assert.Equal(t, "https://other.example.com", allowed.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "POST", allowed.header.Get("Access-Control-Allow-Methods"))
	assert.Equal(t, "Authorization, Content-Type", allowed.header.Get("Access-Control-Allow-Headers"))
	assert.Equal(t, "Origin", allowed.header.Get("Vary"))
	for _, origin := range []string{"https://evil.example", "null", "",
		"https://console.example.com, https://evil.example"} {
		refused := preflight(origin)
		assert.Equal(t, 403, refused.status, origin)
		assert.Empty(t, refused.header.Get("Access-Control-Allow-Origin"), origin)
	}
	refused := p.list(t, "{}", header("Origin", "https://console.example.com"), without("Authorization"))
	assert.Equal(t, 401, refused.status)
	assert.Equal(t, "https://console.example.com", refused.header.Get("Access-Control-Allow-Origin"),
		"a page must see why it was refused")
}

// TestLogAndHeaderInjection: no request can forge a log line or a response header.
func TestLogAndHeaderInjection(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	forged := `{"level":"INFO","msg":"forged"}`
	for _, text := range []string{
		"GET /%0d%0aSet-Cookie:%20forged=1%0d%0a" + forged + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"GET /\r\n" + forged + "\r\nHost: localhost\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\n" + forged + "\r\n\r\n",
		"POST " + restapi.CommandPath + " HTTP/1.1\r\nHost: localhost\r\nOrigin: " +
			"https://a\tforged\r\nContent-Length: 0\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: forged\"}\r\n\r\n",
		"G\x1b[2J" + forged + " / HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		answer := p.raw(t, text)
		assert.NotContains(t, fmt.Sprint(answer.header), "forged", text)
		assert.Empty(t, answer.header.Get("Set-Cookie"))
	}
	p.list(t, `{"GroupType":"\n`+forged+`"}`)
	p.list(t, "{}", header("Authorization", "Bearer "+p.token+" forged"))
	p.stop()
	assert.NotContains(t, p.log.String(), "forged")
}

// TestFlood: 10,000 requests, most without a token, beside a caller with one. The pace is kept, memory is bounded, and
// the caller is served.
func TestFlood(t *testing.T) {
	const requests, callers = 10_000, 64
	interval := 50 * time.Millisecond
	p := startProxy(t, startService(t, interval, 100, "", nil), "--min-interval", interval.String(), "--cache-ttl", "0s")
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}
	defer client.CloseIdleConnections()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)

	var sent, failed atomic.Int64
	byStatus := map[int]int{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range callers {
		wait.Go(func() {
			for n := sent.Add(1); n <= requests; n = sent.Add(1) {
				body, token := "{}", "wrong"
				switch n % 10 {
				case 0:
					token = p.token // with a token, and a page that nobody else asks for
					body = fmt.Sprintf(`{"Limit":%d}`, 1+n%1000)
				case 1:
					body = strings.Repeat("x", 6<<10)
				}
				r, err := http.NewRequest(http.MethodPost, p.url+restapi.CommandPath, strings.NewReader(body))
				if err != nil {
					failed.Add(1)
					continue
				}
				r.Header.Set("Authorization", "Bearer "+token)
				r.Header.Set("Content-Type", "application/json")
				response, err := client.Do(r)
				if err != nil {
					failed.Add(1)
					continue
				}
				_ = response.Body.Close()
				mu.Lock()
				byStatus[response.StatusCode]++
				mu.Unlock()
			}
		})
	}
	flooded := make(chan struct{})
	go func() {
		wait.Wait()
		close(flooded)
	}()
	served := 0
	for over := false; !over; {
		switch answer := p.list(t, `{"Limit":9999}`); answer.status {
		case 200:
			served++
		case 429:
			assert.NotEmpty(t, answer.header.Get("Retry-After"))
		default:
			assert.Fail(t, "a caller got another answer", "%d %s", answer.status, answer.body)
		}
		select {
		case <-flooded:
			over = true
		default:
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("answers by status: %v, to the caller beside them: %d, calls of the service: %d, heap %d KiB more", byStatus,
		served, p.service.calls(),
		(int64(after.HeapAlloc)-int64(before.HeapAlloc))/1024)
	assert.Zero(t, failed.Load())
	assert.Equal(t, 9*requests/10, byStatus[401], "requests without a token")
	assert.Equal(t, requests/10, byStatus[200]+byStatus[429], "requests with a token are served, or told when to retry")
	assert.Positive(t, byStatus[200])
	assert.Positive(t, served, "others are served")
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(16<<20), "memory is bounded")
	assertPace(t, p.service, interval)
}

// assertPace asserts that calls arrived at least an interval apart.
func assertPace(t *testing.T, s *service, interval time.Duration) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 1; i < len(s.arrivals); i++ {
		assert.GreaterOrEqual(t, s.arrivals[i].Sub(s.arrivals[i-1]), interval, "call %d", i+1)
	}
}

// TestManyConnections: silent connections are closed, so that others get in.
func TestManyConnections(t *testing.T) {
	p := startProxy(t, startService(t, 0, 10, "", nil))
	for range maxConnections {
		connection, err := net.Dial("tcp", p.address)
		require.NoError(t, err)
		defer func() { _ = connection.Close() }()
	}
	assert.Equal(t, 200, p.list(t, "{}").status, "after the silent connections were closed")
}
