//go:build !js

package sandbox

import "log/slog"

// profileAttributes has what the log says of a call for profiles. members tells whether members were sent, which a
// careful client never asks for.
func (c call) profileAttributes() []any {
	code, found, members := 0, c.profiles.found, c.profiles.members
	if c.refusal != nil {
		code, found, members = c.refusal.code, 0, false
	}
	attributes := []any{
		slog.String("command", profileCommand), slog.Int("groups", len(c.asked.groupIDs)), slog.Int("code", code),
		slog.Int("profiles", found), slog.Bool("members", members),
	}
	if c.fault.kind != "" {
		attributes = append(attributes, slog.String("fault", c.fault.kind))
	}
	return attributes
}
