package core

// Kind says what sort of failure ended a listing. Each has an error class of its own in JavaScript.
type Kind string

const (
	ValidationFailure Kind = "validation" // the caller's options are wrong; nothing was sent
	SigningFailure    Kind = "signing"    // the caller's UserSig function, or the signer, failed
	APIFailure        Kind = "api"        // the server answered with an ErrorCode
	HTTPFailure       Kind = "http"       // the server answered with an HTTP status other than 200
	NetworkFailure    Kind = "network"    // there was no answer
	TimeoutFailure    Kind = "timeout"    // there was no answer in time
	ProtocolFailure   Kind = "protocol"   // the answer is not what the endpoint promises
	InternalFailure   Kind = "internal"   // a fault of this package or of its host
)

// Failure says what went wrong, in the words that users see. Nothing in it holds a UserSig, a secret key or a URL with a
// query.
type Failure struct {
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

	row           errorCode // of an APIFailure
	retryAfterMs  float64   // the pause that the server asked for
	hostUnanswers bool      // it counts as a sign that the host is down
}

func (f *Failure) Error() string { return string(f.Kind) + ": " + f.Message }

// JSON is the form in which a failure crosses the border.
func (f *Failure) JSON() string {
	var w jsonWriter
	w.str("kind", string(f.Kind))
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

func signingFailure(message string) *Failure {
	f := &Failure{Kind: SigningFailure, Message: "No UserSig could be had"}
	if message != "" {
		f.Message += ": " + message
	}
	f.Message = sentence(f.Message)
	return f
}

func apiFailure(a *answer, o *Options, userSigs []string) *Failure {
	row := lookUp(a.ErrorCode)
	f := &Failure{
		Kind: APIFailure, Hint: row.meaning, Retryable: row.retry != never,
		ErrorCode: a.ErrorCode, ErrorInfo: redact(a.ErrorInfo, userSigs), RequestID: redact(a.RequestID, userSigs), row: row,
	}
	f.Message = "The server answered with error " + itoa(a.ErrorCode)
	if f.ErrorInfo != "" {
		f.Message += ": " + excerpt([]byte(f.ErrorInfo), nil)
	}
	f.Message = sentence(f.Message)
	switch {
	case row.retry == resign && o.credential == proxyCredential:
		f.Hint += " The proxy signs: look there."
	case row.retry == resign && !o.renewable():
		f.Hint += " Give userSig as a function that returns a fresh one: it is called again when one has expired."
	case o.credential == secretKeyCredential && (a.ErrorCode == 70003 || a.ErrorCode == 70005 || a.ErrorCode == 70009):
		f.Hint += " It was made of secretKey: compare that with the key in the console."
	case a.ErrorCode == 70020 && o.credential != proxyCredential && o.region.Name != "":
		f.Hint += " Asked was " + o.region.Label + " (region '" + o.region.Name + "')."
	}
	return f
}

func httpFailure(status int64, retryAfterMs float64, o *Options) *Failure {
	f := &Failure{Kind: HTTPFailure, Status: status, retryAfterMs: retryAfterMs}
	f.Message = "The server answered with HTTP status " + itoa(status) + "."
	switch {
	case status == 0 || status >= 300 && status <= 399:
		f.Message = "The server answered with a redirect, which is not followed: it could carry the signature elsewhere."
		f.Hint = "Look at " + o.whoAnswers() + ": the service itself does not redirect."
		if o.endpoint != "" {
			f.Hint = "Give the final URL as " + o.whoAnswers() + "."
		}
	case status == 408 || status == 425 || status == 429 || status >= 500:
		f.Retryable = true
		f.hostUnanswers = status >= 500
		f.Hint = "The service, or something between here and there, has trouble: try again later."
		if status == 429 {
			f.Hint = "Too many calls: try again later."
		}
	case status == 401 || status == 403 || status == 407:
		f.Hint = "Something between here and the service refused the call."
		if o.credential == proxyCredential {
			f.Hint = "The signing proxy refused the call: look at what it asks for (a token in headers, a cookie with credentials: 'include')."
		}
	case status == 404 || status == 405:
		f.Hint = "Look at " + o.whoAnswers() + ": " + commandPath + " is not served there."
	default:
		f.Hint = "Look at " + o.whoAnswers() + ": this is not how the service answers."
	}
	return f
}

func networkFailure(message, code string, begun bool, o *Options, atBackup bool) *Failure {
	f := &Failure{Kind: NetworkFailure, Code: code, Retryable: true, hostUnanswers: true}
	f.Message = "No answer from " + o.base(atBackup)
	if begun {
		f.Message = "The answer from " + o.base(atBackup) + " broke off"
	}
	if message != "" {
		f.Message += ": " + message
	}
	f.Message = sentence(f.Message)
	switch code {
	case "ENOTFOUND", "EAI_AGAIN":
		f.Hint = "The host's name could not be resolved: look at the name, DNS and the network."
	case "ERR_NO_RESPONSE":
		f.Retryable, f.hostUnanswers = false, false
		f.Hint = "The function that was given as fetch must return a promise of a Response."
	case "ECONNREFUSED":
		f.Hint = "Nothing listens there: look at host and port, and whether the server runs."
	case "":
		f.Hint = "Look at the network, a firewall or a proxy between here and there."
		if o.browser {
			f.Hint = "In a browser this can also be CORS (the proxy must allow this origin) or the page's Content-Security-Policy (connect-src)."
		}
	default:
		f.Hint = "Look at the network, a firewall or a proxy between here and there."
	}
	return f
}

func timeoutFailure(o *Options, atBackup bool) *Failure {
	return &Failure{
		Kind: TimeoutFailure, Retryable: true, hostUnanswers: true,
		Message: "No complete answer from " + o.base(atBackup) + " within " + itoa(int64(o.timeoutMs)) + " ms.",
		Hint:    "Raise timeoutMs on a slow connection, or lower limit so that an answer is smaller.",
	}
}

func protocolFailure(what string, o *Options) *Failure {
	f := &Failure{Kind: ProtocolFailure, Message: sentence(what)}
	f.Hint = "Look at " + o.whoAnswers() + ": was it the service that answered?"
	if o.endpoint != "" {
		f.Hint = "Look at " + o.whoAnswers() + ": does it lead to the Tencent Cloud Chat REST API?"
	}
	return f
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

// corruptAnswer is a protocolFailure that another try may mend: what arrived is not whole.
func corruptAnswer(what string, o *Options) *Failure {
	f := protocolFailure(what, o)
	f.Retryable = true
	return f
}

func internalFailure(what string) *Failure {
	return &Failure{Kind: InternalFailure, Message: sentence(what), Hint: "This is a fault of tencent-chat-groups: please report it."}
}
