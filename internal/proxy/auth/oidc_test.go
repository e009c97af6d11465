package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTokenTypes(t *testing.T) {
	issuer := startIssuer(t)
	edPublic, edKey := must2(ed25519.GenerateKey(rand.Reader))
	issuer.keys = append(issuer.keys, publicKey("Ed25519", edPublic), publicKey("", strangersKey().Public()))
	checker := issuer.checker(t, nil)
	claims := issuer.claims(nil)
	for name, token := range map[string]string{
		"ID token, RS256":     sign(t, jose.RS256, rsaKey(), map[string]any{"kid": rsaKid, "typ": "JWT"}, claims),
		"ID token, ES256":     sign(t, jose.ES256, ecKey(), map[string]any{"kid": ecKid, "typ": "JWT"}, claims),
		"PS512":               sign(t, jose.PS512, rsaKey(), map[string]any{"kid": rsaKid}, claims),
		"EdDSA":               sign(t, jose.EdDSA, edKey, map[string]any{"kid": "Ed25519"}, claims),
		"access token, RS256": sign(t, jose.RS256, rsaKey(), map[string]any{"kid": rsaKid, "typ": "at+jwt"}, claims),
		"access token, ES256": sign(t, jose.ES256, ecKey(),
			map[string]any{"kid": ecKid, "typ": "application/at+JWT"}, claims),
		"no typ":                      sign(t, jose.RS256, rsaKey(), map[string]any{"kid": rsaKid}, claims),
		"no kid":                      sign(t, jose.ES256, ecKey(), nil, claims),
		"neither token nor key a kid": sign(t, jose.RS256, strangersKey(), nil, claims),
		"several audiences, and azp": issuer.token(t,
			map[string]any{"aud": []string{"account", "console"}, "azp": "another"}),
		"valid for another second": issuer.token(t, map[string]any{"exp": issuer.clock.Now().Unix() + 1}),
		"times with fractions":     issuer.token(t, map[string]any{"exp": float64(issuer.clock.Now().Unix()) + 60.5}),
		"valid in four minutes": issuer.token(t,
			map[string]any{"nbf": issuer.clock.Now().Add(4 * time.Minute).Unix()}),
		"claims that nobody asks for": issuer.token(t,
			map[string]any{"nonce": "n", "x": map[string]any{"y": []any{1, nil}}}),
		"the group among others":       issuer.token(t, map[string]any{"groups": []any{"a", 1, nil, "list-groups"}}),
		"the group as a string":        issuer.token(t, map[string]any{"groups": "list-groups"}),
		"a name with an emoji, 中文 too": issuer.token(t, map[string]any{"name": "😀 中文"}),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, "oidc:u-1", admitted(t, checker, token))
		})
	}
}

func must2[A, B any](a A, b B, err error) (A, B) {
	if err != nil {
		panic(err)
	}
	return a, b
}

