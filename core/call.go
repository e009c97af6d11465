package core

// The path of the one call that this package makes.
const commandPath = "/v4/group_open_http_svc/get_appid_group_list"

// callURL is the URL of one call. To a proxy it goes bare: the proxy adds who asks and the signature.
func callURL(o *Options, base, userSig string, random uint32) string {
	url := []byte(base + commandPath)
	if o.credential == proxyCredential {
		return string(url)
	}
	url = append(url, "?sdkappid="...)
	url = append(url, itoa(o.sdkAppID)...)
	url = append(url, "&identifier="...)
	url = appendPercentEncoded(url, o.identifier)
	url = append(url, "&usersig="...)
	url = appendPercentEncoded(url, userSig)
	url = append(url, "&random="...)
	url = append(url, itoa(int64(random))...)
	return string(append(url, "&contenttype=json"...))
}

// callBody is the JSON body of one call: {} asks for the first 10,000 groups of every type.
func callBody(limit, next int64, groupType string) string {
	var w jsonWriter
	if limit != maxLimit {
		w.integer("Limit", limit)
	}
	if next != 0 {
		w.integer("Next", next)
	}
	w.optional("GroupType", groupType)
	return w.end()
}

// appendPercentEncoded encodes every byte that is not unreserved, which is valid in every part of a URL.
func appendPercentEncoded(dst []byte, s string) []byte {
	const upperHex = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; isUnreserved(c) {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}
