// Package redisclient opens the Redis (or Valkey) that replicas of the proxy share.
package redisclient

import (
	"errors"
	"fmt"
	"strings"
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
	scheme, _, _ := strings.Cut(url, "://")
	if scheme != "redis" && scheme != "rediss" && scheme != "unix" {
		return nil, errors.New("it must be redis://HOST:PORT/DB, rediss://HOST:PORT/DB or unix:///PATH?db=DB")
	}
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("it is no URL of a Redis: %s", wordsOf(err))
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

// wordsOf leaves out of an error what it quotes.
func wordsOf(err error) string {
	words, _, _ := strings.Cut(err.Error(), `"`)
	if strings.HasPrefix(words, "parse ") {
		return "it cannot be read"
	}
	return strings.TrimRight(words, ": ")
}
