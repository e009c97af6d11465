package simulation

import (
	"html"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"tencent-chat-groups/core"
)

// answer is the response to a call, and how a listing must react to it.
type answer struct {
	status       int64
	retryAfterMs float64
	body         []byte
	verdict      verdict

	ids   []string // of a page
	total int64
	next  int64
}

// verdict is how a listing must react to the end of a call.
type verdict struct {
	reaction   reaction
	kind       core.Kind // of the failure
	code       int64     // its ErrorCode
	throttled  bool      // a throttle answer
	hostDown   bool      // the host may be down
	pauseMs    float64   // minimum pause before the next try
	retryAfter float64   // the Retry-After, in ms
}

type reaction int

const (
	takePage     reaction = iota
	retryCall             // retry after a back-off, up to maxRetries times
	failAtOnce            // fail at once
	halveLimit            // retry with half the Limit
	renewUserSig          // retry once with a fresh UserSig
)

var (
	lostVerdict    = verdict{reaction: retryCall, kind: core.NetworkFailure, hostDown: true}
	timeoutVerdict = verdict{reaction: retryCall, kind: core.TimeoutFailure, hostDown: true}
	corruptVerdict = verdict{reaction: retryCall, kind: core.ProtocolFailure}
)

func httpAnswer(status int64, retryAfterMs float64) answer {
	v := verdict{reaction: failAtOnce, kind: core.HTTPFailure, pauseMs: retryAfterMs, retryAfter: retryAfterMs}
	if status >= 500 || status == 429 || status == 408 || status == 425 {
		v.reaction = retryCall
		v.hostDown = status >= 500
		v.throttled = status == 429
	}
	return answer{status: status, retryAfterMs: retryAfterMs, verdict: v}
}

// gatewayAnswer returns the response of a gateway on the way to the service.
func gatewayAnswer(d rng, x *call) answer {
	pauseMs := oneOf(d, 0, 0, float64(d.intBetween(1, 20)*1000), float64(d.intBetween(1, 600)*1000))
	switch x.fault {
	case gatewayEcho:
		a := httpAnswer(502, 0)
		a.body = echo(d, x)
		return a
	case echoPage:
		return answer{status: 200, body: echo(d, x), verdict: corruptVerdict, retryAfterMs: pauseMs}
	case tooManyRequests:
		return httpAnswer(429, pauseMs)
	case timeoutStatus:
		return httpAnswer(oneOf[int64](d, 408, 425), 0)
	case longPause:
		a := httpAnswer(oneOf[int64](d, 429, 503), float64(d.intBetween(601, 100_000)*1000))
		a.verdict.reaction = failAtOnce
		return a
	case redirect:
		return httpAnswer(oneOf[int64](d, 0, 301, 302, 303, 307, 308), 0)
	case refusedStatus:
		return httpAnswer(oneOf[int64](d, 400, 401, 403, 404, 405, 407, 413), 0)
	}
	return httpAnswer(oneOf[int64](d, 500, 502, 503, 504, 520), pauseMs)
}

// echo returns an HTML page that repeats the URL in one of several encodings, as gateways do.
func echo(d rng, x *call) []byte {
	text := x.url
	if x.sig == nil {
		text = signatureOf(x)
	}
	switch d.IntN(7) {
	case 0:
		text = html.EscapeString(text)
	case 1:
		text = url.QueryEscape(text)
	case 2:
		text = url.QueryEscape(url.QueryEscape(text))
	case 3:
		text = signatureOf(x)
	case 4:
		text = signatureOf(x)
		text = text[:d.IntN(len(text)+1)]
	case 5:
		text = text[:d.IntN(len(text)+1)]
	}
	return []byte("<html><title>502</title>\n<p>Cannot reach " + text + "</p></html>")
}

