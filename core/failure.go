package core

import (
	"slices"
	"strconv"
	"strings"

	"tencent-chat-groups/core/internal/strictjson"
	"tencent-chat-groups/core/redact"
	"tencent-chat-groups/core/restapi"
)

// Kind is the kind of a failure. Each has an error class in JavaScript.
type Kind int

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

// Failure is the error of a listing, in the words that users see. It contains no UserSig, no secret key and no URL with a query.
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

	retry    restapi.Retry // if it is Retryable
	pauseMs  float64       // minimum pause before the retry
	hostDown bool          // it is a sign that the host is down
}

func newFailure(kind Kind, message, hint string) *Failure {
	return &Failure{Kind: kind, Message: sentence(message), Hint: hint}
}

func (f *Failure) Error() string { return f.Kind.String() + ": " + f.Message }

// sentence returns a text with a full stop, unless it ends in a mark of its own, as texts of others often do.
func sentence(text string) string {
	text = strings.TrimRight(text, " ")
	for _, mark := range []string{".", "?", "!", "…"} {
		if strings.HasSuffix(text, mark) {
			return text
		}
	}
	return text + "."
}

// JSON returns a failure in the form in which it crosses the border.
func (f *Failure) JSON() string {
	var w strictjson.Writer
	w.String("kind", f.Kind.String())
	w.String("message", f.Message)
	w.OptionalString("hint", f.Hint)
	w.Boolean("retryable", f.Retryable)
	w.OptionalString("option", f.Option)
	switch f.Kind {
	case APIFailure:
		w.Integer("code", f.ErrorCode)
		w.String("errorInfo", f.ErrorInfo)
		w.OptionalString("requestId", f.RequestID)
	case HTTPFailure:
		w.Integer("status", f.Status)
	default:
		w.OptionalString("code", f.Code)
	}
	w.Integer("attempts", f.Attempts)
	if f.Checkpoint != "" {
		w.Raw("checkpoint", f.Checkpoint)
	}
	return w.End()
}

// withReason appends a reason, if there is one, to a text.
func withReason(text, reason string) string {
	if reason != "" {
		text += ": " + reason
	}
	return text
}

const (
	maxExcerpt = 120 // characters that are shown of what a server sent
	maxReason  = 300 // characters that are shown of the host's errors
)

func apiFailure(a *restapi.Answer, o *Options, userSigs []string) *Failure {
	code := restapi.LookUpErrorCode(a.ErrorCode)
	info := redact.Text(a.ErrorInfo, userSigs)
	message := "The server answered with error " + strconv.FormatInt(a.ErrorCode, 10)
	f := newFailure(APIFailure, withReason(message, redact.Line(info, nil, maxExcerpt)), code.Meaning)
	f.retry, f.pauseMs = code.Retry, float64(code.PauseSeconds)*1000
	f.Retryable = code.Retry != restapi.RetryNever
	f.ErrorCode, f.ErrorInfo, f.RequestID = a.ErrorCode, info, redact.Text(a.RequestID, userSigs)
	switch {
	case code.Retry == restapi.RetryResign && o.Credential == SigningProxy:
		f.Hint += " The proxy signs: look there."
	case code.Retry == restapi.RetryResign && !o.renewable():
		f.Hint += " Give userSig as a function that returns a fresh one: it is called again when one has expired."
	case o.Credential == SecretKey && (a.ErrorCode == 70003 || a.ErrorCode == 70005 || a.ErrorCode == 70009):
		f.Hint += " It was made of secretKey: compare that with the key in the console."
	case a.ErrorCode == 70020 && o.BaseURL == "":
		f.Hint += " Asked was " + o.Region.Label + " (region '" + o.Region.Name + "')."
	}
	return f
}

