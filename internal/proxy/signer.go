package proxy

import (
	"sync"
	"time"

	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
)

const (
	// userSigLife is short, so that a leaked UserSig is worth little. It exceeds the longest call by far.
	userSigLife = 10 * time.Minute
	// userSigRenewal leaves the other half of the life for clock differences.
	userSigRenewal = userSigLife / 2
)

// signer makes UserSigs of the app's admin with the vendor's library, and reuses the newest one while it is valid.
// Nothing else in this package stores the key.
type signer struct {
	sdkAppID   uint32
	identifier string

	mu      sync.Mutex
	key     string
	userSig string
	renewAt time.Time
}

// sign returns a UserSig that is valid for at least half of userSigLife.
func (s *signer) sign(now time.Time) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.userSig != "" && now.Before(s.renewAt) {
		return s.userSig, nil
	}
	userSig, err := tencentyun.GenUserSig(int(s.sdkAppID), s.key, s.identifier, int(userSigLife.Seconds()))
	if err != nil {
		return "", err
	}
	s.userSig, s.renewAt = userSig, now.Add(userSigRenewal)
	return userSig, nil
}

// drop forgets a UserSig that the service refused.
func (s *signer) drop(userSig string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.userSig == userSig {
		s.userSig = ""
	}
}

// setKey replaces the key, and drops the UserSig made with the old one.
func (s *signer) setKey(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key, s.userSig = key, ""
}

func (s *signer) currentKey() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key
}
