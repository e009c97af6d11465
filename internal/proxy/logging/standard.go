package logging

import (
	"log"
	"log/slog"
	"net/netip"
	"strings"
)

// Standard returns a log.Logger for libraries. It drops their text: net/http prints bytes that a server sent, which may
// repeat a UserSig. It logs the line of code that reported, and the address of a failed TLS handshake.
func (l *Log) Standard() *log.Logger { return log.New(standardWriter{l.Logger}, "", log.Lshortfile) }

// ReplaceStandard does the same for the logger of package log.
func (l *Log) ReplaceStandard() {
	log.SetPrefix("")
	log.SetFlags(log.Lshortfile)
	log.SetOutput(standardWriter{l.Logger})
}

type standardWriter struct{ to *slog.Logger }

const handshakeError = "http: TLS handshake error from "

// Write takes FILE:LINE: TEXT.
func (f standardWriter) Write(text []byte) (int, error) {
	at, rest, _ := strings.Cut(string(text), ": ")
	if rest, ok := strings.CutPrefix(rest, handshakeError); ok {
		address, _, _ := strings.Cut(rest, ": ")
		if peer, err := netip.ParseAddrPort(address); err == nil {
			f.to.Warn("a TLS handshake failed", slog.String("peer", peer.String()))
			return len(text), nil
		}
	}
	f.to.Warn("a library reported a problem", slog.String("at", at))
	return len(text), nil
}
