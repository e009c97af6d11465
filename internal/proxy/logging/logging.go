// Package logging writes the proxy's log: one line of JSON per event, without secrets. It never blocks a request.
//
//	mask.go      masks what looks like a secret
//	queue.go     keeps lines in memory until they are written, and drops them when there are too many
//	standard.go  replaces the standard logger, whose text may hold secrets
package logging

import (
	"bytes"
	"io"
	"log/slog"
)

// Log is a logger whose lines are written in the background.
type Log struct {
	*slog.Logger
	queue *queue
}

// Start returns a Log that writes to w until Close.
func Start(w io.Writer) *Log {
	q := newQueue(w, droppedLine)
	return &Log{Logger: newLogger(q), queue: q}
}

func newLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: maskAttr}))
}

// droppedLine returns the log line that reports n dropped lines.
func droppedLine(n int) []byte {
	var line bytes.Buffer
	newLogger(&line).Warn("log lines were dropped", slog.Int("lines", n))
	return line.Bytes()
}

// Dropped returns the number of lines that were not written since Start.
func (l *Log) Dropped() uint64 { return l.queue.total.Load() }

// Close writes the remaining lines, for at most closeTimeout. Later lines are dropped.
func (l *Log) Close() { l.queue.close() }
