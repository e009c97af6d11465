package sandbox

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCursors(t *testing.T) {
	const groups = 10_000
	for seed := range uint64(5) {
		c := newCursors(seed, groups*keySpacing)
		aboveDoubles := 0
		for i := range uint64(groups) {
			cursor := c.after(i * keySpacing)
			require.GreaterOrEqual(t, cursor, uint64(1<<32))
			require.Less(t, cursor, uint64(1<<63))
			if cursor > 1<<53 {
				aboveDoubles++
			}
			key, known := c.key(cursor)
			require.True(t, known)
			require.Equal(t, i*keySpacing, key)
		}
		assert.Greater(t, aboveDoubles, groups*9/10)
	}
}

func TestUnknownCursors(t *testing.T) {
	c := newCursors(1, 100_000*keySpacing)
	rng := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		_, known := c.key(rng.Uint64())
		assert.False(t, known)
	}
	for _, cursor := range []uint64{1, 10_000, 1<<32 - 1, 1 << 63, 1<<64 - 1, c.after(5*keySpacing) + 1} {
		_, known := c.key(cursor)
		assert.False(t, known, cursor)
	}
}
