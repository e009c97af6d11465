package core

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"tencent-chat-groups/core/restapi"
)

func TestARetryWaitsARandomPartOfATimeThatDoubles(t *testing.T) {
	network := &Failure{Kind: NetworkFailure}
	throttle := &Failure{Kind: APIFailure, retry: restapi.RetrySlower}
	for _, test := range []struct {
		failure  *Failure
		failures int64
		most     float64
	}{
		{network, 1, 500}, {network, 2, 1000}, {network, 3, 2000}, {network, 6, 16000}, {network, 7, 30000}, {network, 8, 30000},
		{network, 1000, 30000}, {network, math.MaxInt64, 30000},
		{throttle, 1, 2000}, {throttle, 2, 4000}, {throttle, 5, 30000},
		{httpFailure(429, &Options{}), 1, 2000},
		{httpFailure(503, &Options{}), 1, 500},
	} {
		assert.Zero(t, backoffMs(test.failure, test.failures, 0))
		assert.Equal(t, test.most/2, backoffMs(test.failure, test.failures, 1<<31))
		assert.InDelta(t, test.most, backoffMs(test.failure, test.failures, math.MaxUint32), 0.001)
		assert.Less(t, backoffMs(test.failure, test.failures, math.MaxUint32), test.most)
	}
}

func TestWhatTheServerAsksForComesBeforeTheRandomPart(t *testing.T) {
	asked := &Failure{Kind: HTTPFailure, Status: 503, pauseMs: 7000}
	assert.Equal(t, 7000.0, backoffMs(asked, 1, 0))
	assert.Equal(t, 7250.0, backoffMs(asked, 1, 1<<31))
	locked := apiFailure(&restapi.Answer{ErrorCode: 70050}, &Options{}, nil)
	assert.Equal(t, 60000.0, backoffMs(locked, 1, 0))
}
