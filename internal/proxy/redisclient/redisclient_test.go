package redisclient

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpen(t *testing.T) {
	for _, url := range []string{"redis://localhost:6379/1", "rediss://user:secret@redis.example.com", "unix:///run/redis.sock?db=2"} {
		client, err := Open(url)
		require.NoError(t, err, url)
		assert.Zero(t, client.Options().MaxRetries)
		require.NoError(t, client.Close())
	}
	for _, url := range []string{
		"", "localhost:6379", "http://localhost", "redis://:secret@localhost:port", "redis://localhost/secret", "redis://:secret@local host",
		"redis://:secret%zz@localhost", "redis://localhost?db=secret",
	} {
		_, err := Open(url)
		require.Error(t, err, url)
		assert.NotContains(t, err.Error(), "secret", url)
		assert.NotContains(t, err.Error(), "%zz", url)
	}
}
