// Package cache keeps pages for some seconds, so that those who ask for the same one soon after each other cost one call.
package cache

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/redis/go-redis/v9"
)

const (
	// maxPages bounds what is kept in memory: a page has at most 2 MiB, and some 400 KB if it is one of 10,000 groups.
	maxPages = 32
	// redisTimeout bounds how long a caller waits for Redis: as long as for a call, which a page found there saves. It allows a new
	// connection with TLS to a Redis 140 ms away.
	redisTimeout = time.Second
	// pauseAfterFailure is how long Redis is not asked after it did not answer: a Redis that hangs makes one request in 5 s slower.
	pauseAfterFailure = 5 * time.Second
)

// Config says what a Cache is for.
type Config struct {
	SDKAppID uint32
	TTL      time.Duration // how long a page is kept; 0 for not at all
	Redis    *redis.Client // where pages are shared with other replicas, or nil
	RedisLost     func() bool   // tells that Redis does not answer, so that no caller waits for it; nil if nobody knows
}

// Cache is safe for concurrent use. Where Redis does not answer, it has what is in memory.
type Cache struct {
	config Config
	pages  *lru.Cache[string, page]
	pause  atomic.Int64 // until when Redis is not asked, in nanoseconds since began
	began  time.Time
}

type page struct {
	body  []byte
	until time.Time
}

// New returns an empty cache.
func New(config Config) *Cache {
	pages, err := lru.New[string, page](maxPages)
	if err != nil {
		panic(err) // the size is positive
	}
	return &Cache{config: config, pages: pages, began: time.Now()}
}

// Get returns a page that was put here, or by another replica, no longer ago than TTL.
func (c *Cache) Get(ctx context.Context, name string) ([]byte, bool) {
	if c.config.TTL == 0 {
		return nil, false
	}
	if kept, ok := c.pages.Get(name); ok {
		if time.Now().Before(kept.until) {
			return kept.body, true
		}
		c.pages.Remove(name)
	}
	if !c.usesRedis() {
		return nil, false
	}
	began := time.Now()
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	pipe := c.config.Redis.Pipeline()
	value, left := pipe.Get(ctx, c.key(name)), pipe.PTTL(ctx, c.key(name))
	if _, err := pipe.Exec(ctx); err != nil {
		if err != redis.Nil && caller.Err() == nil { //nolint:errorlint // go-redis returns it as it is
			c.failed()
		}
		return nil, false
	}
	text := []byte(value.Val())
	if len(text) <= sha256.Size || left.Val() <= 0 {
		return nil, false
	}
	body := text[sha256.Size:]
	if sum := checksum(name, body); string(sum[:]) != string(text[:sha256.Size]) { // another program's, another page's, or damaged
		return nil, false
	}
	c.pages.Add(name, page{body, began.Add(min(left.Val(), c.config.TTL))})
	return body, true
}

// Put keeps a page that was just fetched.
func (c *Cache) Put(ctx context.Context, name string, body []byte) {
	if c.config.TTL == 0 {
		return
	}
	c.pages.Add(name, page{body, time.Now().Add(c.config.TTL)})
	if !c.usesRedis() {
		return
	}
	sum := checksum(name, body)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisTimeout)
	defer cancel()
	if c.config.Redis.Set(ctx, c.key(name), append(sum[:], body...), c.config.TTL).Err() != nil {
		c.failed()
	}
}

// checksum tells whether a page is as it was put into Redis.
func checksum(name string, body []byte) [sha256.Size]byte {
	return sha256.Sum256(append([]byte("1 "+name+"\n"), body...)) // 1 is the number of this form
}

func (c *Cache) key(name string) string {
	return fmt.Sprintf("tencent-chat-groups:{%d}:page:%s", c.config.SDKAppID, name)
}

func (c *Cache) usesRedis() bool {
	return c.config.Redis != nil && int64(time.Since(c.began)) >= c.pause.Load() && (c.config.RedisLost == nil || !c.config.RedisLost())
}

func (c *Cache) failed() { c.pause.Store(int64(time.Since(c.began) + pauseAfterFailure)) }
