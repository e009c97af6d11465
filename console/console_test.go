package console

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// built is a small build.
func built() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		".gitkeep":                  file(""),
		"index.html":                file("<!doctype html> the page"),
		"index.html.br":             file("page in br"),
		"index.html.gz":             file("page in gzip"),
		"console-0123456789.js":     file("the script"),
		"groups-0123456789.wasm":    file("\x00asm and so on"),
		"groups-0123456789.wasm.br": file("wasm in br"),
		"style-0123456789.css":      file("the style"),
		"icon-0123456789.svg":       file("the icon"),
	}
}

func serving(t *testing.T) http.Handler {
	t.Helper()
	handler, err := handler(built())
	require.NoError(t, err)
	return handler
}

// ask makes a request with pairs of header names and values.
func ask(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, "/", nil)
	r.RequestURI = target
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(text)
}

func TestThePageAndItsFilesAreServedWithTheirTypes(t *testing.T) {
	h := serving(t)
	for target, want := range map[string][2]string{
		"/":                       {"text/html; charset=utf-8", "<!doctype html> the page"},
		"/console-0123456789.js":  {"text/javascript; charset=utf-8", "the script"},
		"/groups-0123456789.wasm": {"application/wasm", "\x00asm and so on"},
		"/style-0123456789.css":   {"text/css; charset=utf-8", "the style"},
		"/icon-0123456789.svg":    {"image/svg+xml", "the icon"},
	} {
		response := ask(h, "GET", target)
		assert.Equal(t, http.StatusOK, response.StatusCode, target)
		assert.Equal(t, want[0], response.Header.Get("Content-Type"), target)
		assert.Equal(t, want[1], body(t, response), target)
		assert.Equal(t, int64(len(want[1])), response.ContentLength, target)

		head := ask(h, "HEAD", target)
		assert.Equal(t, response.Header, head.Header, target)
		assert.Empty(t, body(t, head), target)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	h := serving(t)
	for _, target := range []string{
		"", "//", "/.", "/./", "/%2f", "/?", "/?x=1", "/#", "*", "http://localhost/", "/index.html", "/index.html.br", "/.gitkeep", "/dist/",
		"/console-0123456789.js?", "/console-0123456789.js/", "//console-0123456789.js", "/./console-0123456789.js",
		"/x/../console-0123456789.js", "/%63onsole-0123456789.js", "/CONSOLE-0123456789.js", "console-0123456789.js",
		"/groups-0123456789.wasm.br", "/console.go", "/../console.go", "/..%2fconsole.go", `/..\console.go`, "/console-0123456789.js\x00",
	} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			assert.Equal(t, http.StatusNotFound, ask(h, method, target).StatusCode, "%s %q", method, target)
		}
	}
}

func TestOtherMethodsAreToldWhichOnesThereAre(t *testing.T) {
	h := serving(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "X"} {
		response := ask(h, method, "/")
		assert.Equal(t, http.StatusMethodNotAllowed, response.StatusCode, method)
		assert.Equal(t, "GET, HEAD", response.Header.Get("Allow"), method)
	}
}

func TestTheSmallestFormThatIsAcceptedIsSent(t *testing.T) {
	h := serving(t)
	for accepted, want := range map[string]string{
		"gzip, deflate, br, zstd":  "br",
		"BR":                       "br",
		"gzip, br;q=0":             "gzip",
		"br;q=0.001":               "br",
		"br ; q=0.0, gzip ; q=0.5": "gzip",
		"br;q=nonsense, gzip":      "gzip",
		"":                         "",
		"identity":                 "",
		"*":                        "",
		"brotli, xgzip":            "",
		"gzip;q=0.0, br;q=0":       "",
		"deflate":                  "",
	} {
		response := ask(h, "GET", "/", "Accept-Encoding", accepted)
		assert.Equal(t, want, response.Header.Get("Content-Encoding"), accepted)
		assert.Equal(t, "Accept-Encoding", response.Header.Get("Vary"), accepted)
		wantBody := map[string]string{"br": "page in br", "gzip": "page in gzip", "": "<!doctype html> the page"}[want]
		assert.Equal(t, wantBody, body(t, response), accepted)
	}
	several := ask(h, "GET", "/", "Accept-Encoding", "deflate", "Accept-Encoding", "gzip")
	assert.Equal(t, "gzip", several.Header.Get("Content-Encoding"))
	assert.Empty(t, ask(h, "GET", "/console-0123456789.js", "Accept-Encoding", "br, gzip").Header.Get("Content-Encoding"),
		"what has no compressed form is sent plain")
}