// answerTo returns the service's answer to a call that has arrived.
func (w *world) answerTo(s *service, x *call, early bool) answer {
	d, c := w.rng, x.caller
	switch {
	case early && s.answers429:
		return httpAnswer(429, oneOf(d, 0.0, 1000, 3000))
	case early:
		return w.refuse(x, 10006)
	}
	if x.sig != nil {
		switch {
		case x.fault == revokedSig:
			x.sig.revoked = true
		case w.nowMs >= x.sig.expiresMs:
			return w.refuse(x, 70001)
		}
		if x.sig.revoked {
			return w.refuse(x, 70052)
		}
	}
	switch x.fault {
	case serverCode:
		return w.refuse(x, oneOf(d, serverCodes...))
	case throttleCode:
		return w.refuse(x, oneOf(d, throttleCodes...))
	case finalCode:
		return w.refuse(x, oneOf(d, finalCodes...))
	case unknownCode:
		return w.refuse(x, oneOf(d, oneOf(d, unknownRetryableCodes...), oneOf(d, unknownFinalCodes...)))
	case tooLargeCode:
		return w.refuse(x, 10018)
	case revokedSig:
		if x.sig == nil { // the proxy's UserSig, which the caller cannot renew
			return w.refuse(x, oneOf[int64](d, 70001, 70052))
		}
	case emptyPages:
		c.emptiesLeft = d.IntN(8) + 1
	}
	ids, total, next := s.list(x.groupType, x.limit, x.next, w.nowMs)
	if s.maxIDs > 0 && int64(len(ids)) > s.maxIDs {
		return w.refuse(x, 10018)
	}
	if c.emptiesLeft > 0 {
		c.emptiesLeft--
		ids, next = nil, x.next+1
	}
	switch x.fault {
	case repeatedCursor:
		// Only an earlier one: a server that skips groups cannot be detected.
		if n, _ := slices.BinarySearch(c.cursors, x.next+1); n > 0 {
			next = c.cursors[d.IntN(n)]
		}
	case duplicateGroups:
		for range min(len(ids), 3) {
			ids = append(ids, oneOf(d, ids...))
		}
	case overlappingPage:
		if id, ok := s.before(x.groupType, x.next, w.nowMs); ok && x.next != 0 {
			ids = append([]string{id}, ids...)
		}
	}
	a := answer{status: 200, ids: ids, total: total, next: next}
	if x.fault == spoiltJSON {
		return a.spoil(d)
	}
	a.write(d, nil)
	return a
}

// refuse returns an answer with an ErrorCode.
func (w *world) refuse(x *call, code int64) answer {
	d := w.rng
	v := verdict{reaction: failAtOnce, kind: core.APIFailure, code: code}
	switch {
	case code == 10018:
		v.reaction = halveLimit
	case code == 70001 || code == 70052:
		v.reaction = renewUserSig
	case slices.Contains(throttleCodes, code):
		v.reaction, v.throttled = retryCall, true
		if code == 70050 {
			v.pauseMs = lockedMs
		}
	case slices.Contains(serverCodes, code) || slices.Contains(unknownRetryableCodes, code):
		v.reaction = retryCall
	}
	a := answer{status: 200, verdict: v}
	if v.reaction == retryCall && d.chance(0.1) {
		a.retryAfterMs = float64(d.intBetween(1, 30) * 1000)
		a.verdict.retryAfter = a.retryAfterMs
		a.verdict.pauseMs = max(v.pauseMs, a.retryAfterMs)
	}
	info := oneOf(d, "", "internal error", "bad call "+x.url, "usersig "+signatureOf(x), "Err_"+marker[:2])
	b := append(a.body, `{"ActionStatus":"FAIL","ErrorInfo":`...)
	b = appendJSON(b, info)
	b = append(b, `,"ErrorCode":`...)
	b = strconv.AppendInt(b, code, 10)
	if d.chance(0.2) {
		b = append(b, `,"RequestId":`...)
		b = appendJSON(b, oneOf(d, "c5a1-77", signatureOf(x)))
	}
	a.body = append(b, '}')
	return a
}

