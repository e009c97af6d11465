package cache

import (
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

// TestInMemory: a page is served for as long as it was to be kept, and no longer; the oldest ones go first.
func TestInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Config{TTL: 3 * time.Second})
		_, ok := c.Get(t.Context(), "a")
		assert.False(t, ok)
		c.Put(t.Context(), "a", []byte("page"))
		time.Sleep(3*time.Second - 1)
		body, ok := c.Get(t.Context(), "a")
		assert.True(t, ok)
		assert.Equal(t, "page", string(body))
		time.Sleep(1)
		_, ok = c.Get(t.Context(), "a")
		assert.False(t, ok)

		for i := range pagesMost + 1 {
			c.Put(t.Context(), fmt.Sprint(i), []byte("page"))
		}
		_, ok = c.Get(t.Context(), "0")
		assert.False(t, ok)
		_, ok = c.Get(t.Context(), "1")
		assert.True(t, ok)

		off := New(Config{})
		off.Put(t.Context(), "a", []byte("page"))
		_, ok = off.Get(t.Context(), "a")
		assert.False(t, ok)
	})
}

func open(t *testing.T, url string) *redis.Client {
	t.Helper()
	client, err := redisclient.Open(url)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client
}

// TestShared: what one replica fetched, others have, for what is left of its time; of another app they have nothing.
func TestShared(t *testing.T) {
	server := redistest.Start(t)
	client := open(t, server.URL())
	const ttl = time.Minute
	one, two := New(Config{SDKAppID: 1, TTL: ttl, Redis: client}), New(Config{SDKAppID: 1, TTL: ttl, Redis: open(t, server.URL())})
	other := New(Config{SDKAppID: 2, TTL: ttl, Redis: client})
	page := []byte(strings.Repeat("\x00\xff€", 400_000)) // a large one, with every sort of byte
	one.Put(t.Context(), "a", page)
	body, ok := two.Get(t.Context(), "a")
	require.True(t, ok)
	assert.Equal(t, page, body)
	_, ok = other.Get(t.Context(), "a")
	assert.False(t, ok)

	left, err := client.PTTL(t.Context(), "tencent-chat-groups:{1}:page:a").Result()
	require.NoError(t, err)
	assert.LessOrEqual(t, left, ttl)
	require.NoError(t, client.PExpire(t.Context(), "tencent-chat-groups:{1}:page:a", time.Second).Err())
	three := New(Config{SDKAppID: 1, TTL: ttl, Redis: client})
	_, ok = three.Get(t.Context(), "a")
	require.True(t, ok)
	kept, _ := three.pages.Get("a")
	assert.Less(t, time.Until(kept.until), 2*time.Second, "no longer than where it came from")

	for name, value := range map[string]string{"foreign": "page", "short": "", "damaged": strings.Repeat("x", 100)} {
		require.NoError(t, client.Set(t.Context(), "tencent-chat-groups:{1}:page:"+name, value, ttl).Err())
		_, ok = one.Get(t.Context(), name)
		assert.False(t, ok, name)
	}
	require.NoError(t, client.HSet(t.Context(), "tencent-chat-groups:{1}:page:hash", "a", "b").Err())
	_, ok = one.Get(t.Context(), "hash")
	assert.False(t, ok, "another type of value")
}

// TestRedisIsGone: there is what is in memory, and Redis is left alone for a while.
func TestRedisIsGone(t *testing.T) {
	server := redistest.Start(t)
	c := New(Config{SDKAppID: 1, TTL: time.Minute, Redis: open(t, server.URL())})
	c.Put(t.Context(), "a", []byte("page"))
	server.Kill()
	_, ok := c.Get(t.Context(), "b")
	assert.False(t, ok)
	assert.False(t, c.asksRedis(), "not every caller waits for it")
	c.Put(t.Context(), "b", []byte("page"))
	for _, name := range []string{"a", "b"} {
		_, ok = c.Get(t.Context(), name)
		assert.True(t, ok, name)
	}
	c.pause.Store(0) // the pause is over
	server.Restart()
	c.Put(t.Context(), "c", []byte("page"))
	_, ok = New(Config{SDKAppID: 1, TTL: time.Minute, Redis: open(t, server.URL())}).Get(t.Context(), "c")
	assert.True(t, ok, "and it is used again")
}
