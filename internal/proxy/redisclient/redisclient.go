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
	// Timeout limits each command. A busy Redis may take a second.
	Timeout = 2 * time.Second
	// DialTimeout limits a new connection: with TLS, several round trips of some 100 ms each.
	DialTimeout = 3 * time.Second
	poolSize    = 8
)

// go-redis would write to standard error, in a format of its own, when Redis cannot be reached. Errors report that.
func init() { logging.Disable() }

// Open returns a client for a redis://, rediss:// or unix:// URL, without connecting. Its errors do not hold the URL.
func Open(url string) (*redis.Client, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("invalid URL: it must be redis://USER:PASSWORD@HOST:PORT/DATABASE, rediss://... for TLS, " +
			"or unix://USER:PASSWORD@/PATH?db=DATABASE")
	}
	options.DialTimeout = DialTimeout
	options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = Timeout, Timeout, Timeout
	options.ContextTimeoutEnabled = true
	options.MaxRetries = -1 // callers retry
	options.DialerRetries = 1
	options.PoolSize = poolSize
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(options), nil
}
