package redisclient

import (
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

// Reason says why Redis did not do what it should, for people. Of what it said itself only the code is shown: some servers repeat in
// their errors what they were sent, which may be the password.
func Reason(err error) string {
	var answer redis.Error
	var failure net.Error
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
		errors.As(err, &failure) && failure.Timeout():
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it closed the connection"
	case errors.As(err, &answer):
		if said := code.FindString(answer.Error()); said != "" {
			return "it answered " + said
		}
		return "it answered with an error"
	}
	return "the connection failed"
}
