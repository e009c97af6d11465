package proxy

import (
	"encoding/json"
	"net/http"
)

// Part is one of the things that the proxy needs, as /readyz tells of it.
type Part struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	// Why says what is wrong, in words without secrets; of a part that is well, how it works.
	Why string `json:"why,omitempty"`
}

// State is how a part, or the whole, is.
type State string

const (
	Ready    State = "ready"
	Degraded State = "degraded" // pages are listed, but not as they should
	Failed   State = "failed"   // no pages are listed
)

// serveReady answers 200 while pages can be listed, and 503 else. A load balancer must not take a degraded replica out: where Redis
// is gone, all of them are.
func (p *Proxy) serveReady(w http.ResponseWriter) {
	report := struct {
		State State  `json:"state"`
		Parts []Part `json:"parts"`
	}{State: Ready}
	report.Parts = p.config.Parts()
	if p.leaving.Load() {
		report.Parts = append(report.Parts, Part{Name: "process", State: Failed, Why: "it is stopping"})
	}
	for _, part := range report.Parts {
		if part.State == Failed || part.State == Degraded && report.State == Ready {
			report.State = part.State
		}
	}
	text, err := json.Marshal(report)
	if err != nil {
		panic(err) // strings always marshal
	}
	w.Header().Set("Content-Type", "application/json")
	if report.State == Failed {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = w.Write(append(text, '\n')) // a caller who has gone reads nothing
}
