// Package cache keeps pages for some seconds, so that repeated requests for a page cost one call.
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
	// maxPages limits the pages in memory. A page has at most 2 MiB; one of 10,000 groups has some 400 KB.
	maxPages = 32
	// redisTimeout is about the time of the call that Redis saves, and enough for TLS to a Redis 140 ms away.
	redisTimeout = time.Second
	// pauseAfterFailure is how long Redis is not used after a failure, so that a hanging Redis slows few requests.
	pauseAfterFailure = 5 * time.Second
)

// Config configures a Cache.
type Config struct {
	SDKAppID  uint32
	TTL       time.Duration // 0: no pages are kept
	Redis     *redis.Client // shared with other replicas; may be nil
	RedisLost func() bool   // reports whether Redis is lost, so that no caller waits for it; may be nil
}

// Cache keeps pages in memory and, if configured, in Redis. It is safe for concurrent use.
type Cache struct {
	config Config
	pages  *lru.Cache[string, page]
	pause  atomic.Int64 // end of the pause after a failure, in nanoseconds since began
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

// Get returns a page that this or another replica put at most TTL ago.
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
		if err != redis.Nil && caller.Err() == nil {
			c.failed()
		}
		return nil, false
	}
	text := []byte(value.Val())
	if len(text) <= sha256.Size || left.Val() <= 0 {
		return nil, false
	}
	body := text[sha256.Size:]
	// from another program, of another page, or damaged
	if sum := checksum(name, body); string(sum[:]) != string(text[:sha256.Size]) {
		return nil, false
	}
	c.pages.Add(name, page{body, began.Add(min(left.Val(), c.config.TTL))})
	return body, true
}

// Put stores a page.
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

// checksum returns the checksum of a page in Redis.
func checksum(name string, body []byte) [sha256.Size]byte {
	return sha256.Sum256(append([]byte("1 "+name+"\n"), body...)) // 1 is the version of the format
}

func (c *Cache) key(name string) string {
	return fmt.Sprintf("tencent-chat-groups:{%d}:page:%s", c.config.SDKAppID, name)
}

func (c *Cache) usesRedis() bool {
	return c.config.Redis != nil && int64(time.Since(c.began)) >= c.pause.Load() &&
		(c.config.RedisLost == nil || !c.config.RedisLost())
}

func (c *Cache) failed() { c.pause.Store(int64(time.Since(c.began) + pauseAfterFailure)) }