func TestAPageThatIsAtHandIsNotSentAgain(t *testing.T) {
	h := serving(t)
	first := ask(h, "GET", "/", "Accept-Encoding", "br")
	tag := first.Header.Get("Etag")
	assert.Regexp(t, `^"[0-9a-f]{32}"$`, tag)
	for _, known := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		again := ask(h, "GET", "/", "Accept-Encoding", "br", "If-None-Match", known)
		assert.Equal(t, http.StatusNotModified, again.StatusCode, known)
		assert.Empty(t, body(t, again), known)
		assert.Equal(t, tag, again.Header.Get("Etag"), known)
		assert.Equal(t, first.Header.Get("Cache-Control"), again.Header.Get("Cache-Control"), known)
	}
	assert.Equal(t, http.StatusOK, ask(h, "GET", "/", "Accept-Encoding", "br", "If-None-Match", `"other"`).StatusCode)
	assert.Equal(t, http.StatusOK, ask(h, "GET", "/", "Accept-Encoding", "gzip", "If-None-Match", tag).StatusCode,
		"another form is another entity")
}

func TestThePageIsAskedForAgainAndItsFilesAreNot(t *testing.T) {
	h := serving(t)
	assert.Equal(t, "no-cache", ask(h, "GET", "/").Header.Get("Cache-Control"))
	assert.Equal(t, "public, max-age=31536000, immutable", ask(h, "GET", "/console-0123456789.js").Header.Get("Cache-Control"))
}

func TestThePageAllowsItsOwnFilesAlone(t *testing.T) {
	h := serving(t)
	page := ask(h, "GET", "/").Header.Get("Content-Security-Policy")
	for _, directive := range []string{
		"default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
		"form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
	} {
		assert.Contains(t, page, directive)
	}
	assert.NotContains(t, page, "'unsafe-inline'")
	assert.NotContains(t, page, "'unsafe-eval'")
	assert.Equal(t, "default-src 'none'; frame-ancestors 'none'", ask(h, "GET", "/console-0123456789.js").Header.Get("Content-Security-Policy"))
}

func TestThePageIsAloneInItsWindow(t *testing.T) {
	h := serving(t)
	for _, accepted := range []string{"", "br"} {
		page := ask(h, "GET", "/", "Accept-Encoding", accepted).Header
		assert.Equal(t, "same-origin", page.Get("Cross-Origin-Opener-Policy"))
		for _, feature := range []string{"camera=()", "display-capture=()", "geolocation=()", "microphone=()", "payment=()", "usb=()"} {
			assert.Contains(t, page.Get("Permissions-Policy"), feature)
		}
	}
	assert.Empty(t, ask(h, "GET", "/style-0123456789.css").Header.Get("Cross-Origin-Opener-Policy"))
}

func TestWithoutABuildThereIsAnErrorThatSaysWhatToDo(t *testing.T) {
	_, err := handler(fstest.MapFS{".gitkeep": {}})
	assert.EqualError(t, err, "built without the console: run make build/proxy")
}

func TestAFileOfAnUnknownTypeIsAnError(t *testing.T) {
	files := built()
	files["notes.txt"] = &fstest.MapFile{}
	_, err := handler(files)
	assert.ErrorContains(t, err, "notes.txt has no content type")
}
