package redisclient

import (
	"context"
	"net"
	"time"
)

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// neverFailing returns a connection whose use fails where there is none. After some failures to connect, go-redis would answer with the
// last of them for up to a second more, without looking: replicas would learn at very different times that Redis is back.
func neverFailing(dial dialer) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := dial(ctx, network, address)
		if err != nil {
			return noConnection{err}, nil
		}
		return connection, nil
	}
}

// noConnection is a connection that could not be made.
type noConnection struct{ err error }

func (n noConnection) Read([]byte) (int, error)         { return 0, n.err }
func (n noConnection) Write([]byte) (int, error)        { return 0, n.err }
func (n noConnection) Close() error                     { return nil }
func (n noConnection) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (n noConnection) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (n noConnection) SetDeadline(time.Time) error      { return nil }
func (n noConnection) SetReadDeadline(time.Time) error  { return nil }
func (n noConnection) SetWriteDeadline(time.Time) error { return nil }