// TestForgedTokens: every forged token gets the same error.
func TestForgedTokens(t *testing.T) {
	issuer := startIssuer(t)
	publicDER := must(x509.MarshalPKIXPublicKey(rsaKey().Public()))
	secret := []byte("a secret of the issuer that should not be in its keys")
	issuer.keys = append(issuer.keys,
		jose.JSONWebKey{KeyID: "secret", Key: secret},
		jose.JSONWebKey{KeyID: "for encrypting", Key: strangersKey().Public(), Use: "enc"},
		jose.JSONWebKey{KeyID: "RS512 alone", Key: rsaKey().Public(), Algorithm: "RS512"},
		map[string]any{"kid": "of a new type", "kty": "XYZ"},
		"no key at all")
	checker := issuer.checker(t, nil)
	claims := issuer.claims(nil)
	kid := map[string]any{"kid": rsaKid}
	good := issuer.token(t, nil)
	parts := strings.Split(good, ".")
	encode := func(value any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(value))) }
	const notAsymmetric, noKey = "not a JWT with an asymmetric signature", "no key of the issuer fits"
	own := jose.JSONWebKey{Key: strangersKey().Public(), KeyID: "own"}
	for name, c := range map[string]struct{ token, reason string }{
		"signed by a stranger":   {sign(t, jose.RS256, strangersKey(), kid, claims), noKey},
		"a stranger without kid": {sign(t, jose.RS256, strangersKey(), nil, claims), noKey},
		"a stranger's key in the header": {sign(t, jose.RS256, strangersKey(), map[string]any{"jwk": own, "kid": "own"},
			claims), noKey},
		"a stranger's keys linked": {sign(t, jose.RS256, strangersKey(),
			map[string]any{"jku": "http://127.0.0.1:1/keys", "x5u": "http://127.0.0.1:1/", "kid": "own"}, claims), noKey},
		"alg none": {encode(map[string]any{"alg": "none", "kid": rsaKid}) + "." + encode(claims) + ".",
			notAsymmetric},
		"alg None with a signature": {encode(map[string]any{"alg": "None"}) + "." + parts[1] + "." + parts[2],
			notAsymmetric},
		"no alg": {encode(map[string]any{"kid": rsaKid}) + "." + parts[1] + "." + parts[2],
			notAsymmetric},
		"HS256 with the public key": {sign(t, jose.HS256,
			pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER}), kid, claims), notAsymmetric},
		"HS256 with its DER":         {sign(t, jose.HS256, publicDER, kid, claims), notAsymmetric},
		"HS256 with its modulus":     {sign(t, jose.HS256, rsaKey().N.Bytes(), kid, claims), notAsymmetric},
		"HS256 with a published key": {sign(t, jose.HS256, secret, map[string]any{"kid": "secret"}, claims), notAsymmetric},
		"an RSA kid, signed by EC":   {sign(t, jose.ES256, ecKey(), kid, claims), noKey},
		"a key for encrypting": {sign(t, jose.RS256, strangersKey(), map[string]any{"kid": "for encrypting"}, claims),
			noKey},
		"a key of another algorithm": {sign(t, jose.RS256, rsaKey(), map[string]any{"kid": "RS512 alone"}, claims), noKey},
		"no signature":               {parts[0] + "." + parts[1] + ".", noKey},
		"another payload": {parts[0] + "." + encode(issuer.claims(map[string]any{"sub": "admin"})) + "." +
			parts[2], noKey},
		"another header": {encode(map[string]any{"alg": "RS256", "kid": rsaKid}) + "." + parts[1] + "." +
			parts[2], noKey},
		"a signature cut short":    {good[:len(good)-4], noKey},
		"two parts":                {parts[0] + "." + parts[1], notAsymmetric},
		"four parts":               {good + "." + parts[2], notAsymmetric},
		"five parts, as encrypted": {good + "." + parts[1] + "." + parts[2], notAsymmetric},
		"padding":                  {good + "=", notAsymmetric},
		"no JWT":                   {tokenPrefix + strings.Repeat("x", 43), notAsymmetric},
		"crit": {sign(t, jose.RS256, rsaKey(),
			map[string]any{"kid": rsaKid, "crit": []string{"x"}, "x": 1}, claims), noKey},
		"a logout token": {sign(t, jose.RS256, rsaKey(), map[string]any{"kid": rsaKid, "typ": "logout+jwt"},
			claims), "another type"},
		"typ that is no text": {sign(t, jose.RS256, rsaKey(), map[string]any{"kid": rsaKid, "typ": 1}, claims),
			"another type"},
		"typ that is empty": {sign(t, jose.RS256, rsaKey(), map[string]any{"kid": rsaKid, "typ": ""}, claims),
			"another type"},
		"claims that are no JSON":   {sign(t, jose.RS256, rsaKey(), kid, "hello"), "unmarshal"},
		"claims that are no object": {sign(t, jose.RS256, rsaKey(), kid, "[]"), "unmarshal"},
		"claims null":               {sign(t, jose.RS256, rsaKey(), kid, "null"), "different provider"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, checker, c.token, ErrUnauthenticated, c.reason)
		})
	}
	assert.Equal(t, "oidc:u-1", admitted(t, checker, good), "though the issuer's keys are a mess")
}