func httpFailure(status int64, o *Options) *Failure {
	f := newFailure(HTTPFailure, "The server answered with HTTP status "+strconv.FormatInt(status, 10), "")
	f.Status = status
	where := "Look at " + o.whoAnswers() + ": "
	switch {
	case status == 0 || status >= 300 && status <= 399:
		f.Message = "The server answered with a redirect, which is not followed: it could carry the signature elsewhere."
		f.Hint = where + "the service itself does not redirect."
		if o.BaseURL != "" {
			f.Hint = "Give the final URL as " + o.whoAnswers() + "."
		}
	case status == 429:
		f.Retryable, f.retry = true, restapi.RetrySlower
		f.Hint = "Too many calls: try again later."
	case status == 408 || status == 425 || status >= 500:
		f.Retryable, f.retry = true, restapi.RetryAgain
		f.hostDown = status >= 500
		f.Hint = "The service, or something between here and there, has trouble: try again later."
	case status == 401 || status == 403 || status == 407:
		f.Hint = "Something between here and the service refused the call."
		if o.Credential == SigningProxy {
			f.Hint = "The signing proxy refused the call: look at what it asks for (a token in headers, a cookie with credentials: 'include')."
		}
	case status == 404 || status == 405:
		f.Hint = where + restapi.CommandPath + " is not served there."
	default:
		f.Hint = where + "this is not how the service answers."
	}
	return f
}

// unanswered returns a failure of the way to the host or back, which may be transient.
func unanswered(kind Kind, message, hint string) *Failure {
	f := newFailure(kind, message, hint)
	f.Retryable, f.retry, f.hostDown = true, restapi.RetryAgain, true
	return f
}

// untrusted are the codes of Node.js for a certificate of an unknown authority, as proxies that read TLS make them.
var untrusted = []string{
	"SELF_SIGNED_CERT_IN_CHAIN", "DEPTH_ZERO_SELF_SIGNED_CERT",
	"UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
}

func networkFailure(why, code string, begun bool, o *Options, base string) *Failure {
	message := "No answer from " + base
	noResponse, noFetch := code == "ERR_NO_RESPONSE", code == "ERR_NO_FETCH"
	if begun && !noResponse {
		message = "The answer from " + base + " broke off"
	}
	hint := "Look at the network, a firewall or a proxy between here and there."
	switch {
	case noResponse:
		hint = "The function that was given as fetch must return a promise of a Response."
	case noFetch:
		hint = "Give fetch a function to use instead: jsdom, for example, has none."
	case code == "ENOTFOUND" || code == "EAI_AGAIN":
		hint = "The host's name could not be resolved: look at the name, DNS and the network."
	case code == "ECONNREFUSED":
		hint = "Nothing listens there: look at host and port, and whether the server runs."
	case slices.Contains(untrusted, code):
		hint = "The certificate is not trusted here: name your company's CA file in NODE_EXTRA_CA_CERTS."
	case code == "" && o.Browser:
		hint = "In a browser this can also be CORS (the proxy must allow this origin) or the page's Content-Security-Policy (connect-src)."
	}
	f := unanswered(NetworkFailure, withReason(message, why), hint)
	f.Code = code
	f.Retryable = !noResponse && !noFetch
	f.hostDown = f.Retryable
	return f
}

func timeoutFailure(o *Options, base string) *Failure {
	return unanswered(TimeoutFailure, "No complete answer from "+base+" within "+strconv.FormatInt(o.TimeoutMs, 10)+" ms",
		"Raise timeoutMs on a slow connection, or lower limit so that an answer is smaller.")
}

func protocolFailure(what string, o *Options) *Failure {
	question := ": was it the service that answered?"
	if o.BaseURL != "" {
		question = ": does it lead to the Tencent Cloud Chat REST API?"
	}
	return newFailure(ProtocolFailure, what, "Look at "+o.whoAnswers()+question)
}

// whoAnswers returns what to look at if an answer is not the service's.
func (o *Options) whoAnswers() string {
	switch {
	case o.Credential == SigningProxy:
		return "proxy"
	case o.BaseURL != "":
		return "endpoint"
	}
	return "what lies between here and the service (a firewall, a hotel's sign-in page)"
}

func internalFailure(what string) *Failure {
	return newFailure(InternalFailure, what, "This is a fault of tencent-chat-groups: please report it.")
}
