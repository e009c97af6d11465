package core

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"tencent-chat-groups/core/internal/strictjson"
)

func TestClock(t *testing.T) {
	const most = strictjson.MaxSafeInteger
	for _, test := range []struct{ host, engine []float64 }{
		{[]float64{0, 5, 3, 4, 4, 10}, []float64{0, 5, 5, 6, 6, 12}},
		{[]float64{-7, -5}, []float64{0, 2}},
		{[]float64{-most, -most + 10}, []float64{0, 10}},
		{[]float64{most, most}, []float64{most, most}},
		{[]float64{3, -most - 2, 4}, []float64{3, 3, 4}}, // no time that anybody means
		{[]float64{3, most + 2, 4}, []float64{3, 3, 4}},
		{[]float64{3, math.NaN(), 4}, []float64{3, 3, 4}},
	} {
		var c clock
		for i, ms := range test.host {
			assert.Equal(t, test.engine[i], c.read(ms), "%v, reading %d", test.host, i)
		}
	}
}
