package proxy

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// timed is a ResponseWriter that records its deadline.
type timed struct {
	*httptest.ResponseRecorder
	deadline time.Time
}

func (t *timed) SetWriteDeadline(at time.Time) error {
	t.deadline = at
	return nil
}

// TestSendTime: the time limit of a response depends on its size, not on how it is written.
func TestSendTime(t *testing.T) {
	for _, c := range []struct {
		writes []int // bytes
		want   time.Duration
	}{
		{nil, 5 * time.Second},
		{[]int{200}, 5 * time.Second},
		{[]int{2 << 20}, time.Minute},
		{[]int{1 << 20, 1 << 20}, time.Minute},
		{[]int{0, 0, 0, 0, 0, 0}, 5 * time.Second},
	} {
		w := &timed{ResponseRecorder: httptest.NewRecorder()}
		s := &responseWriter{ResponseWriter: w}
		began := time.Now()
		s.WriteHeader(http.StatusOK)
		for _, n := range c.writes {
			_, err := s.Write(make([]byte, n))
			assert.NoError(t, err)
		}
		assert.WithinDuration(t, began.Add(c.want), w.deadline, time.Second+time.Since(began), "%v", c.writes)
	}
}
