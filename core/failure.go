package core

import (
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

// Failure is the error of a listing, in the words that users see. It contains no UserSig, no secret key and no URL with
// a query. Message and Hint name options by placeholders; FillOptions replaces them.
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
	Status     int64       // of an HTTPFailure
	Attempts   int64       // how often the failing call was tried
	Checkpoint *Checkpoint // to resume from; nil if nothing was listed

	retry    restapi.Retry // if it is Retryable
	pauseMs  float64       // minimum pause before the retry
	hostDown bool          // it is a sign that the host is down
}

func newFailure(kind Kind, message, hint string) *Failure {
	return &Failure{Kind: kind, Message: sentence(message), Hint: hint}
}

func (f *Failure) Error() string { return f.Kind.String() + ": " + withOptionNames(f.Message) }

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
	switch f.Kind {
	case ValidationFailure:
		w.String("option", f.Option)
	case APIFailure:
		w.Integer("code", f.ErrorCode)
		w.String("errorInfo", f.ErrorInfo)
		w.OptionalString("requestId", f.RequestID)
	case HTTPFailure:
		w.Integer("status", f.Status)
	case NetworkFailure:
		w.OptionalString("code", f.Code)
	}
	w.Integer("attempts", f.Attempts)
	if f.Checkpoint != nil {
		w.Object("checkpoint", f.Checkpoint)
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
	message = sentence(withReason(message, redact.Line(info, nil, maxExcerpt))) + " " + code.Meaning
	f := newFailure(APIFailure, message, apiHint(code, o))
	f.retry, f.pauseMs = code.Retry, float64(code.PauseSeconds)*1000
	f.Retryable = code.Retry != restapi.RetryNever
	f.ErrorCode, f.ErrorInfo, f.RequestID = a.ErrorCode, info, redact.Text(a.RequestID, userSigs)
	return f
}

// apiHint returns what the caller can do about an error code.
func apiHint(code restapi.ErrorCode, o *Options) string {
	switch {
	case code.Class == restapi.SignatureClass && o.Credential == SigningProxy:
		return "The proxy signs: check its SDKAppID, identifier, key and clock."
	case code.Retry == restapi.RetryResign && o.renewable():
		return "Check how UserSigs are made, and the clock of the machine that makes them."
	case o.Credential == SecretKey && (code.Code == 70003 || code.Code == 70005 || code.Code == 70009):
		return "Compare {option:sdkAppId} and {option:secretKey} with the console."
	case code.Code == 70020 && o.Region != nil:
		return code.Action + " The call went to " + o.Region.Label + " (region '" + o.Region.Name + "')."
	}
	return code.Action
}

func httpFailure(status int64, o *Options) *Failure {
	f := newFailure(HTTPFailure, "The server answered with HTTP status "+strconv.FormatInt(status, 10), "")
	f.Status = status
	check := "Check " + o.whoAnswers() + ": "
	switch {
	case status == 0 || status >= 300 && status <= 399:
		f.Message = "The server answered with a redirect, which is not followed: it could carry the signature elsewhere."
		f.Hint = check + "the service itself does not redirect."
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
	case status == 407:
		f.Hint = forwardProxyHint
	case status == 401 || status == 403:
		f.Hint = "Check " + o.whoAnswers() + ": something between here and the service refused the call."
		if o.Credential == SigningProxy {
			f.Hint = "The signing proxy refused the call: check what it requires " +
				"(a token in {option:headers}, a cookie with {option:credentials} 'include')."
		}
	case status == 404 || status == 405:
		f.Hint = check + restapi.CommandPath + " is not served there."
	default:
		f.Hint = check + "this is not how the service answers."
	}
	return f
}

// unanswered returns a failure of the way to the host or back, which may be transient.
func unanswered(kind Kind, message, hint string) *Failure {
	f := newFailure(kind, message, hint)
	f.Retryable, f.retry, f.hostDown = true, restapi.RetryAgain, true
	return f
}

// forwardProxyHint is for a proxy between here and the internet that wants to know who calls.
const forwardProxyHint = "A proxy between here and the service requires a user and a password: " +
	"put them into the proxy's URL."

