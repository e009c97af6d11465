package cache

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/internal/proxy/redisclient"
	"tencent-chat-groups/internal/proxy/redistest"
)

const ttl = 3 * time.Second

// of returns an app's cache that shares pages through a Redis.
func of(t *testing.T, server *redistest.Server, ttl time.Duration) *Cache {
	t.Helper()
	client, err := redisclient.Open(server.URL())
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() }) // the test is over
	return New(Config{SDKAppID: 1400000000, TTL: ttl, Redis: client})
}

func get(t *testing.T, c *Cache, name string) string {
	t.Helper()
	body, ok := c.Get(t.Context(), name)
	assert.Equal(t, ok, body != nil)
	return string(body)
}

func TestTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Config{TTL: ttl})
		assert.Empty(t, get(t, c, "first"))
		c.Put(t.Context(), "first", []byte("1"))
		c.Put(t.Context(), "second", []byte("2"))
		time.Sleep(ttl - 1) // virtual time, which synctest passes at once
		assert.Equal(t, "1", get(t, c, "first"))
		assert.Equal(t, "2", get(t, c, "second"))
		c.Put(t.Context(), "second", []byte("two"))
		time.Sleep(time.Nanosecond) // virtual time, which synctest passes at once
		assert.Empty(t, get(t, c, "first"))
		assert.Equal(t, "two", get(t, c, "second"))
	})
}

func TestNoTTL(t *testing.T) {
	server := redistest.Start(t)
	c := of(t, server, 0)
	c.Put(t.Context(), "page", []byte("1"))
	assert.Empty(t, get(t, c, "page"))
	assert.Equal(t, int64(0), server.Do("DBSIZE"))
}

func TestMemoryIsBounded(t *testing.T) {
	c := New(Config{TTL: ttl})
	for i := range 2 * maxPages {
		c.Put(t.Context(), fmt.Sprint(i), []byte("x"))
	}
	kept := 0
	for i := range 2 * maxPages {
		if get(t, c, fmt.Sprint(i)) != "" {
			kept++
		}
	}
	assert.Equal(t, maxPages, kept)
	assert.Equal(t, "x", get(t, c, fmt.Sprint(2*maxPages-1)))
}

func TestReplicasSharePages(t *testing.T) {
	server := redistest.Start(t)
	page := strings.Repeat("\x00\xff€\r\n", 300_000) // a large one, with every sort of byte
	of(t, server, time.Minute).Put(t.Context(), "page", []byte(page))
	other := of(t, server, time.Minute)
	assert.Equal(t, page, get(t, other, "page"))
	assert.Empty(t, get(t, other, "another page"))
	another := of(t, server, time.Minute)
	another.config.SDKAppID++
	assert.Empty(t, get(t, another, "page"), "another app's")
	server.Kill()
	assert.Equal(t, page, get(t, other, "page"), "it is in memory now")
}

func TestSharedPageExpires(t *testing.T) {
	server := redistest.Start(t)
	of(t, server, time.Hour).Put(t.Context(), "page", []byte("1"))
	key := "tencent-chat-groups:{1400000000}:page:page"
	server.Do("PEXPIRE", key, 60)
	c := of(t, server, time.Hour)
	require.Equal(t, "1", get(t, c, "page"))
	began := time.Now()
	require.Eventually(t, func() bool {
		_, ok := c.Get(context.Background(), "page")
		return !ok
	}, 10*time.Second, time.Millisecond)
	assert.Less(t, time.Since(began), 5*time.Second)

	// Nor is it kept longer than this replica's TTL. A page without an expiry is not the proxy's and is ignored.
	of(t, server, time.Hour).Put(t.Context(), "page", []byte("1"))
	kept := of(t, server, time.Millisecond)
	require.Equal(t, "1", get(t, kept, "page"))
	entry, ok := kept.pages.Peek("page")
	require.True(t, ok)
	assert.LessOrEqual(t, time.Until(entry.until), time.Millisecond)
	server.Do("PERSIST", key)
	assert.Empty(t, get(t, of(t, server, time.Hour), "page"))
}

func TestDamagedPage(t *testing.T) {
	server := redistest.Start(t)
	key := "tencent-chat-groups:{1400000000}:page:page"
	of(t, server, time.Hour).Put(t.Context(), "page", []byte("a page"))
	whole := server.Do("GET", key).(string)
	damaged := []byte(whole)
	damaged[len(damaged)-1] ^= 1
	for _, value := range []string{"", "a page", whole[:len(whole)-1], whole + "x", string(damaged)} {
		server.Do("SET", key, value, "EX", 60)
		assert.Empty(t, get(t, of(t, server, time.Hour), "page"), "%q", value)
	}
	server.Do("SET", key, whole, "EX", 60)
	assert.Equal(t, "a page", get(t, of(t, server, time.Hour), "page"))
	server.Do("DEL", key)
	server.Do("RPUSH", key, "a page")
	assert.Empty(t, get(t, of(t, server, time.Hour), "page"))

	// A page stored under another page's name is ignored.
	server.Do("SET", "tencent-chat-groups:{1400000000}:page:other", whole, "EX", 60)
	assert.Empty(t, get(t, of(t, server, time.Hour), "other"))
}

func TestMemoryWithoutRedis(t *testing.T) {
	server := redistest.Start(t)
	c := of(t, server, time.Hour)
	server.Do("CLIENT", "PAUSE", 60_000, "ALL")
	asked := 0
	c.config.Redis.AddHook(counting{&asked})
	for i := range 10 {
		name := fmt.Sprint(i)
		assert.Empty(t, get(t, c, name))
		c.Put(t.Context(), name, []byte(name))
		assert.Equal(t, name, get(t, c, name))
	}
	assert.Equal(t, 1, asked, "once it did not answer, it is left alone for a while")
	server.Kill()
	server.Restart()
	require.Eventually(t, func() bool { // then it is used again
		c.Put(context.Background(), "page", []byte("1"))
		return server.Do("EXISTS", "tencent-chat-groups:{1400000000}:page:page") == int64(1)
	}, 10*time.Second, time.Millisecond)
}

func TestLostRedisIsNotAsked(t *testing.T) {
	server := redistest.Start(t)
	c := of(t, server, time.Hour)
	lost := true
	c.config.RedisLost = func() bool { return lost }
	asked := 0
	c.config.Redis.AddHook(counting{&asked})
	assert.Empty(t, get(t, c, "page"))
	c.Put(t.Context(), "page", []byte("1"))
	assert.Equal(t, "1", get(t, c, "page"))
	assert.Zero(t, asked)
	lost = false
	assert.Empty(t, get(t, c, "another page"))
	assert.Equal(t, 1, asked)
}

// counting counts how often Redis is asked for a page.
type counting struct{ asked *int }

func (c counting) DialHook(next redis.DialHook) redis.DialHook          { return next }
func (c counting) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }
func (c counting) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, commands []redis.Cmder) error {
		if commands[0].Name() == "get" {
			*c.asked++
		}
		return next(ctx, commands)
	}
}