// write writes a page as JSON, with fields in any order and unknown ones. changed may replace a field's text.
func (a *answer) write(d rng, changed func(field int, text string) string) {
	const fields = 6
	first := d.IntN(fields)
	if d.chance(0.7) {
		first = 0
	}
	b := make([]byte, 0, 128+len(a.ids)*24)
	b = append(b, '{')
	for i := range fields {
		field := (first + i) % fields
		start := len(b)
		switch field {
		case 0:
			b = append(b, `"ActionStatus":"OK",`...)
		case 1:
			b = append(b, `"ErrorInfo":"",`...)
		case 2:
			b = append(b, `"ErrorCode":0,`...)
		case 3:
			b = append(b, `"TotalCount":`...)
			b = strconv.AppendInt(b, a.total, 10)
			b = append(b, ',')
		case 4:
			b = append(b, `"GroupIdList":[`...)
			for j, id := range a.ids {
				if j > 0 {
					b = append(b, ',')
				}
				b = append(b, `{"GroupId":`...)
				b = appendJSON(b, id)
				b = append(b, '}')
			}
			b = append(b, `],`...)
		case 5:
			b = append(b, `"Next":`...)
			b = strconv.AppendInt(b, a.next, 10)
			b = append(b, ',')
		}
		if changed != nil {
			text := changed(field, string(b[start:]))
			b = append(b[:start], text...)
		}
	}
	if d.chance(0.1) {
		b = append(b, ` "More": {"a": [1, -2.5e3, "\ud83d\ude00", null, true]},`...)
	}
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	a.body = append(b, '}')
}

// cut truncates the body.
func (a answer) cut(d rng) answer {
	a.body = a.body[:d.IntN(len(a.body))]
	a.verdict = corruptVerdict
	a.retryAfterMs = 0
	return a
}

// spoil makes the answer invalid.
func (a answer) spoil(d rng) answer {
	replace := func(field int, text string) {
		a.write(d, func(f int, before string) string {
			if f == field {
				return text
			}
			return before
		})
	}
	a.verdict = corruptVerdict
	switch d.IntN(20) {
	case 0:
		replace(2, "")
	case 1:
		replace(3, "")
	case 2:
		replace(5, "")
	case 3:
		replace(5, `"Next":null,`)
	case 4:
		replace(5, `"Next":4454685361.0,`)
	case 5:
		replace(5, `"Next":1e3,`)
	case 6:
		replace(5, `"Next":"7",`)
	case 7:
		replace(5, `"Next":9223372036854775808,`)
	case 8:
		replace(5, `"Next":-1,`)
	case 9:
		replace(5, `"Next":0,"Next":7,`)
	case 10:
		replace(3, `"TotalCount":-1,`)
	case 11:
		replace(4, `"GroupIdList":{},`)
	case 12:
		replace(4, `"GroupIdList":["@TGS#1"],`)
	case 13:
		replace(4, `"GroupIdList":[{"groupId":"@TGS#1"}],`)
	case 14:
		replace(4, `"GroupIdList":[{"GroupId":"\ud800"}],`)
	case 15:
		replace(4, "\"GroupIdList\":[{\"GroupId\":\"\xff\"}],")
	case 16:
		replace(0, `"ActionStatus":"FAIL",`)
	case 17:
		a.write(d, nil)
		a.body = append(a.body, oneOf(d, "x", "{}", ",", "\x00")...)
	case 18:
		a.write(d, nil)
		a.body = append([]byte("\xef\xbb\xbf"), a.body...)
	default:
		a.body = []byte(oneOf(d, "", "null", "[]", "OK", "{", `{"ErrorCode":0}`, `"`+marker[:3]+`"`))
	}
	return a
}

const hexDigits = "0123456789abcdef"

// appendJSON appends a JSON string.
func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
