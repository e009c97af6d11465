package auth

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// OIDC identifies callers by ID tokens and JWT access tokens (RFC 9068) of an OpenID Connect issuer.
//
// A token is genuine if the issuer signed it, it names the issuer and the audience, it has not expired, and it is
// already valid (with five minutes of tolerance). Signatures are asymmetric: none and HMAC are refused before any key
// is tried. OIDC also refuses tokens of other types, such as logout tokens, and tokens bound to a key (claim cnf).
//
// A token may name further audiences, and OIDC ignores azp, the client that the token was made for: it means different
// things in ID tokens and access tokens, and issuers do not tell the two apart. Claim "azp=CLIENT" accepts the tokens
// of one client only.
//
// A genuine token is accepted if it has the group and the claim of the config. The caller's name is its email (unless
// the issuer has not verified it), or else preferred_username, or else sub.
type OIDC struct {
	config OIDCConfig
	issuer *issuer
}

// algorithms are the asymmetric ones: a public key cannot sign.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// NewOIDC returns a Checker without a call to the issuer. Its error lists every invalid flag with its value.
func NewOIDC(config OIDCConfig) (*OIDC, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true // there is a request every few minutes
	transport.MaxResponseHeaderBytes = maxDocumentBytes
	return newOIDC(config, transport)
}

func newOIDC(config OIDCConfig, transport http.RoundTripper) (*OIDC, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if config.GroupClaim == "" {
		config.GroupClaim = defaultGroupClaim
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &OIDC{config: config, issuer: newIssuer(config.Issuer, config.Now, transport)}, nil
}

// Ready returns nil once the issuer's keys were fetched. Until then it returns the reason, with the issuer's URL, and
// fetches them in the background, with a back-off from 1 s to 30 s.
func (o *OIDC) Ready() error {
	return o.issuer.ready()
}

// Check waits for the issuer's keys, for at most 5 s, if they are missing or older than 5 minutes, or if none fits the
// token. It fetches them at most every 10 s.
func (o *OIDC) Check(ctx context.Context, authorization []string) (Caller, error) {
	token, ok := bearer(authorization)
	if !ok {
		return Caller{}, refuse(ErrUnauthenticated, "no bearer token")
	}
	signed, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil {
		return Caller{}, refuse(ErrUnauthenticated, "not a JWT with an asymmetric signature")
	}
	if !isTokenType(signed.Signatures[0].Header.ExtraHeaders[jose.HeaderType]) {
		return Caller{}, refuse(ErrUnauthenticated, "a JWT of another type than ID tokens and access tokens")
	}
	signature := &signature{signed: signed, issuer: o.issuer}
	verifier := oidc.NewVerifier(o.config.Issuer, signature, &oidc.Config{
		ClientID: o.config.Audience, SupportedSigningAlgs: names(algorithms), Now: o.config.Now,
	})
	genuine, err := verifier.Verify(ctx, token)
	switch {
	case errors.Is(signature.err, ErrUnavailable):
		return Caller{}, signature.err
	case signature.err != nil:
		return Caller{}, refuse(ErrUnauthenticated, signature.err.Error())
	case err != nil: // the issuer signed it, so the reason may have its claims
		return Caller{}, refuse(ErrUnauthenticated, err.Error())
	}
	var payload json.RawMessage
	if err := genuine.Claims(&payload); err != nil {
		return Caller{}, refuse(ErrUnauthenticated, err.Error())
	}
	claims, err := parseClaims(payload)
	if err != nil {
		return Caller{}, refuse(ErrUnauthenticated, err.Error())
	}
	caller := Caller{ID: oidcPrefix + claims.text("sub"), Name: claims.callerName()}
	if !claims.has(o.config.GroupClaim, o.config.Group) {
		return caller, refuse(ErrForbidden, "claim "+o.config.GroupClaim+" lacks "+o.config.Group)
	}
	if name, value, _ := strings.Cut(o.config.Claim, "="); !claims.has(name, value) {
		return caller, refuse(ErrForbidden, "claim "+name+" lacks "+value)
	}
	return caller, nil
}

// isTokenType reports whether a header's typ is that of ID tokens (JWT, or none) or of access tokens (at+jwt).
func isTokenType(typ any) bool {
	if typ == nil {
		return true
	}
	name, _ := typ.(string)
	switch strings.TrimPrefix(strings.ToLower(name), "application/") {
	case "jwt", "at+jwt":
		return true
	}
	return false
}

func names(algorithms []jose.SignatureAlgorithm) []string {
	all := make([]string, len(algorithms))
	for i, algorithm := range algorithms {
		all[i] = string(algorithm)
	}
	return all
}

// signature is an oidc.KeySet for one token. It keeps its error, which the verifier reduces to text.
type signature struct {
	signed *jose.JSONWebSignature
	issuer *issuer
	err    error
}

func (s *signature) VerifySignature(ctx context.Context, _ string) (payload []byte, err error) {
	payload, s.err = s.issuer.verify(ctx, s.signed)
	return payload, s.err
}
