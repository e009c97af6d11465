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
	// Timeout bounds each command. A busy Redis may take a second.
	Timeout = 2 * time.Second
	// DialTimeout bounds a new connection: several round trips with TLS, each of which may take some 100 ms. The client goes on with one
	// that a command no longer waits for.
	DialTimeout = 3 * time.Second
	poolSize    = 8
)

// go-redis writes to standard error whenever Redis cannot be reached, in a form of its own. Users of the client learn it from errors.
func init() { logging.Disable() }

// Open takes redis://, rediss:// and unix:// URLs. It does not connect. Its errors do not hold the URL, which may have a password.
func Open(url string) (*redis.Client, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("it must be redis://USER:PASSWORD@HOST:PORT/DATABASE, rediss://... for TLS, or unix://USER:PASSWORD@/PATH?db=DATABASE")
	}
	options.DialTimeout = DialTimeout
	options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = Timeout, Timeout, Timeout
	options.ContextTimeoutEnabled = true
	options.MaxRetries = -1 // the caller knows when to retry
	options.DialerRetries = 1
	options.PoolSize = poolSize
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(options), nil
}
