package sandbox

import (
	"encoding/json"
	"fmt"
)

// The commands that the sandbox knows, by the names that entries of a script have for them.
const (
	listCommand    = "get_appid_group_list"
	profileCommand = "get_group_info"
)

// callCount is the number of a call, from 1.
type callCount struct {
	all       uint64 // among all calls
	command   string // "" for neither of the two commands
	ofCommand uint64 // among the calls of the command
}

// number returns the number of a call for an entry, 0 for a call that the entry is not for.
func (f fault) number(c callCount) uint64 {
	switch f.command {
	case "":
		return c.all
	case c.command:
		return c.ofCommand
	}
	return 0
}

// takeCommand reads the command whose calls an entry is for.
func (f *fault) takeCommand(given map[string]json.RawMessage) error {
	raw, is := given["command"]
	delete(given, "command")
	if is && (!text(raw, &f.command) || f.command != listCommand && f.command != profileCommand) {
		return fmt.Errorf(`"command" is %s: it must be %q or %q`, raw, listCommand, profileCommand)
	}
	return nil
}
