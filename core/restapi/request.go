package restapi

import (
	"strconv"

	"tencent-chat-groups/core/internal/strictjson"
)

// CommandPath is the path of the call.
const CommandPath = "/v4/group_open_http_svc/get_appid_group_list"

// Limits of the call, from the vendor's "Getting All Groups in an App".
const (
	MaxLimit    = 10000     // IDs per page; the default
	MaxSDKAppID = 1<<32 - 1 // SDKAppIDs have 32 bits
)

// CallURL returns the URL of a signed call. It contains the UserSig: do not show or log it. random is the call's random
// parameter.
func CallURL(base string, sdkAppID int64, identifier, userSig string, random uint32) string {
	return signedURL(base+CommandPath, sdkAppID, identifier, userSig, random)
}

func signedURL(url string, sdkAppID int64, identifier, userSig string, random uint32) string {
	return url + "?sdkappid=" + strconv.FormatInt(sdkAppID, 10) + "&identifier=" + PercentEncode(identifier) +
		"&usersig=" + PercentEncode(userSig) + "&random=" + strconv.FormatUint(uint64(random), 10) + "&contenttype=json"
}

// CallBody returns the JSON body of a call for up to limit IDs from the cursor next (0 for the first page). Defaults
// are left out: {} asks for the first 10,000 groups of every type.
func CallBody(limit, next int64, groupType GroupType) string {
	var w strictjson.Writer
	if limit != MaxLimit {
		w.Integer("Limit", limit)
	}
	if next != 0 {
		w.Integer("Next", next)
	}
	w.OptionalString("GroupType", string(groupType))
	return w.End()
}

// PercentEncode encodes every byte that is not unreserved (RFC 3986). The result is valid in every part of a URL.
// (Package net/url would make groups.wasm larger.)
func PercentEncode(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var out []byte
	for _, c := range []byte(s) {
		if IsUnreserved(c) {
			out = append(out, c)
		} else {
			out = append(out, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return string(out)
}

// IsUnreserved reports whether a URL can contain c as it is (RFC 3986).
func IsUnreserved(c byte) bool {
	return isAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
