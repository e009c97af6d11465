//go:build !js

package sandbox

import "path"

// count counts a call.
func (s *Server) count(urlPath string) callCount {
	c := callCount{all: s.calls.Add(1)}
	switch urlPath {
	case commandPath:
		c.ofCommand = s.listCalls.Add(1)
	case profilesPath:
		c.ofCommand = s.profileCalls.Add(1)
	default:
		return c
	}
	c.command = path.Base(urlPath)
	return c
}
