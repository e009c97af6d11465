// Package redisclient opens the Redis (or Valkey) that replicas of the proxy share.
package redisclient

import (
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// Timeout bounds each command: a caller waits for it, and what is shared is worth no more than that.
	Timeout  = 250 * time.Millisecond
	poolSize = 8
)

// go-redis writes to standard error whenever Redis cannot be reached, in a form of its own. Those who use the client are told as well,
// and say so where it belongs.
func init() { logging.Disable() }

// Open takes redis://, rediss:// and unix:// URLs. It does not connect. Its errors do not hold the URL, which may have a password.
func Open(url string) (*redis.Client, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("it must be redis://USER:PASSWORD@HOST:PORT/DATABASE, rediss://... for TLS, or unix://USER:PASSWORD@/PATH?db=DATABASE")
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = Timeout, Timeout, Timeout, Timeout
	options.ContextTimeoutEnabled = true
	options.MaxRetries = -1 // who asks knows when to ask again
	options.DialerRetries = 1
	options.PoolSize = poolSize
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	options.Dialer = neverFailing(redis.NewDialer(options))
	return redis.NewClient(options), nil
}
