package core

// What the signing proxy has to know of the service, and the engine knows already.

// MaxLimit is the most IDs of one page, and how many the service gives where no Limit is asked for.
const MaxLimit = maxLimit

// GroupTypes returns the endpoint's words for the types of groups.
func GroupTypes() []string { return groupTypes[:ofEndpoint] }

// ReadEndpoint checks the base URL of an endpoint, and returns it without a trailing slash. The problem, if not empty, completes
// the sentence "endpoint ..." and says what is accepted.
func ReadEndpoint(url string) (base, problem string) { return readBaseURL(url, "") }

// CallURL is the URL of a signed call. It holds the UserSig: it must not be shown to anybody.
func CallURL(base string, sdkAppID int64, identifier, userSig string, random uint32) string {
	return callURL(&Options{credential: userSigString, sdkAppID: sdkAppID, identifier: identifier}, base, userSig, random)
}

// CallBody is the JSON body of a call: limit from 1 to 10,000, next the cursor (0 for the first page), groupType in the endpoint's
// words ("" for every type at once).
func CallBody(limit, next int64, groupType string) string { return callBody(limit, next, groupType) }

// An Outcome is what an answer says about its call.
type Outcome struct {
	ErrorCode int64  // 0 for a page
	ErrorInfo string // in the service's words, without userSig
	RequestID string // as well; "" if the answer has none
	Throttled bool   // the call came too early
	Resign    bool   // the UserSig has expired or was revoked: a fresh one may do
}

// ReadOutcome reads an answer with HTTP status 200 as strictly as the engine does. The problem, if not empty, says why it is no
// answer of the service.
func ReadOutcome(body []byte, userSig string) (o Outcome, problem string) {
	var a answer
	if problem := a.read(body, nil); problem != "" {
		return o, problem
	}
	if a.ErrorCode == 0 {
		return o, ""
	}
	row, secrets := lookUp(a.ErrorCode), []string{userSig}
	return Outcome{
		ErrorCode: a.ErrorCode,
		ErrorInfo: redact(a.ErrorInfo, secrets),
		RequestID: redact(a.RequestID, secrets),
		Throttled: row.class == throttleClass,
		Resign:    row.retry == resign,
	}, ""
}
