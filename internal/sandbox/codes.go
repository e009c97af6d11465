package sandbox

// The error codes of the sandbox's own answers, from the vendor's tables. They are deliberately separate from the
// client's table: see the package comment.
const (
	codeUnknownCommand  = 10003
	codeWrongParameter  = 10004
	codeTooOften        = 10006
	codeNotAdmin        = 10007
	codeNoSuchGroup     = 10010
	codeInvalidGroup    = 10015
	codeAnswerTooLong   = 10018
	codeUnreadable      = 60002
	codeWrongAccount    = 60004
	codeInvalidApp      = 60006
	codeWrongURL        = 60009
	codeMissingApp      = 60012
	codeSigExpired      = 70001
	codeSigEmpty        = 70002
	codeSigCorrupt      = 70003
	codeSigOtherKey     = 70009
	codeSigOtherAccount = 70013
	codeSigOtherApp     = 70014
	codeAppDoesNotExist = 70020
)

// refusal is an answer with ActionStatus FAIL. A nil refusal means that the call may continue.
type refusal struct {
	code int
	info string
}
