package proxy

import (
	"net"
	"net/http"
	"strings"
)

// access knows from which hosts and origins browsers may come. Programs that are no browsers send no Origin, and are known by their
// token alone.
type access struct {
	hosts   map[string]bool // host names without a port, in small letters, that the proxy may be called by
	origins map[string]bool // origins of other sites whose pages may call
	cross   *http.CrossOriginProtection
}

// newAccess takes hosts without a port, and origins such as https://console.example.com.
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

// allowsHost tells whether a request came to one of the proxy's own names. A page of another site whose name was made to lead here
// (DNS rebinding) comes with that name.
func (a *access) allowsHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return a.hosts[strings.ToLower(strings.Trim(host, "[]"))]
}

// allowsOrigin tells whether a request that is no browser's, or comes from a page that may call. For pages of other origins that are
// listed it sets what lets them read the answer.
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

// preflight answers what browsers ask before a page of another origin may call.
func (a *access) preflight(w http.ResponseWriter, r *http.Request) *problem {
	if len(r.Header["Origin"]) != 1 || !a.origins[r.Header.Get("Origin")] {
		return &problem{Status: http.StatusForbidden, Detail: "pages of this origin may not call"}
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
