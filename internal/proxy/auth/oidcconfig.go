package auth

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"tencent-chat-groups/internal/loopback"
)

// OIDCConfig is what there is to know of an OpenID Connect issuer. The names of flags are those of the proxy.
type OIDCConfig struct {
	// Issuer (--oidc-issuer) is the issuer's URL, exactly as it is in its tokens: https, or http on a loopback address.
	Issuer string
	// Audience (--oidc-audience) is whom tokens must be meant for, among others if the issuer says so: the console's client ID for ID
	// tokens, the name of the proxy as an API for access tokens.
	Audience string
	// Group (--oidc-group) is a group that callers must be in. Group or Claim is required, and if both are given, both are.
	Group string
	// GroupClaim (--oidc-group-claim) is the claim with the caller's groups, a string or a list of strings. Default "groups".
	GroupClaim string
	// Claim (--oidc-claim), a NAME=VALUE, is a claim that tokens must have: a string, a boolean, or a list with it. Of scope and
	// scp, which are lists in a string, one of the words.
	Claim string
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

const defaultGroupClaim = "groups"

// validate returns everything that is wrong with a config.
func (c OIDCConfig) validate() error {
	var wrong []error
	complain := func(format string, a ...any) {
		wrong = append(wrong, fmt.Errorf(format, a...))
	}
	if c.Issuer == "" {
		complain("--oidc-issuer is missing: give the issuer's URL, as it is in its tokens")
	} else if u, err := url.Parse(c.Issuer); err == nil && u.User != nil {
		complain("--oidc-issuer must not hold a user name or password") // nor does the error show it
	} else if err != nil || !isSecure(u) || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(c.Issuer, "?# ") {
		complain("--oidc-issuer is %q: it must be an https URL, or http on a loopback address, without query and fragment", c.Issuer)
	}
	if c.Audience == "" {
		complain("--oidc-audience is missing: give the client ID that ID tokens are made for, or the API that access tokens are made for")
	}
	if c.Group == "" && c.Claim == "" {
		complain("--oidc-group and --oidc-claim are both missing: give one, or everybody whom the issuer knows could call")
	}
	for _, field := range []struct{ flag, value string }{
		{"--oidc-audience", c.Audience}, {"--oidc-group", c.Group}, {"--oidc-group-claim", c.GroupClaim}, {"--oidc-claim", c.Claim},
	} {
		if strings.TrimSpace(field.value) != field.value {
			complain("%s is %q: it must not begin or end with white space", field.flag, field.value)
		}
	}
	if name, value, ok := strings.Cut(c.Claim, "="); c.Claim != "" && (!ok || name == "" || value == "") {
		complain("--oidc-claim is %q: it must be NAME=VALUE, such as azp=console", c.Claim)
	}
	return errors.Join(wrong...)
}

// isSecure tells whether what comes from a URL comes from whom it names: with TLS, or from this machine.
func isSecure(u *url.URL) bool {
	switch host := u.Hostname(); u.Scheme {
	case "https":
		return host != ""
	case "http":
		return loopback.Is(host)
	}
	return false
}