// networkFailure returns the failure of a call that fetch could not make, or of an answer that broke off once begun.
// where names the host, or both if the backup host failed too.
func networkFailure(event *Event, begun bool, o *Options, where string) *Failure {
	message := "No answer from " + where
	if begun && event.Code != "ERR_NO_RESPONSE" {
		message = "The answer from " + where + " broke off"
	}
	hint, lasting := networkHint(event, o)
	f := unanswered(NetworkFailure, withReason(message, event.Text), hint)
	f.Code = event.Code
	f.Retryable, f.hostDown = !lasting, !lasting
	return f
}

// networkHint returns what to do about an error of fetch, and whether every further call would fail in the same way.
func networkHint(event *Event, o *Options) (hint string, lasting bool) {
	switch code := event.Code; {
	case code == "ERR_NO_RESPONSE":
		return "The function given as {option:fetch} must return a promise of a Response.", true
	case code == "ERR_NO_FETCH":
		return "Give a function to use instead as {option:fetch}: jsdom, for example, has none.", true
	case isCertificateError(code):
		return certificateHint(code), true
	case strings.Contains(event.Text, "Proxy response (407)"):
		return forwardProxyHint, true
	case strings.Contains(event.Text, "Proxy response (4"):
		return "The proxy between here and the service refuses to connect: ask whoever runs it to allow the host.", true
	case event.UnusedProxy != "":
		return event.UnusedProxy + " is set, but fetch does not use it here: set NODE_USE_ENV_PROXY=1 " +
			"(Node.js 22.21, 24.5 or later), or give a {option:fetch} that uses it.", false
	case code == "ENOTFOUND" || code == "EAI_AGAIN":
		return "The host's name could not be resolved: check the name, DNS and the network.", false
	case code == "ECONNREFUSED":
		return "Nothing listens there: check host and port, and whether the server runs.", false
	case code == "" && o.Browser:
		return "In a browser this can also be CORS (the proxy must allow this origin) " +
			"or the page's Content-Security-Policy (connect-src).", false
	}
	return "Check the network, and a firewall or a proxy between here and there.", false
}

// isCertificateError reports whether a code is one of OpenSSL's, as Node.js names them, that means that the certificate
// is not trusted.
func isCertificateError(code string) bool {
	switch code {
	case "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
		"DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "INVALID_CA", "INVALID_PURPOSE", "PATH_LENGTH_EXCEEDED":
		return true
	}
	return strings.HasPrefix(code, "CERT_") || strings.HasPrefix(code, "ERR_TLS_CERT_")
}

func certificateHint(code string) string {
	switch code {
	case "CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID":
		return "Check this machine's clock, and the server's certificate."
	case "ERR_TLS_CERT_ALTNAME_INVALID":
		return "The certificate is for another host: check the host's name, DNS, and a proxy between here and there."
	}
	return "The certificate is not trusted here. If a company proxy signs it, " +
		"name its CA file in NODE_EXTRA_CA_CERTS, or run Node.js with --use-system-ca."
}

func timeoutFailure(o *Options, where string) *Failure {
	return unanswered(TimeoutFailure, "No complete answer from "+where+" within "+strconv.FormatInt(o.TimeoutMs, 10)+" ms",
		"Raise {option:timeoutMs} on a slow connection, or lower {option:limit} so that answers are smaller.")
}

func protocolFailure(what string, o *Options) *Failure {
	question := ": was it the service that answered?"
	if o.BaseURL != "" {
		question = ": does it lead to the Tencent Cloud Chat REST API?"
	}
	return newFailure(ProtocolFailure, what, "Check "+o.whoAnswers()+question)
}

// whoAnswers returns what to check if an answer is not the service's.
func (o *Options) whoAnswers() string {
	switch {
	case o.Credential == SigningProxy:
		return "{option:proxy}"
	case o.BaseURL != "":
		return "{option:endpoint}"
	}
	return "what lies between here and the service (a firewall, a hotel's sign-in page)"
}

func internalFailure(what string) *Failure {
	return newFailure(InternalFailure, what, "This is a fault of tencent-chat-groups: please report it.")
}
