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

func TestTheLongestRestThatKeepsAConnection(t *testing.T) {
	for restMs, saved := range map[float64]float64{2000: 97, 2001: 0} {
		p := newPacer()
		paced(p, "https://a.example", 3, 0, restMs-1000, 100)
		assert.Equal(t, saved, p.savedMs("https://a.example"), restMs)
	}
}

// The longest interval that an app can have is an hour, and eight seconds after throttle answers.
func TestAPacerIsForgottenWhenItHasNoEffect(t *testing.T) {
	p := newPacer()
	p.lastMs = 5
	assert.False(t, p.idle(5+3_608_000))
	assert.True(t, p.idle(5+3_608_001))
	p.listings = []*listing{{}}
	assert.False(t, p.idle(5+3_608_001))
}
