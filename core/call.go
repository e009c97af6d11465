package core

// CommandPath is the path of the one call that this package makes.
const CommandPath = "/v4/group_open_http_svc/get_appid_group_list"

// callURL is the URL of one call. To a proxy it goes bare: the proxy adds who asks and the signature.
func callURL(o *Options, base, userSig string, random uint32) string {
	url := base + CommandPath
	if o.credential == proxyCredential {
		return url
	}
	return url + "?sdkappid=" + itoa(o.sdkAppID) + "&identifier=" + percentEncoded(o.identifier) +
		"&usersig=" + percentEncoded(userSig) + "&random=" + itoa(int64(random)) + "&contenttype=json"
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

// percentEncoded encodes every byte that is not unreserved, which is valid in every part of a URL.
func percentEncoded(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var out []byte
	for i := range len(s) {
		c := s[i]
		if !isUnreserved(c) {
			out = append(out, '%', hexDigits[c>>4])
			c = hexDigits[c&15]
		}
		out = append(out, c)
	}
	return string(out)
}
