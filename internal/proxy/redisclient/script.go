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
	broken bool // the connection, as far as known
}

// NewScript returns a script for a Redis.
func NewScript(client *redis.Client, source string) *Script {
	return &Script{client: client, script: redis.NewScript(source), broken: true}
}

// Run runs the script for at most Timeout. Before that it takes up to DialTimeout for a new connection, whose several round trips would
// use up the time of the script.
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
	if errors.As(err, &refusal) { // connected all the same: the user may not be allowed to ping
		return nil
	}
	return err
}
