package sandbox

import (
	"fmt"
	"net/url"
)

// call is a call and its outcome.
type call struct {
	number      uint64 // from 1, in the order of reading
	fault       fault
	counted     bool
	arrival     arrival
	parameters  parameters
	refusal     *refusal // nil: the answer is a page or profiles
	page        page
	forProfiles bool // the call is get_group_info
	asked       profileParameters
	profiles    profiles
	body        []byte
}

// answer sets the answer to a call that arrives now.
func (a *App) answer(c *call, r Request) {
	c.refusal = a.decide(c, r)
	if c.refusal == nil && c.forProfiles {
		c.body = encodeProfiles(c.profiles.entries)
	} else if c.refusal == nil {
		next := uint64(0)
		if !c.page.end {
			next = a.cursors.after(c.page.last)
		}
		c.body = encodePage(c.page, next)
	}
	if c.refusal == nil && len(c.body) > maxAnswerBytes {
		c.refusal = &refusal{codeAnswerTooLong, "the answer would exceed 1 MB: ask for fewer groups"}
	}
	if c.fault.kind == errorCode {
		c.refusal = scripted(c.fault, r)
	}
	if c.refusal != nil {
		c.body = encodeRefusal(c.refusal)
	}
}

// decide sets the page that a call asks for, or returns the first reason to refuse it, in the order of the package
// comment.
func (a *App) decide(c *call, r Request) *refusal {
	query, queryErr := url.ParseQuery(r.Query)
	c.arrival.at = a.config.Clock.Now()
	if refused := checkAddress(r, query, a.config.SDKAppID); refused != nil {
		return refused
	}
	c.counted = true
	c.forProfiles = r.Path == profilesPath
	var parametersRefused *refusal
	if c.forProfiles {
		c.arrival = a.profileLimit.arrive()
		c.asked, parametersRefused = a.readProfileParameters(r.Body)
	} else {
		c.arrival = a.throttle.arrive()
		c.parameters, parametersRefused = readParameters(r.Body)
	}
	if queryErr != nil {
		return &refusal{codeUnreadable, "the query of the URL is malformed"}
	}
	if refused := checkQuery(query); refused != nil {
		return refused
	}
	identifier := query.Get("identifier")
	refused := checkSignature(a.config.SDKAppID, a.config.SecretKey, identifier, query.Get("usersig"), c.arrival.at)
	if refused != nil {
		return refused
	}
	if identifier != a.config.Identifier {
		return &refusal{codeNotAdmin, "only the app's admin may call this"}
	}
	if !c.arrival.allowed && c.forProfiles {
		info := fmt.Sprintf("called too often: %d calls a second are allowed for an app", a.config.ProfilesPerSecond)
		return &refusal{codeTooOften, info}
	}
	if !c.arrival.allowed {
		return &refusal{codeTooOften, "called too often: one call per second per app is allowed"}
	}
	if r.broken {
		return &refusal{codeUnreadable, "the request body is too long or incomplete"}
	}
	if parametersRefused != nil {
		return parametersRefused
	}
	if c.forProfiles {
		c.profiles = a.readProfiles(c.asked, c.fault)
		return nil
	}
	after := uint64(0)
	if c.parameters.next != 0 {
		key, known := a.cursors.key(c.parameters.next)
		if !known {
			return &refusal{codeWrongParameter, "Next must be 0 or an integer that was returned as Next"}
		}
		after = key
	}
	c.page = a.readPage(after, c.parameters, c.fault)
	return nil
}
