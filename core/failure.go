package core

// Kind says what sort of failure ended a listing. Each has an error class of its own in JavaScript.
type Kind uint8

const (
	ValidationFailure Kind = iota // the caller's options are wrong; nothing was sent
	SigningFailure                // the caller's UserSig function, or the signer, failed
	APIFailure                    // the server answered with an ErrorCode
	HTTPFailure                   // the server answered with an HTTP status other than 200
	NetworkFailure                // there was no answer
	TimeoutFailure                // there was no answer in time
	ProtocolFailure               // the answer is not what the endpoint promises
	InternalFailure               // a fault of this package or of its host
)

var kindNames = [...]string{"validation", "signing", "api", "http", "network", "timeout", "protocol", "internal"}

func (kind Kind) String() string { return kindNames[kind] }

// Failure says what went wrong, in the words that users see. Nothing in it holds a UserSig, a secret key or a URL with a
// query.
type Failure struct {
	_ incomparable

	Kind       Kind
	Message    string // what happened, with a full stop
	Hint       string // what to do
	Retryable  bool   // the same call may succeed later
	Option     string // of a ValidationFailure: the option that is wrong
	Code       string // of a NetworkFailure: the system's code (ECONNREFUSED), if the host knows it
	ErrorCode  int64  // of an APIFailure, as are the next two
	ErrorInfo  string
	RequestID  string
	Status     int64 // of an HTTPFailure
	Attempts   int64 // how often the failing call was tried
	Checkpoint string

	retry         retry   // how the call may be tried again, if it is Retryable
	pauseMs       float64 // the least pause before that
	hostUnanswers bool    // it counts as a sign that the host is down
}

// incomparable makes a struct one that == does not compare: Go would add the code for that to every program.
type incomparable = [0]func()

func newFailure(kind Kind, message, hint string) *Failure {
	return &Failure{Kind: kind, Message: sentence(message), Hint: hint}
}

func (f *Failure) Error() string { return f.Kind.String() + ": " + f.Message }

// JSON is the form in which a failure crosses the border.
func (f *Failure) JSON() string {
	var w jsonWriter
	w.str("kind", f.Kind.String())
	w.str("message", f.Message)
	w.optional("hint", f.Hint)
	w.boolean("retryable", f.Retryable)
	w.optional("option", f.Option)
	switch f.Kind {
	case APIFailure:
		w.integer("code", f.ErrorCode)
		w.str("errorInfo", f.ErrorInfo)
		w.optional("requestId", f.RequestID)
	case HTTPFailure:
		w.integer("status", f.Status)
	default:
		w.optional("code", f.Code)
	}
	w.integer("attempts", f.Attempts)
	if f.Checkpoint != "" {
		w.raw("checkpoint", f.Checkpoint)
	}
	return w.end()
}

// followedBy adds what came of it, or why, to a text, if there is any.
func followedBy(text, more string) string {
	if more != "" {
		text += ": " + more
	}
	return text
}

func apiFailure(a *answer, o *Options, userSigs []string) *Failure {
	row := lookUp(a.ErrorCode)
	info := redact(a.ErrorInfo, userSigs)
	f := newFailure(APIFailure, followedBy("The server answered with error "+itoa(a.ErrorCode), oneLine(info, nil, excerptMost)), row.meaning)
	f.retry, f.pauseMs = row.retry, float64(row.pauseSeconds)*1000
	f.Retryable = row.retry != never
	f.ErrorCode, f.ErrorInfo, f.RequestID = a.ErrorCode, info, redact(a.RequestID, userSigs)
	more := ""
	switch {
	case row.retry == resign && o.credential == proxyCredential:
		more = " The proxy signs: look there."
	case row.retry == resign && !o.renewable():
		more = " Give userSig as a function that returns a fresh one: it is called again when one has expired."
	case o.credential == secretKeyCredential && (a.ErrorCode == 70003 || a.ErrorCode == 70005 || a.ErrorCode == 70009):
		more = " It was made of secretKey: compare that with the key in the console."
	case a.ErrorCode == 70020 && o.region != nil:
		more = " Asked was " + o.region.Label + " (region '" + o.region.Name + "')."
	}
	f.Hint += more
	return f
}

