package core

// class groups the vendor's error codes by what is to blame.
type class uint8

const (
	serverClass     class = iota // the service failed; it may work again soon
	throttleClass                // called too often
	sizeClass                    // the answer would be too large
	parameterClass               // the request is wrong
	permissionClass              // the caller may not do this
	signatureClass               // the UserSig does not fit
	accountClass                 // the app or account does not exist, or is blocked
	quotaClass                   // the package is used up or has ended
	protocolClass                // the server did not understand the HTTP request
)

func (c class) String() string {
	return [...]string{"server", "throttle", "size", "parameter", "permission", "signature", "account", "quota", "protocol"}[c]
}

// retry says what may be tried after an error code.
type retry uint8

const (
	never   retry = iota
	again         // the same call, after a back-off
	slower        // again after a longer pause, and keep the slower pace
	resign        // once, with a fresh UserSig
	smaller       // with a smaller Limit
)

func (r retry) String() string { return [...]string{"no", "yes", "slower", "resign", "smaller"}[r] }

// errorCode is one row of the table of codes that the endpoint can answer with. Its fields are as small as they can be: every
// page downloads the table.
type errorCode struct {
	code         int32
	class        class
	retry        retry
	pauseSeconds uint8  // the least pause before a retry, where the vendor tells one
	meaning      string // what it means and what to do
}

// errorCodes has the codes of the vendor's "Getting All Groups in an App" and, from the "Error Codes" page, those that
// any call of the REST API can get. The meanings are in this project's words.
var errorCodes = [...]errorCode{
	{10002, serverClass, again, 0, "The server failed internally."},
	{10003, parameterClass, never, 0, "The command name is not known to the server: the path is wrong."},
	{10004, parameterClass, never, 0, "A parameter is wrong: look at GroupType, Limit and Next."},
	{10006, throttleClass, slower, 0, "Called more often than allowed (1 call a second for an app)."},
	{10007, permissionClass, never, 0, "The identifier is not an admin of this app."},
	{10008, signatureClass, never, 0, "The request is refused: identity or signature do not fit."},
	{10011, parameterClass, never, 0, "The request body is not valid JSON."},
	{10012, parameterClass, never, 0, "The identifier in the request is not valid."},
	{10018, sizeClass, smaller, 0, "The answer would exceed 1 MB: ask for fewer groups a page."},
	{10026, permissionClass, never, 0, "This command is not enabled for the SDKAppID."},
	{60002, protocolClass, never, 0, "The HTTP request or its JSON could not be parsed."},
	{60004, signatureClass, never, 0, "The request names a wrong account or carries a wrong signature."},
	{60005, signatureClass, never, 0, "The request names a wrong account or carries a wrong signature."},
	{60006, accountClass, never, 0, "The SDKAppID is not valid."},
	{60007, throttleClass, slower, 0, "The REST API is called too often for this app."},
	{60008, serverClass, again, 0, "The server timed out or could not read its own request."},
	{60009, parameterClass, never, 0, "The URL or resource is wrong."},
	{60010, permissionClass, never, 0, "Only an admin account may call the REST API."},
	{60011, throttleClass, slower, 0, "The SDKAppID is over its call frequency."},
	{60012, accountClass, never, 0, "The SDKAppID is missing."},
	{60013, serverClass, again, 0, "The server could not read its own response."},
	{60014, serverClass, again, 0, "The account service timed out."},
	{60015, accountClass, never, 0, "The identifier's type does not fit."},
	{60016, accountClass, never, 0, "The SDKAppID is blocked."},
	{60017, permissionClass, never, 0, "The request is forbidden."},
	{60018, throttleClass, slower, 0, "Called too often: come back later."},
	{60019, throttleClass, slower, 0, "Called too often: come back later."},
	{60020, quotaClass, never, 0, "No package is active for the app, or it expired; a new one takes up to five minutes to count."},
	{60021, permissionClass, never, 0, "The caller's IP address is not on the app's allow list."},
	{70001, signatureClass, resign, 0, "The UserSig has expired."},
	{70002, signatureClass, never, 0, "The UserSig is empty."},
	{70003, signatureClass, never, 0, "The UserSig could not be checked: was it cut short, or made with another key?"},
	{70005, signatureClass, never, 0, "The UserSig could not be checked: was it cut short, or made with another key?"},
	{70009, signatureClass, never, 0, "The UserSig was made with another key than this app's."},
	{70013, signatureClass, never, 0, "The UserSig was made for another identifier."},
	{70014, signatureClass, never, 0, "The UserSig was made for another SDKAppID."},
	{70016, signatureClass, never, 0, "The app has no key for this signature."},
	{70020, accountClass, never, 0, "The SDKAppID does not exist here: is it the right region?"},
	{70050, throttleClass, slower, 60, "Too many failed signature checks: locked for a minute."},
	{70051, accountClass, never, 0, "The account is on a block list."},
	{70052, signatureClass, resign, 0, "The UserSig was revoked: make a new one."},
	{70107, accountClass, never, 0, "The account does not exist."},
	{70114, permissionClass, never, 0, "Refused by a security rule."},
	{70169, serverClass, again, 0, "The server timed out internally."},
	{70206, parameterClass, never, 0, "A count in the request is out of range."},
	{70346, serverClass, again, 0, "The server failed internally."},
	{70398, quotaClass, never, 0, "The free edition's number of accounts is used up."},
	{70402, parameterClass, never, 0, "A parameter of the request is not valid."},
	{70403, permissionClass, never, 0, "The request needs an admin account."},
	{70500, serverClass, again, 0, "The server failed internally."},
}

// unknownCodes are the rows of codes that are not in the table: the vendor gives 10000 to 19999 to the group service, 60000 to
// 69999 to the REST API, 70000 to 79999 to accounts and signatures. Of any other nothing is known, so it is tried again as a
// failure of the server.
var unknownCodes = [...]errorCode{
	{1, parameterClass, never, 0, "The group service refused the call."},
	{6, protocolClass, never, 0, "The REST API refused the call."},
	{7, accountClass, never, 0, "The account service refused the call: look at identifier, UserSig and SDKAppID."},
	{0, serverClass, again, 0, "The server answered with a code that is not documented."},
}

// lookUp finds the row of a code, or the one of its range.
func lookUp(code int64) *errorCode {
	for i := range errorCodes {
		if int64(errorCodes[i].code) == code {
			return &errorCodes[i]
		}
	}
	i := 0
	for i < len(unknownCodes)-1 && int64(unknownCodes[i].code) != code/10000 {
		i++
	}
	return &unknownCodes[i]
}
