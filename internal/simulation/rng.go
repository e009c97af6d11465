package simulation

import (
	"math"
	"math/rand/v2"
)

// rng draws everything that is random in a run.
type rng struct{ *rand.Rand }

func newRNG(seed uint64) rng {
	return rng{rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))}
}

// chance is true with a probability.
func (d rng) chance(p float64) bool { return p > 0 && d.Float64() < p }

// between draws evenly from [from, to).
func (d rng) between(from, to float64) float64 { return from + (to-from)*d.Float64() }

// logBetween draws from [from, to) so that every order of magnitude is as likely as any other.
func (d rng) logBetween(from, to float64) float64 {
	return from * math.Exp(math.Log(to/from)*d.Float64())
}

// intBetween draws a intBetween number from from to to, both included.
func (d rng) intBetween(from, to int64) int64 { return from + d.Int64N(to-from+1) }

// oneOf draws an element.
func oneOf[T any](d rng, from ...T) T { return from[d.IntN(len(from))] }