// TestForeignTokens: a genuine signature alone is not enough.
func TestForeignTokens(t *testing.T) {
	issuer := startIssuer(t)
	checker := issuer.checker(t, nil)
	now := issuer.clock.Now()
	for name, c := range map[string]struct {
		changes map[string]any
		reason  string
	}{
		"expired":                  {map[string]any{"exp": now.Unix() - 1}, "token is expired"},
		"never expires":            {map[string]any{"exp": nil}, "token is expired"},
		"expires beyond all times": {map[string]any{"exp": int64(1<<63 - 1)}, "token is expired"},
		"not yet valid":            {map[string]any{"nbf": now.Add(6 * time.Minute).Unix()}, "before the nbf"},
		"of another issuer":        {map[string]any{"iss": "https://issuer.example"}, "different provider"},
		"of a similar issuer":      {map[string]any{"iss": issuer.url + "/"}, "different provider"},
		"of no issuer":             {map[string]any{"iss": nil}, "different provider"},
		"for another audience":     {map[string]any{"aud": "another"}, "expected audience"},
		"for a similar audience":   {map[string]any{"aud": []string{"Console", "console ", "console2"}}, "expected audience"},
		"for no audience":          {map[string]any{"aud": nil}, "expected audience"},
		"aud of a wrong type":      {map[string]any{"aud": 1}, "unmarshal"},
		"bound to a key":           {map[string]any{"cnf": map[string]any{"jkt": "x"}}, "bound to a key"},
		"of nobody":                {map[string]any{"sub": nil}, "sub is missing"},
		"of nobody, with a name":   {map[string]any{"sub": "", "email": "a@example.com"}, "sub is missing"},
		"sub of a wrong type":      {map[string]any{"sub": 1}, "unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, checker, issuer.token(t, c.changes), ErrUnauthenticated, c.reason)
		})
	}
	for name, payload := range map[string]string{
		"a claim twice":             `{"aud":"another",%s,"aud":"console"}`,
		"a group twice":             `{"groups":"none","groups":"list-groups",%s,"aud":"console"}`,
		"AUD":                       `{"aud":"another",%s,"AUD":"console"}`,
		"iſs":                       `{"aud":"console",%s,"i\u017fs":"` + issuer.url + `"}`,
		"Exp":                       `{"aud":"console",%s,"Exp":4000000000}`,
		"text that is not in UTF-8": "{\"aud\":\"console\",%s,\"x\":\"\xff\"}",
	} {
		t.Run(name, func(t *testing.T) {
			rest := string(must(json.Marshal(issuer.claims(map[string]any{"aud": nil, "groups": nil}))))
			token := sign(t, jose.RS256, rsaKey(), map[string]any{"kid": rsaKid}, fmt.Sprintf(payload, strings.Trim(rest, "{}")))
			refused(t, checker, token, ErrUnauthenticated, "claim")
		})
	}
	token := issuer.token(t, nil)
	admitted(t, checker, token)
	issuer.clock.advance(time.Hour + time.Second)
	refused(t, checker, token, ErrUnauthenticated, "token is expired")
}

func TestGroupsAndClaims(t *testing.T) {
	issuer := startIssuer(t)
	group := func(claim, group string) func(*OIDCConfig) {
		return func(c *OIDCConfig) { c.Group, c.GroupClaim = group, claim }
	}
	claim := func(claim string) func(*OIDCConfig) {
		return func(c *OIDCConfig) { c.Group, c.Claim = "", claim }
	}
	both := func(c *OIDCConfig) { c.Claim = "azp=console" }
	for _, c := range []struct {
		name    string
		config  func(*OIDCConfig)
		changes map[string]any
		may     bool
	}{
		{"in a list", group("", "a b"), map[string]any{"groups": []string{"x", "a b"}}, true},
		{"as a string", group("", "a"), map[string]any{"groups": "a"}, true},
		{"missing", group("", "a"), map[string]any{"groups": nil}, false},
		{"null", group("", "a"), map[string]any{"groups": []any{nil}}, false},
		{"none", group("", "a"), map[string]any{"groups": []string{}}, false},
		{"others", group("", "a"), map[string]any{"groups": []string{"A", "ab", "a ", "/a"}}, false},
		{"a string of several is one", group("", "a"), map[string]any{"groups": "a b"}, false},
		{"deeper", group("", "a"), map[string]any{"groups": map[string]any{"a": "a"}}, false},
		{"a list in a list", group("", "a"), map[string]any{"groups": []any{[]string{"a"}}}, false},
		{"too many, elsewhere", group("", "a"), map[string]any{"groups": nil, "_claim_names": map[string]any{"groups": "s"},
			"_claim_sources": map[string]any{"s": map[string]any{"endpoint": "http://127.0.0.1:1/"}}}, false},
		{"in another claim", group("roles", "a"), map[string]any{"groups": "a"}, false},
		{"in the claim", group("https://example.com/roles", "a"), map[string]any{"https://example.com/roles": []string{"a"}},
			true},
		{"in a claim of another case", group("", "a"), map[string]any{"groups": nil, "Groups": "a"}, false},

		{"claim", claim("hd=example.com"), map[string]any{"hd": "example.com"}, true},
		{"claim with =", claim("x=a=b"), map[string]any{"x": "a=b"}, true},
		{"claim is true", claim("may_list=true"), map[string]any{"may_list": true}, true},
		{"claim is false", claim("may_list=true"), map[string]any{"may_list": false}, false},
		{"claim is a number", claim("x=1"), map[string]any{"x": 1}, false},
		{"claim differs", claim("hd=example.com"), map[string]any{"hd": "sub.example.com"}, false},
		{"claim missing", claim("hd=example.com"), nil, false},
		{"claim in a list", claim("roles=lister"), map[string]any{"roles": []string{"x", "lister"}}, true},
		{"scope", claim("scope=list"), map[string]any{"scope": "openid list email"}, true},
		{"scope by Entra", claim("scp=list"), map[string]any{"scp": "openid list"}, true},
		{"scope by Okta", claim("scp=list"), map[string]any{"scp": []string{"openid", "list"}}, true},
		{"another scope", claim("scope=list"), map[string]any{"scope": "openid listing"}, false},

		{"group and claim", both, map[string]any{"azp": "console"}, true},
		{"group without claim", both, map[string]any{"azp": "another"}, false},
		{"claim without group", both, map[string]any{"azp": "console", "groups": nil}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			checker, token := issuer.checker(t, c.config), issuer.token(t, c.changes)
			if c.may {
				admitted(t, checker, token)
			} else {
				refused(t, checker, token, ErrForbidden, "lacks")
				caller, _ := check(t, checker, token)
				assert.Equal(t, "oidc:u-1", caller.Name, "the caller is known")
			}
		})
	}
	refused(t, issuer.checker(t, nil), issuer.token(t, map[string]any{"groups": nil, "aud": "another"}),
		ErrUnauthenticated, "audience")
}

