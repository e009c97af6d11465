package sandbox

// The error codes that the sandbox answers with of its own accord, out of the vendor's tables. They are kept apart from
// the client's own table on purpose: see the package comment.
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

// refusal is an answer with ActionStatus FAIL. A nil refusal stands for a call that may go on.
type refusal struct {
	code int
	info string
}
