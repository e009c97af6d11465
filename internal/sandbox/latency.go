package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Latency is how long calls take, from Min to Max, beside the work. It is a flag.Value.
type Latency struct {
	Min, Max time.Duration
}

// Set reads one duration ("50ms") or two ("5ms..400ms").
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
		return fmt.Errorf("%q is no range: it must start at 0 or later and not end before it starts", text)
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

// split draws the latency of a call by its number, and the part of it that passes before the call arrives. Of the least
// latency that is always half, as on a line that is as long in both directions; of what a call takes longer, any part.
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
