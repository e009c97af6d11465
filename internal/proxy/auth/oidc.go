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

// OIDC knows callers by ID tokens and JWT access tokens (RFC 9068) of an OpenID Connect issuer.
//
// A token is genuine if the issuer's keys say so, it names the issuer and the audience, and it has not expired (to the second)
// and is valid already (five minutes of clock difference are allowed). Signatures are asymmetric: none and HMAC are refused
// before any key is looked at. So are tokens of other types, such as logout tokens, and those bound to a key of the caller's
// (claim cnf): a bearer cannot prove that they are theirs.
//
// A token may name further audiences, and azp, the client that it was made for, is not looked at: for an ID token azp would be
// the audience, for an access token it is the console or whatever program calls, and issuers do not tell the two apart. Each of
// the other audiences can pass the token on to here, as the issuer allowed. Claim "azp=CLIENT" admits one client's tokens alone.
//
// A genuine token is let in if it has the group and the claim that the config asks for. The caller's name is its email (unless the
// issuer says that it is not verified), else preferred_username, else sub.
type OIDC struct {
	config OIDCConfig
	issuer *issuer
}

// algorithms are those whose verifying key is public, and so is no use for signing.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// NewOIDC returns a Checker at once. The issuer is asked when there is something to check, and by Ready. An error names every flag
// that is wrong, what was given and what is accepted.
func NewOIDC(config OIDCConfig) (*OIDC, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true // it is asked every few minutes
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

// Ready says whether tokens can be checked: the issuer's keys were fetched once. If not, the error has why (with the issuer's
// URL), and the issuer is asked again in the background if it is time: a second after the first failure, 30 s after many.
func (o *OIDC) Ready() error {
	return o.issuer.ready()
}

// Check waits for the issuer where its keys are missing, older than five minutes, or none fits the token: for 5 s at most, and
// at most every ten seconds, whatever tokens come.
func (o *OIDC) Check(ctx context.Context, authorization []string) (Caller, error) {
	token, shown := bearer(authorization)
	if !shown {
		return Caller{}, refuse(ErrUnauthenticated, "no bearer token")
	}
	signed, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil {
		return Caller{}, refuse(ErrUnauthenticated, "no JWT with an asymmetric signature")
	}
	if !isTokenType(signed.Signatures[0].Header.ExtraHeaders[jose.HeaderType]) {
		return Caller{}, refuse(ErrUnauthenticated, "a JWT of another type than ID and access tokens")
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
	case err != nil: // the issuer signed it, so that its claims may be in the reason
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

// isTokenType tells whether a header's typ is that of ID tokens (JWT, or none) or of access tokens (at+jwt).
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

// signature is an oidc.KeySet for one token. It keeps its error, of which the verifier leaves only the text.
type signature struct {
	signed *jose.JSONWebSignature
	issuer *issuer
	err    error
}

func (s *signature) VerifySignature(ctx context.Context, _ string) (payload []byte, err error) {
	payload, s.err = s.issuer.verify(ctx, s.signed)
	return payload, s.err
}
