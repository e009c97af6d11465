package sandbox

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLatencyFlag(t *testing.T) {
	for text, want := range map[string]Latency{
		"0":          {},
		"50ms":       {50 * time.Millisecond, 50 * time.Millisecond},
		"5ms..400ms": {5 * time.Millisecond, 400 * time.Millisecond},
	} {
		var got Latency
		require.NoError(t, got.Set(text), text)
		assert.Equal(t, want, got)
	}
	for _, text := range []string{"", "5", "fast", "5ms..", "..5ms", "5ms..1ms", "-5ms", "1ms..2ms..3ms"} {
		var got Latency
		assert.ErrorContains(t, got.Set(text), `"`+text+`"`)
	}
}

func TestLatencyFromSeed(t *testing.T) {
	latency := Latency{5 * time.Millisecond, 400 * time.Millisecond}
	shortest, longest := time.Hour, time.Duration(0)
	for call := range uint64(2000) {
		in, out := latency.split(1, call)
		require.GreaterOrEqual(t, in, time.Duration(0))
		require.GreaterOrEqual(t, out, time.Duration(0))
		shortest, longest = min(shortest, in+out), max(longest, in+out)
		again, _ := latency.split(1, call)
		require.Equal(t, in, again)
	}
	assert.InDelta(t, latency.Min, shortest, float64(2*time.Millisecond))
	assert.InDelta(t, latency.Max, longest, float64(2*time.Millisecond))
}

func TestSteadyLatency(t *testing.T) {
	for call := range uint64(10) {
		in, out := Latency{50 * time.Millisecond, 50 * time.Millisecond}.split(1, call)
		require.Equal(t, 25*time.Millisecond, in)
		require.Equal(t, 25*time.Millisecond, out)
	}
}
