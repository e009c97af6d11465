package redisclient

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
)

// Script is a Lua script that returns integers. It is not safe for concurrent use.
type Script struct {
	client *redis.Client
	script *redis.Script
	broken bool // whether the connection may be broken
}

// NewScript returns a Script that runs on a Redis.
func NewScript(client *redis.Client, source string) *Script {
	return &Script{client: client, script: redis.NewScript(source), broken: true}
}

// Run runs the script, for at most Timeout. If it needs a new connection, it first takes up to DialTimeout for that.
func (s *Script) Run(ctx context.Context, key string, args ...any) ([]int64, error) {
	if s.broken {
		if err := s.connect(ctx); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	reply, err := s.script.Run(ctx, s.client, []string{key}, args...).Int64Slice()
	s.broken = err != nil
	return reply, err
}

func (s *Script) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, DialTimeout)
	defer cancel()
	err := s.client.Ping(ctx).Err()
	var refusal redis.Error
	if errors.As(err, &refusal) { // connected, but the user may not ping
		return nil
	}
	return err
}
