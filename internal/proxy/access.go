package proxy

import (
	"net"
	"net/http"
	"strings"
)

// access decides which host names and origins may call. Only browsers send an Origin.
type access struct {
	hosts   map[string]bool // in lower case, without a port
	origins map[string]bool // of other sites whose pages may call
	cross   *http.CrossOriginProtection
}

// newAccess takes host names without a port, and origins such as https://console.example.com.
func newAccess(hosts, origins []string) (*access, error) {
	a := &access{hosts: map[string]bool{}, origins: map[string]bool{}, cross: http.NewCrossOriginProtection()}
	for _, host := range hosts {
		a.hosts[strings.ToLower(host)] = true
	}
	for _, origin := range origins {
		if err := a.cross.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
		a.origins[origin] = true
	}
	return a, nil
}

// allowsHost reports whether host is one of the proxy's own names. An attack by DNS rebinding uses another name.
func (a *access) allowsHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return a.hosts[strings.ToLower(strings.Trim(host, "[]"))]
}

// allowsOrigin reports whether the origin of a request is allowed, and sets the CORS headers of the response.
func (a *access) allowsOrigin(w http.ResponseWriter, r *http.Request) bool {
	if len(r.Header["Origin"]) > 1 || a.cross.Check(r) != nil {
		return false
	}
	if len(a.origins) > 0 {
		w.Header().Add("Vary", "Origin")
	}
	if origin := r.Header.Get("Origin"); a.origins[origin] {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Expose-Headers", "Retry-After, X-Request-Id")
	}
	return true
}

var forbiddenOrigin = &problem{Status: http.StatusForbidden,
	Detail: "pages of this origin may not call the proxy: its operator allows origins with --allow-origin"}

// preflight answers the CORS preflight request of a page of another origin.
func (a *access) preflight(w http.ResponseWriter, r *http.Request) *problem {
	if len(r.Header["Origin"]) != 1 || !a.origins[r.Header.Get("Origin")] {
		return forbiddenOrigin
	}
	header := w.Header()
	header.Add("Vary", "Origin")
	header.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	header.Set("Access-Control-Allow-Methods", http.MethodPost)
	header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	header.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
