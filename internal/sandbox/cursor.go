package sandbox

import (
	"math/big"
	"math/bits"
	"math/rand/v2"
)

// Cursors are from cursorMin to 2^63-1: none fits 32 bits, and most do not fit the 53 bits of a JavaScript number.
const (
	cursorMin  = 1 << 32
	cursorSpan = 1<<63 - cursorMin
)

// cursors maps keys of the list to the endpoint's opaque Next values and back: key · factor + offset modulo cursorSpan.
// Keys fill so little of the span that a made-up integer is a cursor with a probability below one in a million.
type cursors struct {
	factor, inverse, offset uint64
	maxKey                  uint64
}

// newCursors returns the cursors of a list with keys up to maxKey.
func newCursors(seed, maxKey uint64) cursors {
	rng := rand.New(rand.NewPCG(seed, 2))
	for {
		factor := rng.Uint64N(cursorSpan)
		inverse := new(big.Int).ModInverse(new(big.Int).SetUint64(factor), new(big.Int).SetUint64(cursorSpan))
		if inverse != nil {
			return cursors{factor, inverse.Uint64(), rng.Uint64N(cursorSpan), maxKey}
		}
	}
}

// after returns the cursor of the position after a key.
func (c cursors) after(key uint64) uint64 {
	return cursorMin + (product(key, c.factor)+c.offset)%cursorSpan
}

// key returns the key of a cursor, and false if the integer is not a cursor.
func (c cursors) key(cursor uint64) (uint64, bool) {
	if cursor < cursorMin || cursor >= cursorMin+cursorSpan {
		return 0, false
	}
	key := product(cursor-cursorMin+cursorSpan-c.offset, c.inverse)
	return key, key <= c.maxKey
}

// product returns a · b modulo cursorSpan.
func product(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return bits.Rem64(high, low, cursorSpan)
}
