package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
)

// DerivedKey returns the default secret key of a sandbox: as long as the vendor's, and the same for the same seed. It
// protects nothing.
func DerivedKey(seed uint64) string {
	sum := sha256.Sum256([]byte("sandbox secret key " + strconv.FormatUint(seed, 10)))
	return hex.EncodeToString(sum[:])
}

// checkSignature verifies a UserSig with the vendor's library. The library checks the SDKAppID, the identifier and the
// expiry before the key, which determines the order of error codes.
func checkSignature(sdkAppID uint32, key, identifier, userSig string, now time.Time) *refusal {
	if userSig == "" {
		return &refusal{codeSigEmpty, "usersig is empty"}
	}
	err := tencentyun.VerifyUserSig(uint64(sdkAppID), key, identifier, userSig, now)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, tencentyun.ErrSdkAppIDNotMatch) && namesAnApp(userSig):
		return &refusal{codeSigOtherApp, "usersig was made for another sdkappid"}
	case errors.Is(err, tencentyun.ErrIdentifierNotMatch):
		return &refusal{codeSigOtherAccount, "usersig was made for another identifier"}
	case errors.Is(err, tencentyun.ErrExpired):
		return &refusal{codeSigExpired, "usersig has expired"}
	case errors.Is(err, tencentyun.ErrSigNotMatch):
		return &refusal{codeSigOtherKey, "usersig does not match the key of the app"}
	default:
		return &refusal{codeSigCorrupt, "usersig is malformed"}
	}
}

// namesAnApp reports whether a UserSig names an app. If its innermost JSON is invalid, the library takes it for one of
// SDKAppID 0 (v1.4.0 drops the JSON error).
func namesAnApp(userSig string) bool {
	return errors.Is(tencentyun.VerifyUserSig(0, "", "", userSig, time.Time{}), tencentyun.ErrSdkAppIDNotMatch)
}
