package proxy

import (
	"sync"
	"time"

	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
)

const (
	// A UserSig that is found by somebody is worth little when it lives for minutes only; it must outlive the longest call, and
	// clocks that differ a little.
	userSigLife = 10 * time.Minute
	// Renewing at half of that leaves the other half for clocks.
	userSigRenewal = userSigLife / 2
)

// signer makes UserSigs of the app's admin with the vendor's library, and keeps the newest one while it is good. The key is in no
// other place of this package.
type signer struct {
	sdkAppID   uint32
	identifier string

	mu      sync.Mutex
	key     string
	userSig string
	until   time.Time // then a new one is made
}

// sign returns a UserSig that lives for at least half of userSigLife.
func (s *signer) sign(now time.Time) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.userSig != "" && now.Before(s.until) {
		return s.userSig, nil
	}
	userSig, err := tencentyun.GenUserSig(int(s.sdkAppID), s.key, s.identifier, int(userSigLife.Seconds()))
	if err != nil {
		return "", err
	}
	s.userSig, s.until = userSig, now.Add(userSigRenewal)
	return userSig, nil
}

// drop forgets a UserSig that the service did not take.
func (s *signer) drop(userSig string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.userSig == userSig {
		s.userSig = ""
	}
}

// setKey takes another key, and forgets what was signed with the one before.
func (s *signer) setKey(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key, s.userSig = key, ""
}

// holds tells whether a text has the key in it.
func (s *signer) holds(within func(secret string) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return within(s.key)
}
