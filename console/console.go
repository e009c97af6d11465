// Package console serves the browser console. Its sources are in this folder; scripts/build/console.mjs builds them
// into dist, which is compiled in.
package console

import (
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// dist has a placeholder in a clean clone, so that this package compiles there.
//
//go:embed all:dist
var dist embed.FS

// contentSecurityPolicy is the page's: what is not of this origin is out, and so is every script, style or handler in
// the page itself. wasm-unsafe-eval is for groups.wasm and allows nothing but WebAssembly; the one policy of Trusted
// Types approves of the worker's file.
const contentSecurityPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"connect-src 'self'; " +
	"img-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types console"

// permissionsPolicy denies what a page asks its user for: a script that got in all the same could ask in the console's
// name.
const permissionsPolicy = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"

// filePolicy is that of the other files. A worker is ruled by the policy that its own file came with.
const filePolicy = "default-src 'none'; frame-ancestors 'none'"

const (
	page           = "index.html"
	alwaysAskAgain = "no-cache"
	neverAskAgain  = "public, max-age=31536000, immutable" // the name changes with the content
)

var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".wasm": "application/wasm",
}

// codings are the compressed forms that a file may have beside it, the smallest first.
var codings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// Handler returns what serves the console: the page at / and its files, by GET and HEAD. The request's target is
// compared as it came, byte by byte: no cleaning, no query, no redirect. Everything else is 404, another method on one
// of them 405. The console's files have no secrets, so nobody has to sign in to get them.
//
// It is an error if the console has not been built.
func Handler() (http.Handler, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return handler(files)
}

// A file is what one target answers.
type file struct {
	header http.Header // but for what depends on the form
	forms  []form      // compressed ones first, the plain one last
}

type form struct {
	coding string // "" is plain
	etag   string
	body   []byte
}

func handler(dist fs.FS) (http.Handler, error) {
	entries, err := fs.ReadDir(dist, ".")
	if err != nil {
		return nil, err
	}
	files := make(map[string]*file)
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
			continue
		}
		f, err := read(dist, name)
		if err != nil {
			return nil, err
		}
		files[target(name)] = f
	}
	if files["/"] == nil {
		return nil, errors.New("built without the console: run make build/proxy")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := files[r.RequestURI]
		if f == nil {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		f.serve(w, r)
	}), nil
}

func target(name string) string {
	if name == page {
		return "/"
	}
	return "/" + name
}

func read(dist fs.FS, name string) (*file, error) {
	contentType, ok := contentTypes[path.Ext(name)]
	if !ok {
		return nil, fmt.Errorf("console: %s has no content type", name)
	}
	f := &file{header: http.Header{
		"Content-Type":            {contentType},
		"Cache-Control":           {neverAskAgain},
		"Content-Security-Policy": {filePolicy},
		"Vary":                    {"Accept-Encoding"},
	}}
	if name == page {
		f.header.Set("Cache-Control", alwaysAskAgain)
		f.header.Set("Content-Security-Policy", contentSecurityPolicy)
		f.header.Set("Cross-Origin-Opener-Policy", "same-origin") // a page that opens this one gets no handle to its window
		f.header.Set("Permissions-Policy", permissionsPolicy)
	}
	for _, coding := range codings {
		body, err := fs.ReadFile(dist, name+coding.suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		f.forms = append(f.forms, formOf(coding.name, body))
	}
	body, err := fs.ReadFile(dist, name)
	if err != nil {
		return nil, err
	}
	f.forms = append(f.forms, formOf("", body))
	return f, nil
}

func formOf(coding string, body []byte) form {
	sum := sha256.Sum256(body)
	return form{coding: coding, etag: fmt.Sprintf("%q", fmt.Sprintf("%x", sum[:16])), body: body}
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	form := f.formFor(r.Header.Values("Accept-Encoding"))
	header := w.Header()
	for name, values := range f.header {
		header[name] = values[:len(values):len(values)]
	}
	header.Set("Etag", form.etag)
	if matches(r.Header.Values("If-None-Match"), form.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if form.coding != "" {
		header.Set("Content-Encoding", form.coding)
	}
	header.Set("Content-Length", strconv.Itoa(len(form.body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(form.body) // the client has gone: there is nobody to tell
	}
}

// formFor returns the smallest form that a client takes.
func (f *file) formFor(accepted []string) form {
	for _, form := range f.forms[:len(f.forms)-1] {
		if accepts(accepted, form.coding) {
			return form
		}
	}
	return f.forms[len(f.forms)-1]
}

// accepts reports whether Accept-Encoding names a coding, and not with a weight of 0.
func accepts(accepted []string, coding string) bool {
	for item := range strings.SplitSeq(strings.Join(accepted, ","), ",") {
		name, weight, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		_, q, weighted := strings.Cut(weight, "=")
		value, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighted || err == nil && value > 0
	}
	return false
}

// matches reports whether If-None-Match has an entity tag, weak or strong: a proxy on the way may have weakened it.
func matches(tags []string, etag string) bool {
	for tag := range strings.SplitSeq(strings.Join(tags, ","), ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == etag || tag == "*" {
			return true
		}
	}
	return false
}