func httpFailure(status int64, o *Options) *Failure {
	f := newFailure(HTTPFailure, "The server answered with HTTP status "+itoa(status), "")
	f.Status = status
	where := "Look at " + o.whoAnswers() + ": "
	switch {
	case status == 0 || status >= 300 && status <= 399:
		f.Message = "The server answered with a redirect, which is not followed: it could carry the signature elsewhere."
		f.Hint = where + "the service itself does not redirect."
		if o.endpoint != "" {
			f.Hint = "Give the final URL as " + o.whoAnswers() + "."
		}
	case status == 429:
		f.Retryable, f.retry = true, slower
		f.Hint = "Too many calls: try again later."
	case status == 408 || status == 425 || status >= 500:
		f.Retryable, f.retry = true, again
		f.hostUnanswers = status >= 500
		f.Hint = "The service, or something between here and there, has trouble: try again later."
	case status == 401 || status == 403 || status == 407:
		f.Hint = "Something between here and the service refused the call."
		if o.credential == proxyCredential {
			f.Hint = "The signing proxy refused the call: look at what it asks for (a token in headers, a cookie with credentials: 'include')."
		}
	case status == 404 || status == 405:
		f.Hint = where + CommandPath + " is not served there."
	default:
		f.Hint = where + "this is not how the service answers."
	}
	return f
}

// unanswered is a failure of the way to the host or back, which another try may mend.
func unanswered(kind Kind, message, hint string) *Failure {
	f := newFailure(kind, message, hint)
	f.Retryable, f.retry, f.hostUnanswers = true, again, true
	return f
}

func networkFailure(why, code string, begun bool, o *Options, base string) *Failure {
	message := "No answer from " + base
	noResponse, noFetch := same(code, "ERR_NO_RESPONSE"), same(code, "ERR_NO_FETCH")
	if begun && !noResponse {
		message = "The answer from " + base + " broke off"
	}
	hint := "Look at the network, a firewall or a proxy between here and there."
	switch {
	case noResponse:
		hint = "The function that was given as fetch must return a promise of a Response."
	case noFetch:
		hint = "Give fetch a function to use instead: jsdom, for example, has none."
	case same(code, "ENOTFOUND") || same(code, "EAI_AGAIN"):
		hint = "The host's name could not be resolved: look at the name, DNS and the network."
	case same(code, "ECONNREFUSED"):
		hint = "Nothing listens there: look at host and port, and whether the server runs."
	case code == "" && o.browser:
		hint = "In a browser this can also be CORS (the proxy must allow this origin) or the page's Content-Security-Policy (connect-src)."
	}
	f := unanswered(NetworkFailure, followedBy(message, why), hint)
	f.Code = code
	f.Retryable = !noResponse && !noFetch
	f.hostUnanswers = f.Retryable
	return f
}

func timeoutFailure(o *Options, base string) *Failure {
	return unanswered(TimeoutFailure, "No complete answer from "+base+" within "+itoa(int64(o.timeoutMs))+" ms",
		"Raise timeoutMs on a slow connection, or lower limit so that an answer is smaller.")
}

func protocolFailure(what string, o *Options) *Failure {
	question := ": was it the service that answered?"
	if o.endpoint != "" {
		question = ": does it lead to the Tencent Cloud Chat REST API?"
	}
	return newFailure(ProtocolFailure, what, "Look at "+o.whoAnswers()+question)
}

// whoAnswers names what to look at when an answer is none of the service's.
func (o *Options) whoAnswers() string {
	switch {
	case o.credential == proxyCredential:
		return "proxy"
	case o.endpoint != "":
		return "endpoint"
	}
	return "what lies between here and the service (a firewall, a hotel's sign-in page)"
}

func internalFailure(what string) *Failure {
	return newFailure(InternalFailure, what, "This is a fault of tencent-chat-groups: please report it.")
}
