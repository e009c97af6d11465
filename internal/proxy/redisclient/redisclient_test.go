package redisclient

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tencent-chat-groups/internal/proxy/redistest"
)

func TestInvalidURLHidesPassword(t *testing.T) {
	for _, url := range []string{
		"", "hush-hush", "localhost:6379", "http://:hush-hush@localhost", "redis://:hush-hush@localhost:port",
		"redis://:hush-hush%zz@localhost",
		"redis://:hush-hush@localhost/hush-hush", "redis://:hush-hush@local host", "redis://:hush-hush@localhost?hush-hush=1",
		"redis://:hush-hush@localhost?db=hush-hush", "unix://hush-hush?db=x", "redis://hush-hush\x00",
	} {
		_, err := Open(url)
		require.Error(t, err, url)
		assert.NotContains(t, err.Error(), "hush-hush", url)
	}
}

func TestRedisRecovers(t *testing.T) {
	server := redistest.Start(t)
	client, err := Open(server.URL())
	require.NoError(t, err)
	defer func() { require.NoError(t, client.Close()) }()
	require.NoError(t, client.Ping(t.Context()).Err())
	server.Kill()
	for range 3 * poolSize {
		err := client.Ping(t.Context()).Err()
		require.Error(t, err)
		assert.Contains(t, []string{"connection refused", "it closed the connection", "connection reset by peer",
			"broken pipe"}, Reason(err))
	}
	server.Restart()
	require.Eventually(t, func() bool {
		return client.Ping(context.Background()).Err() == nil
	}, 10*time.Second, 10*time.Millisecond)
}

func TestURLs(t *testing.T) {
	for _, url := range []string{"redis://localhost:6379/1", "rediss://user:hush-hush@redis.example.com",
		"unix:///run/redis.sock?db=2"} {
		client, err := Open(url)
		require.NoError(t, err, url)
		require.NoError(t, client.Close())
	}
}

func TestUnixSocket(t *testing.T) {
	path := t.TempDir() + "/redis.sock"
	redistest.Start(t, "--unixsocket", path)
	client, err := Open("unix://" + path)
	require.NoError(t, err)
	defer func() { require.NoError(t, client.Close()) }()
	require.NoError(t, client.Ping(t.Context()).Err())
}

func TestReasonsHideInput(t *testing.T) {
	reason := func(url string) string {
		client, err := Open(url)
		require.NoError(t, err)
		defer func() { require.NoError(t, client.Close()) }()
		err = client.Ping(t.Context()).Err()
		require.Error(t, err)
		return Reason(err)
	}
	answers := func(answer string) string {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		t.Cleanup(func() { _ = listener.Close() }) // the test is over
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				go func() {
					defer func() { _ = connection.Close() }() // all was said
					asked := make([]byte, 4096)
					for {
						if _, err := connection.Read(asked); err != nil || answer == "" {
							return
						}
						if _, err := connection.Write([]byte(strings.Repeat(answer, 3))); err != nil {
							return
						}
					}
				}()
			}
		}()
		return listener.Addr().String()
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = silent.Close() }() // the test is over

	assert.Equal(t, "it answered WRONGPASS",
		reason(fmt.Sprintf("redis://:hush-hush@127.0.0.1:%d", redistest.Start(t, "--requirepass", "x").Port)))
	assert.Equal(t, "it answered NOAUTH", reason(redistest.Start(t, "--requirepass", "x").URL()))
	assert.Equal(t, "it answered ERR", reason("redis://:hush-hush@"+answers("-ERR unknown command 'AUTH', "+
		"with args 'hush-hush'\r\n")))
	assert.Equal(t, "it answered with an error", reason("redis://:hush-hush@"+answers("-hush-hush\r\n")))
	assert.Equal(t, "it closed the connection", reason("redis://"+answers("")))
	assert.Equal(t, "no answer in time", reason("redis://"+silent.Addr().String()))
	assert.Equal(t, "no such file or directory", reason("unix:///nonexistent/redis.sock"))
	assert.Equal(t, "the connection failed", reason("rediss://"+answers("-ERR\r\n")))
	assert.Equal(t, "no answer in time", Reason(context.DeadlineExceeded))
}