func TestCallerName(t *testing.T) {
	issuer := startIssuer(t)
	checker := issuer.checker(t, nil)
	for want, changes := range map[string]map[string]any{
		"oidc:u-1":           nil,
		"oidc:alice":         {"preferred_username": "alice"},
		"oidc:a@example.com": {"email": "a@example.com", "preferred_username": "alice"},
		"oidc:b@example.com": {"email": "b@example.com", "email_verified": true},
		"oidc:c@example.com": {"email": "c@example.com", "email_verified": "true"},
		"oidc:dave":          {"email": "d@example.com", "email_verified": false, "preferred_username": "dave"},
		"oidc:eve":           {"email": "e@example.com", "email_verified": "false", "preferred_username": "eve"},
		"oidc:frank":         {"email": "f@example.com", "email_verified": nil, "preferred_username": "frank", "x": 1},
		"oidc:u-2":           {"sub": "u-2", "email": 1, "preferred_username": []string{"x"}},
		"oidc:a?b?[31mc":     {"sub": "a\nb\x1b[31mc"},
		"oidc:":              {"email": strings.Repeat("中", 1000)},
	} {
		if want == "oidc:frank" {
			changes["email"] = nil
		}
		if want == "oidc:" {
			want += strings.Repeat("中", 41) // 123 of 123 bytes
		}
		name := admitted(t, checker, issuer.token(t, changes))
		assert.Equal(t, want, name)
		assert.LessOrEqual(t, len(name), 128)
	}
}

// TestCallerID: callers, who take turns by their ID, have one ID per sub, of bounded length.
func TestCallerID(t *testing.T) {
	issuer := startIssuer(t)
	file, made := makeTokens(t, "u-1")
	tokens, err := OpenTokens(file)
	require.NoError(t, err)
	checker := First(tokens, issuer.checker(t, nil))
	seen := map[string]string{}
	longest := strings.Repeat("x", 254)
	for _, sub := range []string{"u-1", "U-1", "u-1 ", " u-1", "u-1\n", "u-1\x00", "ü", "u\u0308", "oidc:u-1", "token:u-1",
		"anybody", longest + "a", longest + "b"} {
		// The name for the log is the same for all of them.
		caller, err := check(t, checker, issuer.token(t, map[string]any{"sub": sub, "email": "u@example.com"}))
		require.NoError(t, err)
		assert.Equal(t, "oidc:u@example.com", caller.Name)
		assert.Empty(t, seen[caller.ID], "%q", sub)
		assert.LessOrEqual(t, len(caller.ID), 260)
		seen[caller.ID] = sub
		again, err := check(t, checker, issuer.token(t, map[string]any{"sub": sub, "email": nil, "iat": 1}))
		require.NoError(t, err)
		assert.Equal(t, caller.ID, again.ID, "another token of the same caller")
	}
	byToken, err := check(t, checker, made[0])
	require.NoError(t, err)
	assert.Empty(t, seen[byToken.ID], "a token of the file is another caller")
	nobody, err := Anybody{}.Check(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, seen[nobody.ID])
	for _, sub := range []string{longest + "ab", strings.Repeat("中", 86)} {
		refused(t, checker, issuer.token(t, map[string]any{"sub": sub}), ErrUnauthenticated,
			"bytes: OpenID Connect allows 255")
	}
}

func TestMalformedTokensSpareIssuer(t *testing.T) {
	issuer := startIssuer(t)
	checker := issuer.checker(t, nil)
	for _, authorization := range malformed {
		_, err := checker.Check(t.Context(), authorization)
		assert.ErrorIs(t, err, ErrUnauthenticated)
		assert.Equal(t, ErrUnauthenticated.Error(), err.Error())
		assert.Equal(t, "no bearer token", Reason(err))
	}
	refused(t, checker, tokenPrefix+"x", ErrUnauthenticated, "not a JWT")
	discoveries, keyFetches := issuer.fetches()
	assert.Zero(t, discoveries+keyFetches)
}
