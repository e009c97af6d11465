package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"
)

const (
	maxKeyAge        = 5 * time.Minute  // a withdrawn key is trusted for this long
	minFetchInterval = 10 * time.Second // tokens with unknown keys cause at most one fetch in this time
	minBackOff       = time.Second      // after the first failure; each further one doubles it
	maxBackOff       = 30 * time.Second
	fetchTimeout     = 5 * time.Second // for the discovery document and the keys, together
	maxDocumentBytes = 512 << 10       // of each; those of large issuers have some 30 KiB
)

// issuer caches the public keys of an issuer. It fetches them when they are old, and when none fits, since the issuer
// may have a new one. The library's key set would keep keys for ever, and fetch for each forged token.
type issuer struct {
	url    string
	now    func() time.Time
	client *http.Client
	flight singleflight.Group // one fetch at a time, for all who need it

	mu       sync.Mutex
	keys     []jose.JSONWebKey // empty before the first fetch
	fetched  time.Time         // when the keys were fetched
	err      error             // of the last fetch
	next     time.Time         // earliest time of the next fetch
	failures int               // in a row
}

func newIssuer(url string, now func() time.Time, transport http.RoundTripper) *issuer {
	client := &http.Client{
		Transport: limitedBodies{transport},
		// A redirect could lead from https to http.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &issuer{url: url, now: now, client: client, err: errors.New("its keys were not fetched yet")}
}

var errSignature = errors.New("no key of the issuer fits the signature")

// verify returns the payload of a token that the issuer signed. Its error is ErrUnavailable if no known key fits and no
// newer ones can be fetched, and errSignature otherwise.
func (i *issuer) verify(ctx context.Context, signed *jose.JSONWebSignature) ([]byte, error) {
	keys, fetched := i.current()
	if len(keys) > 0 && i.now().Sub(fetched) >= maxKeyAge {
		_ = i.refresh(ctx) // while the issuer is down, old keys stay in use
		keys, fetched = i.current()
	}
	if payload, ok := verifyWith(keys, signed); ok {
		return payload, nil
	}
	if err := i.refresh(ctx); err != nil {
		return nil, refuse(ErrUnavailable, err.Error())
	}
	if newer, newerFetched := i.current(); newerFetched != fetched {
		if payload, ok := verifyWith(newer, signed); ok {
			return payload, nil
		}
	}
	return nil, errSignature
}

func verifyWith(keys []jose.JSONWebKey, signed *jose.JSONWebSignature) (payload []byte, ok bool) {
	header := signed.Signatures[0].Header
	for i := range keys {
		key := &keys[i]
		if header.KeyID != "" && header.KeyID != key.KeyID || key.Algorithm != "" && key.Algorithm != header.Algorithm {
			continue
		}
		if payload, err := signed.Verify(key); err == nil {
			return payload, true
		}
	}
	return nil, false
}

func (i *issuer) current() (keys []jose.JSONWebKey, fetched time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys, i.fetched
}

// ready returns nil if there are keys. Otherwise it starts to fetch them, and returns the reason why there are none.
func (i *issuer) ready() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.keys) > 0 {
		return nil
	}
	i.flight.DoChan("", i.fetch)
	return fmt.Errorf("issuer %s: %w", i.url, i.err)
}

// refresh waits for a fetch, which continues for others when ctx is done. It returns the fetch's error, or the last
// one's if it is too early for another.
func (i *issuer) refresh(ctx context.Context) error {
	select {
	case done := <-i.flight.DoChan("", i.fetch):
		return done.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fetch fetches the keys, unless it is too early. Calls do not overlap.
func (i *issuer) fetch() (any, error) {
	i.mu.Lock()
	err, early := i.err, i.now().Before(i.next)
	i.mu.Unlock()
	if early {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	keys, err := i.load(ctx)
	if err != nil {
		err = errors.New(printable(err.Error(), maxReasonBytes)) // it may hold a whole response
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.err = err
	if err != nil {
		i.next = i.now().Add(min(minBackOff<<min(i.failures, 10), maxBackOff))
		i.failures++
		return nil, err
	}
	i.keys, i.fetched, i.failures = keys, i.now(), 0
	i.next = i.fetched.Add(minFetchInterval)
	return nil, nil
}

// load fetches the discovery document and the keys.
func (i *issuer) load(ctx context.Context) ([]jose.JSONWebKey, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.url)
	if err != nil {
		return nil, fmt.Errorf("discovery document: %w", err)
	}
	var document struct {
		JWKSURI string `json:"jwks_uri"`
	}
	if err := provider.Claims(&document); err != nil {
		return nil, fmt.Errorf("discovery document: %w", err)
	}
	keysURL, err := url.Parse(document.JWKSURI)
	if err != nil || !isSecure(keysURL) || keysURL.Scheme == "http" && !strings.HasPrefix(i.url, "http:") {
		return nil, errors.New("discovery document: jwks_uri must be an https URL, or http on a loopback " +
			"address if the issuer is")
	}
	keys, err := i.loadKeys(ctx, keysURL)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return keys, nil
}

func (i *issuer) loadKeys(ctx context.Context, keysURL *url.URL) ([]jose.JSONWebKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, keysURL.String(), nil)
	if err != nil {
		return nil, err
	}
	response, err := i.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(response.Status)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return parseKeys(text)
}

// parseKeys returns the keys of a JWK Set that verify asymmetric signatures. It ignores others, as RFC 7517, section 5,
// demands: keys of unknown types, keys for encryption, and secret keys.
func parseKeys(text []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, errors.New("not a JWK Set")
	}
	var keys []jose.JSONWebKey
	for _, text := range set.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(text, &key) != nil || !key.IsPublic() || !key.Valid() ||
			!slices.Contains([]string{"", "sig"}, key.Use) {
			continue
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("none is for asymmetric signatures")
	}
	return keys, nil
}

// limitedBodies limits response bodies to maxDocumentBytes.
type limitedBodies struct{ http.RoundTripper }

func (b limitedBodies) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(request)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxDocumentBytes)
	}
	return response, err
}
