package proxy

import "net/http"

// Part is a part of the proxy in the report of /readyz.
type Part struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	// Why explains the state, without secrets.
	Why string `json:"why,omitempty"`
}

// State is the state of a part, or of the whole proxy.
type State string

const (
	Ready    State = "ready"
	Degraded State = "degraded" // pages are listed, with limitations
	Failed   State = "failed"   // no pages are listed
)

// serveReady answers 200 while pages can be listed, and 503 otherwise. A degraded replica answers 200, or a lost Redis
// would take all replicas out of the load balancer.
func (p *Proxy) serveReady(w http.ResponseWriter) {
	report := struct {
		State State  `json:"state"`
		Parts []Part `json:"parts"`
	}{Ready, p.config.Parts()}
	if p.draining.Load() {
		report.Parts = append(report.Parts, Part{Name: "process", State: Failed, Why: "it is stopping"})
	}
	for _, part := range report.Parts {
		if part.State == Failed || part.State == Degraded && report.State == Ready {
			report.State = part.State
		}
	}
	status := http.StatusOK
	if report.State == Failed {
		status = http.StatusServiceUnavailable
	}
	writeJSON(w, status, "application/json", report)
}
