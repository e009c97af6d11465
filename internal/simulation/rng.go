package simulation

import (
	"math"
	"math/rand/v2"
)

// rng makes the random choices of a run.
type rng struct{ *rand.Rand }

func newRNG(seed uint64) rng {
	return rng{rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))}
}

// chance returns true with probability p.
func (d rng) chance(p float64) bool { return p > 0 && d.Float64() < p }

// between returns a number from [from, to).
func (d rng) between(from, to float64) float64 { return from + (to-from)*d.Float64() }

// logBetween returns a number from [from, to), with every order of magnitude equally likely.
func (d rng) logBetween(from, to float64) float64 {
	return from * math.Exp(math.Log(to/from)*d.Float64())
}

// intBetween returns an integer from [from, to].
func (d rng) intBetween(from, to int64) int64 { return from + d.Int64N(to-from+1) }

// oneOf returns one of the values.
func oneOf[T any](d rng, from ...T) T { return from[d.IntN(len(from))] }
