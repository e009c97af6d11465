package core

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// paced answers n calls in a row, each sent as soon as the pace allows and after a rest, and returns when the last
// one's headers came.
func paced(p *pacer, base string, n int, nowMs, restMs, rttMs float64) float64 {
	for range n {
		if p.called {
			nowMs = p.lastMs + 1000 - p.savedMs(base) + restMs
		}
		p.answered(&listing{options: Options{BaseURL: base}, sentMs: nowMs, nowMs: nowMs + rttMs})
		nowMs += rttMs
	}
	return nowMs
}

func TestASteadyLineSavesTheRoundTrip(t *testing.T) {
	p := newPacer()
	paced(p, "https://a.example", 3, 0, 0, 100)
	assert.Equal(t, 97.0, p.savedMs("https://a.example"))
	assert.Zero(t, p.savedMs("https://b.example"), "nothing is known of another host")
}

func TestARestTeachesNothingAboutCallsWithoutOne(t *testing.T) {
	p := newPacer()
	paced(p, "https://a.example", 10, 0, 5000, 250) // each call makes a connection
	assert.Zero(t, p.savedMs("https://a.example"))
	paced(p, "https://a.example", 3, 0, 0, 100)
	assert.LessOrEqual(t, p.savedMs("https://a.example"), 97.0)
}

func TestAShortRoundTripAfterARestIsNotForgotten(t *testing.T) {
	p := newPacer()
	paced(p, "https://a.example", 1, 0, 0, 100)
	paced(p, "https://a.example", 1, 0, 5000, 20)
	paced(p, "https://a.example", 8, 0, 0, 100)
	assert.LessOrEqual(t, p.savedMs("https://a.example"), 17.0)
}
