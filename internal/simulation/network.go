package simulation

import (
	"html"

	"tencent-chat-groups/core"
)

// line is the network path to a host and back.
type line struct {
	minMs      float64
	outShare   float64 // the share of it that is the way out
	jitterMs   float64 // maximum on top of it
	jitterGoes direction
	erratic    bool    // 1 ms to 30 s, every order of magnitude equally likely
	freshMs    float64 // extra time of a connection's first call
	stallRate  float64 // the share of calls that stall for some seconds

	connected bool
}

type direction int

const (
	outward direction = iota
	homeward
	split // a random share of it either way
)

// legs returns the times for a call to arrive and for its response headers to come back.
func (l *line) legs(d rng) (outMs, backMs float64) {
	base, jitter := l.minMs, l.jitterMs*d.Float64()
	if l.erratic {
		jitter = d.logBetween(1, 30_000) - l.minMs
	}
	outMs, backMs = base*l.outShare, base*(1-l.outShare)
	switch l.jitterGoes {
	case outward:
		outMs += jitter
	case homeward:
		backMs += jitter
	case split:
		part := d.Float64()
		outMs += part * jitter
		backMs += (1 - part) * jitter
	}
	if !l.connected {
		l.connected = true
		outMs += l.freshMs
	}
	if d.chance(l.stallRate) {
		outMs += d.between(500, 30_000)
	}
	return outMs, backMs
}

// call is a call under way.
type call struct {
	caller *caller
	round  int // the caller's when it was sent
	base   int // 0 the main host, 1 the backup
	url    string
	sig    *signature
	limit  int64
	next   int64
	fault  fault

	groupType string

	sentMs       float64 // all in virtual time
	sentEngineMs float64 // by the engine's clock
	backMs       float64
	outMs        float64
	arrivedMs    float64 // negative: not yet
	answeredMs   float64 // negative: not yet
	abandonedMs  float64 // negative: not yet
	intervalMs   float64 // minimum time after the call before it
	forwardMs    float64 // when the host's clock last jumped forwards before it was sent
	shortestMs   float64 // the shortest round trip to this host before it was sent; 0 if there were too few

	bodyMs float64
	answer answer
	body   bodyEnd
}

type bodyEnd int

const (
	wholeBody bodyEnd = iota
	brokenBody
	tooMuchBody
)

// send sends the call of a fetch action.
func (w *world) send(x *call, timeoutMs float64) {
	s, d := x.caller.service, w.rng
	x.sentMs, x.arrivedMs, x.answeredMs, x.abandonedMs = w.nowMs, -1, -1, -1
	l := s.lines[x.base]
	x.outMs, x.backMs = l.legs(d)
	x.bodyMs = oneOf(d, 0, d.between(0, 5), d.between(0, 50))
	if w.plan.exact {
		x.bodyMs = 0
	}
	w.counts.Calls++
	w.after(timeoutMs+d.between(0, 2), func() { x.report(core.Event{Report: core.TimedOut}) })

	if o := s.outageOf(x.base, w.nowMs); o != nil {
		w.counts.Outages++
		l.connected = false
		switch o.kind {
		case refused:
			w.breakOff(x, x.outMs, "ECONNREFUSED")
		case unavailable:
			w.after(x.outMs, func() { w.comeBack(x, httpAnswer(503, 0)) })
		}
		return
	}
	x.fault = w.drawFault()
	if w.tracing && x.fault != noFault {
		w.tracef(x.caller.name, "  fault of this call: %s", x.fault)
	}
	switch x.fault {
	case lostRequest:
		l.connected = false
		return
	case resetBefore:
		l.connected = false
		w.breakOff(x, x.outMs*d.Float64(), oneOf(d, "ECONNRESET", "EPIPE", "ENOTFOUND", "UND_ERR_SOCKET", ""))
		return
	case stalledLine:
		ms := d.between(1000, 30_000)
		switch d.IntN(3) {
		case 0:
			x.outMs += ms
		case 1:
			x.backMs += ms
		default:
			x.bodyMs += ms
		}
	case gatewayError, gatewayEcho, echoPage, tooManyRequests, timeoutStatus, longPause, redirect, refusedStatus:
		if d.chance(0.5) { // the call never reaches the service
			w.after(x.outMs, func() { w.comeBack(x, gatewayAnswer(d, x)) })
			return
		}
	}
	w.after(x.outMs, func() { w.arrive(x) })
}

// arrive delivers a call to the service, and sends the response.
func (w *world) arrive(x *call) {
	s, d := x.caller.service, w.rng
	x.arrivedMs = w.nowMs
	excused := w.judgeArrival(s, x)
	early := s.throttles(w.nowMs)
	switch {
	case early && s.intervalMs > x.intervalMs:
		w.counts.Stricter++
	case early && !excused:
		w.fail("%s: the service refused a call that arrived in time", x.caller.name)
	case early:
		w.counts.Throttled++
	}
	a := w.answerTo(s, x, early)
	switch x.fault {
	case lostAnswer:
		s.lines[x.base].connected = false
		return
	case resetAfter:
		s.lines[x.base].connected = false
		w.breakOff(x, x.backMs*d.Float64(), oneOf(d, "ECONNRESET", "UND_ERR_SOCKET", ""))
		return
	case gatewayError, gatewayEcho, echoPage, tooManyRequests, timeoutStatus, longPause, redirect, refusedStatus:
		a = gatewayAnswer(d, x)
	case breakingBody:
		x.body = brokenBody
	case hugeBody:
		x.body = tooMuchBody
	case cutBody:
		if a.status == 200 {
			a = a.cut(d)
		}
	}
	w.comeBack(x, a)
}

// comeBack delivers the response headers. The body waits until it is read.
func (w *world) comeBack(x *call, a answer) {
	x.answer = a
	w.after(x.backMs, func() {
		if !x.live() {
			return
		}
		x.answeredMs = w.nowMs
		if w.plan.watch != nil {
			w.plan.watch(w.nowMs - x.sentMs)
		}
		x.report(core.Event{Report: core.Headers, Status: a.status, RetryAfterMs: a.retryAfterMs})
	})
}

// readBody delivers the body, or a part of it.
func (w *world) readBody(x *call) {
	w.after(x.bodyMs, func() {
		switch x.body {
		case wholeBody:
			x.report(core.Event{Report: core.Body, Bytes: x.answer.body})
		case tooMuchBody:
			x.report(core.Event{Report: core.TooLarge})
		case brokenBody:
			x.caller.service.lines[x.base].connected = false
			x.report(core.Event{Report: core.NetworkFailed, Code: "ECONNRESET", Text: "terminated while reading " + x.url})
		}
	})
}

// breakOff reports a network failure to the caller, with texts that repeat the URL as fetch functions do.
func (w *world) breakOff(x *call, afterMs float64, code string) {
	w.after(afterMs, func() {
		text := oneOf(w.rng, "fetch failed", "request to "+x.url+" failed", "connect: "+html.EscapeString(x.url),
			"refused for "+signatureOf(x))
		x.report(core.Event{Report: core.NetworkFailed, Code: code, Text: text})
	})
}

// signatureOf returns the signature that a careless server shows. If a proxy signs, it is a made-up one.
func signatureOf(x *call) string {
	if x.sig == nil {
		return "https://console.tim.qq.com/v4?sdkappid=1&usersig=eJx" + marker + "%2A" + marker + "&random=1"
	}
	return x.sig.text
}

// live reports whether the caller still waits for this call.
func (x *call) live() bool { return x.caller.round == x.round && x.caller.current == x }

func (x *call) report(e core.Event) {
	if x.live() {
		x.caller.step(e)
	}
}
