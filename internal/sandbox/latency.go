package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Latency is the time that calls take, from Min to Max, without the sandbox's own work. It is a flag.Value.
type Latency struct {
	Min, Max time.Duration
}

// Set parses a duration ("50ms") or a range ("5ms..400ms").
func (l *Latency) Set(text string) error {
	from, to, isRange := strings.Cut(text, "..")
	if !isRange {
		to = from
	}
	minimum, err := time.ParseDuration(from)
	if err != nil {
		return fmt.Errorf("%q is neither a duration such as 50ms nor a range such as 5ms..400ms", text)
	}
	maximum, err := time.ParseDuration(to)
	if err != nil {
		return fmt.Errorf("%q is neither a duration such as 50ms nor a range such as 5ms..400ms", text)
	}
	if minimum < 0 || maximum < minimum {
		return fmt.Errorf("%q is not a valid range: it must start at 0s or later, and end at or after its start", text)
	}
	l.Min, l.Max = minimum, maximum
	return nil
}

func (l *Latency) String() string {
	if l.Min == l.Max {
		return l.Min.String()
	}
	return l.Min.String() + ".." + l.Max.String()
}

// split returns the latency of a call, split into the parts before and after its arrival. Min is split in half, as on a
// symmetric line; the rest at random.
func (l Latency) split(seed, call uint64) (in, out time.Duration) {
	in = l.Min / 2
	out = l.Min - in
	if l.Max > l.Min {
		rng := rand.New(rand.NewPCG(seed, call))
		longer := rng.Int64N(int64(l.Max - l.Min + 1))
		onTheWayIn := rng.Int64N(longer + 1)
		in += time.Duration(onTheWayIn)
		out += time.Duration(longer - onTheWayIn)
	}
	return in, out
}
