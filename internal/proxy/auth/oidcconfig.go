package auth

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"tencent-chat-groups/internal/loopback"
)

// OIDCConfig configures an OIDC. The flags named here are those of the proxy.
type OIDCConfig struct {
	// Issuer (--oidc-issuer) is the issuer's URL, exactly as it is in its tokens: https, or http on a loopback address.
	Issuer string
	// Audience (--oidc-audience) must be among the audiences of a token: the console's client ID for ID tokens, the
	// proxy's name as an API for access tokens.
	Audience string
	// Group (--oidc-group) is a group that callers must be in. Group, Claim or both must be set.
	Group string
	// GroupClaim (--oidc-group-claim) is the claim with the groups, a string or a list of strings. Default "groups".
	GroupClaim string
	// Claim (--oidc-claim), as NAME=VALUE, is a claim that tokens must have: a string, a boolean, or a list with one. The
	// words of scope and scp count as a list.
	Claim string
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

const defaultGroupClaim = "groups"

// validate returns all errors of a config.
func (c OIDCConfig) validate() error {
	var errs []error
	report := func(format string, a ...any) {
		errs = append(errs, fmt.Errorf(format, a...))
	}
	if c.Issuer == "" {
		report("--oidc-issuer is missing: give the issuer's URL exactly as in its tokens")
	} else if u, err := url.Parse(c.Issuer); err == nil && u.User != nil {
		report("--oidc-issuer must not hold a user name or password") // and the error does not show it
	} else if err != nil || !isSecure(u) || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(c.Issuer, "?# ") {
		report("--oidc-issuer is %q: it must be an https URL, or http on a loopback address, without query and fragment",
			c.Issuer)
	}
	if c.Audience == "" {
		report("--oidc-audience is missing: give the client ID of ID tokens, or the API of access tokens")
	}
	if c.Group == "" && c.Claim == "" {
		report("--oidc-group and --oidc-claim are both missing: give one, or every user of the issuer could call")
	}
	for _, field := range []struct{ flag, value string }{
		{"--oidc-audience", c.Audience}, {"--oidc-group", c.Group}, {"--oidc-group-claim", c.GroupClaim},
		{"--oidc-claim", c.Claim},
	} {
		if strings.TrimSpace(field.value) != field.value {
			report("%s is %q: it must not begin or end with white space", field.flag, field.value)
		}
	}
	if name, value, ok := strings.Cut(c.Claim, "="); c.Claim != "" && (!ok || name == "" || value == "") {
		report("--oidc-claim is %q: it must be NAME=VALUE, such as azp=console", c.Claim)
	}
	return errors.Join(errs...)
}

// isSecure reports whether a URL uses TLS or names this machine.
func isSecure(u *url.URL) bool {
	switch host := u.Hostname(); u.Scheme {
	case "https":
		return host != ""
	case "http":
		return loopback.Is(host)
	}
	return false
}
