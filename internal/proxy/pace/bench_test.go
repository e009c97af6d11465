package pace

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tencent-chat-groups/internal/proxy/redisclient"
	"tencent-chat-groups/internal/proxy/redistest"
)

// BenchmarkScript tells what a beat costs the Redis that so many replicas of an app share: docs/proxy.md says how many apps that allows.
func BenchmarkScript(b *testing.B) {
	for _, replicas := range []int{1, 3, 10, 100} {
		b.Run(fmt.Sprintf("replicas=%d", replicas), func(b *testing.B) {
			client, err := redisclient.Open(redistest.Start(b).URL())
			require.NoError(b, err)
			defer func() { _ = client.Close() }()
			config := Config{SDKAppID: 1, Interval: time.Second, CallTimeout: 7 * time.Second, Redis: client}
			tell := throughRedis(config)
			all := make([]*shared, replicas)
			for i := range all {
				all[i] = newShared(config, usual, tell)
			}
			beat := func(s *shared) {
				text, err := json.Marshal(s.message(told{}, time.Time{}))
				require.NoError(b, err)
				_, err = tell(b.Context(), string(text))
				require.NoError(b, err)
			}
			for _, s := range all {
				beat(s)
			}
			require.NoError(b, client.ConfigResetStat(b.Context()).Err())
			i := 0
			for b.Loop() {
				beat(all[i%replicas])
				i++
			}
			stats, err := client.Info(b.Context(), "commandstats").Result()
			require.NoError(b, err)
			perCall := regexp.MustCompile(`cmdstat_evalsha:.*usec_per_call=([\d.]+)`).FindStringSubmatch(stats)
			require.NotNil(b, perCall, stats)
			µs, err := strconv.ParseFloat(perCall[1], 64)
			require.NoError(b, err)
			b.ReportMetric(µs, "redis-µs/op")
		})
	}
}
