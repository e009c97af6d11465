package auth

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInvalidConfigs(t *testing.T) {
	good := OIDCConfig{Issuer: "https://issuer.example/realm", Audience: "console", Group: "g"}
	for _, c := range []struct {
		change func(*OIDCConfig)
		says   []string
	}{
		{func(c *OIDCConfig) { *c = OIDCConfig{} }, []string{
			"--oidc-issuer is missing", "--oidc-audience is missing",
			"--oidc-group and --oidc-claim are both missing: give one, or every user"}},
		{func(c *OIDCConfig) { c.Issuer = "http://issuer.example" }, []string{
			`--oidc-issuer is "http://issuer.example": it must be an https URL, or http on a loopback address`}},
		{func(c *OIDCConfig) { c.Issuer = "http://localhost.example" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "http://128.0.0.1" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "issuer.example" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "https:issuer.example" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "https://:443" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "ftp://issuer.example" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "https://issuer.example?a" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "https://issuer.example?" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "https://issuer.example#" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "https://issuer.example " }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "https://iss uer.example" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) { c.Issuer = "https://%zz" }, []string{"--oidc-issuer is"}},
		{func(c *OIDCConfig) {
			c.Issuer = "https://me:hidden@issuer.example"
		}, []string{"--oidc-issuer must not hold a user name"}},
		{func(c *OIDCConfig) { c.Audience = " console" }, []string{`--oidc-audience is " console"`}},
		{func(c *OIDCConfig) { c.Group = "" }, []string{"--oidc-group and --oidc-claim"}},
		{func(c *OIDCConfig) { c.Group = "g\n" }, []string{`--oidc-group is "g\n"`}},
		{func(c *OIDCConfig) { c.GroupClaim = "g " }, []string{`--oidc-group-claim is "g "`}},
		{func(c *OIDCConfig) { c.Claim = "azp" }, []string{`--oidc-claim is "azp": it must be NAME=VALUE`}},
		{func(c *OIDCConfig) { c.Claim = "=console" }, []string{"--oidc-claim is"}},
		{func(c *OIDCConfig) { c.Claim = "azp=" }, []string{"--oidc-claim is"}},
	} {
		config := good
		c.change(&config)
		_, err := NewOIDC(config)
		require.Error(t, err, "%+v", config.Issuer)
		assert.Len(t, strings.Split(err.Error(), "\n"), len(c.says), err)
		for _, says := range c.says {
			assert.ErrorContains(t, err, says)
		}
		assert.NotContains(t, err.Error(), "hidden")
	}
	for _, change := range []func(*OIDCConfig){
		func(*OIDCConfig) {},
		func(c *OIDCConfig) { c.Issuer = "https://issuer.example/" },
		func(c *OIDCConfig) { c.Issuer = "http://localhost:8080" },
		func(c *OIDCConfig) { c.Issuer = "http://[::1]:8080" },
		func(c *OIDCConfig) { c.Group, c.Claim = "", "a=b" },
		func(c *OIDCConfig) { c.GroupClaim, c.Claim = "roles", "a=b=c" },
	} {
		config := good
		change(&config)
		_, err := NewOIDC(config)
		assert.NoError(t, err)
	}
}
