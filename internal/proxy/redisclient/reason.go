package redisclient

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"syscall"

	"github.com/redis/go-redis/v9"
)

var code = regexp.MustCompile(`^[A-Z]{2,20}\b`)

// Reason explains an error. Of Redis's own errors it returns the code: some servers repeat commands with passwords.
func Reason(err error) string {
	var answer redis.Error
	var timeout net.Error
	var system syscall.Errno
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name):
		return "its host's name could not be resolved"
	case errors.As(err, &certificate):
		return "its certificate is not trusted"
	case errors.As(err, &system):
		return system.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it closed the connection"
	case errors.As(err, &answer):
		return "it answered " + cmp.Or(code.FindString(answer.Error()), "with an error")
	}
	return "the connection failed"
}
