package simulation

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tencent-chat-groups/core"
)

// caller lists the groups of an app: it drives the engine as js/ does, aborts at times, and resumes until it is done.
type caller struct {
	w *world

	// Its options.
	name          string
	service       *service
	call          string
	credential    string
	types         []string // names of the endpoint; nil: all types at once
	inTurn        bool     // the types are a list, to be listed one after the other
	limit         int64
	maxRetries    int64
	maxPages      int64 // 0 for all
	minIntervalMs float64
	timeoutMs     int64
	usesNext      bool // resumes with the option next instead of resume

	// Its behavior.
	startMs        float64
	aborts         []float64 // times after the opening
	maxTakeMs      float64   // maximum time to take a page
	pausesForHours bool      // it sometimes pauses for hours

	// Its state since the first opening.
	beganMs     float64
	opens       int
	received    map[string]struct{} // IDs, as a Set in JavaScript
	cursors     []int64             // received, in ascending order
	checkpoint  string              // to resume from
	from        string              // where the next opening starts: "", "resume", "next" or, for a count, "again"
	finished    bool
	ids         []int // of the listings that it opened
	emptiesLeft int   // of the fault emptyPages

	// Its state since the last opening.
	round   int // number of the opening: timers of earlier ones are ignored
	id      int
	sig     *signature
	given   *signature // the UserSig given as a string
	lastSig *signature // the last UserSig of this listing
	current *call
	asleep  bool   // until woken
	random  uint32 // of the last step
	model
}

// begin opens a listing, the first one or a resumed one.
func (c *caller) begin() {
	w := c.w
	if c.opens == 0 {
		c.beganMs = w.nowMs
		c.received = map[string]struct{}{}
	}
	if c.opens++; c.opens > 500 {
		w.fail("%s: it was opened 500 times and is not done: resuming makes no progress", c.name)
	}
	c.round++
	c.given, c.lastSig = nil, nil
	text := c.options()
	options, failure := core.ReadOptions(text)
	if failure != nil {
		w.fail("%s: ReadOptions refused %s: %s", c.name, text, failure.Message)
	}
	c.expectOpen()
	now := w.readClock()
	c.service.pace.forget(w.clock.engineMs)
	c.service.pace.open = append(c.service.pace.open, c)
	id, action := w.engine.Open(options, now)
	if w.tracing {
		w.tracef(c.name, "open as %d: %s", id, text)
	}
	c.id = id
	c.ids = append(c.ids, id)
	w.byID[id] = c
	w.counts.Opens++
	if c.opens > 1 {
		w.counts.Resumes++
	}
	round := c.round
	if n := len(c.aborts); n > 0 {
		abortMs := c.aborts[n-1]
		w.after(abortMs, func() {
			if c.round == round {
				c.aborts = c.aborts[:n-1]
				c.abort()
			}
		})
	}
	c.judgeOpen(action)
	w.wake(c.service)
	c.perform(action)
}

// options returns the caller's options as js/ writes them.
func (c *caller) options() []byte {
	s := c.service
	b := append([]byte(`{"call":"`), c.call...)
	b = append(b, `","runtime":"server","origin":"","options":{`...)
	option := func(name string, valueJSON []byte) {
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = appendJSON(b, name)
		b = append(b, ':')
		b = append(b, valueJSON...)
	}
	text := func(name, value string) { option(name, appendJSON(nil, value)) }
	number := func(name string, value int64) { option(name, strconv.AppendInt(nil, value, 10)) }
	if s.sdkAppID != 0 {
		number("sdkAppId", s.sdkAppID)
	}
	switch c.credential {
	case "userSig", "secretKey":
		option(c.credential, []byte(`{"kind":"secret"}`))
	case "userSigFunction":
		option("userSig", []byte(`{"kind":"function"}`))
	case "proxy":
		text("proxy", s.proxyOption)
	}
	if c.credential != "proxy" {
		text("identifier", identifier)
	}
	if s.regionOption != "" {
		text("region", s.regionOption)
	}
	if s.endpointOption != "" {
		text("endpoint", s.endpointOption)
	}
	if c.limit != 10000 {
		number("limit", c.limit)
	}
	switch {
	case c.inTurn && slices.Equal(c.types, groupTypes) && c.w.rng.chance(0.7):
		text("groupType", "each")
	case c.inTurn:
		list := append([]byte{'['}, strings.Join(quoted(c.typesInAnyWords()), ",")...)
		option("groupType", append(list, ']'))
	case c.types != nil:
		text("groupType", c.typesInAnyWords()[0])
	}
	if c.timeoutMs != 10_000 {
		number("timeoutMs", c.timeoutMs)
	}
	if c.maxRetries != 5 {
		number("maxRetries", c.maxRetries)
	}
	if c.minIntervalMs != 1000 {
		number("minIntervalMs", int64(c.minIntervalMs))
	}
	if c.maxPages != 0 {
		number("maxPages", c.maxPages)
	}
	switch c.from {
	case "resume", "again":
		option("resume", []byte(`{"kind":"checkpoint","value":`+c.checkpoint+`}`))
	case "next":
		text("next", strconv.FormatInt(c.next, 10))
	}
	return append(b, '}', '}')
}

// typesInAnyWords returns the types, with the old or the new names of two of them.
func (c *caller) typesInAnyWords() []string {
	words := slices.Clone(c.types)
	for i, word := range words {
		switch {
		case word == "Private" && c.w.rng.chance(0.5):
			words[i] = "Work"
		case word == "ChatRoom" && c.w.rng.chance(0.5):
			words[i] = "Meeting"
		}
	}
	return words
}

func quoted(words []string) []string {
	for i, word := range words {
		words[i] = string(appendJSON(nil, word))
	}
	return words
}

const identifier = "administrator/1 &?" // with characters to percent-encode

// step reports an event to the engine and performs its action.
func (c *caller) step(e core.Event) {
	w := c.w
	c.random = w.rng.Uint32()
	if w.tracing {
		w.tracef(c.name, "%s", describeEvent(&e))
	}
	if e.Report == core.NetworkFailed { // as the cause of an error in JavaScript
		c.judgeSecrecy(w.engine.Redact(c.id, e.Text))
	}
	now := w.readClock()
	action := w.engine.Step(c.id, now, c.random, e)
	c.judge(&e, action)
	w.wake(c.service)
	c.perform(action)
}

func (c *caller) tick() { c.step(core.Event{Report: core.Tick}) }

// later does something unless the listing has ended by then.
func (c *caller) later(ms float64, do func()) {
	round := c.round
	c.w.after(ms, func() {
		if c.round == round {
			do()
		}
	})
}

func (c *caller) perform(a *core.Action) {
	w := c.w
	if w.tracing {
		w.tracef(c.name, "  -> %s", describeAction(a))
	}
	switch a.Do {
	case core.Sign:
		c.later(c.signMs(), c.signed)
	case core.Wait:
		if a.WaitMs < 0 {
			c.asleep = true
			return
		}
		c.later(w.timerMs(a.WaitMs), c.tick)
	case core.Fetch:
		w.send(c.current, float64(a.TimeoutMs))
	case core.Read:
		w.readBody(c.current)
	case core.Page:
		ids := a.GroupIDs.Strings() // a copy: the next page reuses the memory
		c.later(c.takeMs(), func() {
			duplicates := c.take(ids)
			c.judgeCheckpoint("the page that was handed out", a.Checkpoint.JSON(), c.after)
			c.keep()
			c.step(core.Event{Report: core.Taken, Duplicates: duplicates})
		})
	case core.Done:
		c.ended(a.Checkpoint.JSON())
	case core.Fail:
		w.counts.Failures++
		c.ended(checkpointJSON(a.Failure.Checkpoint))
	}
}

// timerMs returns when a timer fires: as in browsers, after whole milliseconds, sometimes a little early or late.
func (w *world) timerMs(ms float64) float64 {
	d := w.rng
	ms = math.Ceil(ms)
	if w.plan.exact {
		return ms
	}
	switch p := d.Float64(); {
	case p < 0.1:
		ms -= d.Float64()
	case p < 0.2:
		ms += d.between(0, 50)
	case p < 0.21:
		ms += d.between(0, 5000)
	}
	return ms
}

func (c *caller) signMs() float64 {
	d := c.w.rng
	if c.w.plan.exact {
		return 0
	}
	if c.pausesForHours && d.chance(0.2) {
		return longMs + d.between(0, 3000)
	}
	return oneOf(d, 0, 0, d.between(0, 100), d.between(0, 2000))
}

func (c *caller) takeMs() float64 {
	d := c.w.rng
	if c.pausesForHours && d.chance(0.2) {
		return longMs + d.between(0, 3000)
	}
	if c.maxTakeMs > 0 {
		return d.between(0, c.maxTakeMs)
	}
	return 0
}

// signed answers the request for a UserSig.
func (c *caller) signed() {
	w := c.w
	if c.credential == "userSig" {
		if c.given == nil {
			c.given = w.sign(c.service, false)
		}
		c.sig = c.given
		c.step(core.Event{Report: core.Signed, Text: c.sig.text})
		return
	}
	switch f := w.drawSignFault(); f {
	case signFailure:
		text := "the key server said no"
		if c.lastSig != nil {
			text = oneOf(w.rng, "GET https://keys.example.com/?usersig="+c.lastSig.text+" failed",
				"not renewed: "+c.lastSig.text)
		}
		c.step(core.Event{Report: core.SignFailed, Text: text})
	case emptySig:
		c.step(core.Event{Report: core.Signed})
	default:
		c.sig = w.sign(c.service, f == expiredSig)
		c.lastSig = c.sig
		c.step(core.Event{Report: core.Signed, Text: c.sig.text})
	}
}

// abort ends a listing at an arbitrary moment. It resumes later.
func (c *caller) abort() {
	w := c.w
	checkpoint := checkpointJSON(w.engine.Close(c.id, w.readClock()))
	if w.tracing {
		w.tracef(c.name, "abort: %s", checkpoint)
	}
	w.counts.Aborts++
	c.judgeAbort(checkpoint)
	w.wake(c.service)
	c.ended(checkpoint)
}

// ended resumes from a checkpoint, or finishes.
func (c *caller) ended(checkpoint string) {
	w, d := c.w, c.w.rng
	if again := w.engine.Close(c.id, w.readClock()); again != nil {
		w.fail("%s: the listing has ended, but the engine still has it", c.name)
	}
	delete(w.byID, c.id)
	p := &c.service.pace
	p.open = slices.DeleteFunc(p.open, func(other *caller) bool { return other == c })
	c.state = closed
	c.round++
	c.current, c.asleep = nil, false
	c.checkpoint, c.from = checkpoint, "resume"
	if c.done {
		// a finished checkpoint ends immediately
		if c.opens < 500 && !c.finished && c.call != "countGroups" && d.chance(0.1) {
			w.after(0, c.begin)
			return
		}
		c.finishListing()
		return
	}
	if c.call == "countGroups" {
		c.from = oneOf(d, "", "again") // a count starts again: it has no position to resume from
	} else if c.usesNext {
		c.from = "next"
		if c.next == 0 {
			c.from = ""
		}
	}
	if c.verdict.kind == core.TimeoutFailure { // as the hint recommends
		c.timeoutMs = max(c.timeoutMs, min(2*c.timeoutMs, 60_000))
	}
	if d.chance(0.2) { // the next opening may have other options
		c.limit = oneOf(d, 1, d.intBetween(2, 20), 10000)
		c.maxRetries = d.intBetween(0, 6)
	}
	delayMs := oneOf(d, 0, d.between(0, 2000), d.between(0, 60_000))
	if c.pausesForHours && d.chance(0.3) {
		delayMs = longMs + d.between(0, 3000)
	}
	w.after(delayMs, c.begin)
}

// take counts the IDs of a page that the caller already has.
func (c *caller) take(ids []string) (duplicates int64) {
	c.page = c.page[:0]
	for _, id := range ids {
		if _, ok := c.received[id]; ok || slices.Contains(c.page, id) {
			duplicates++
			continue
		}
		c.page = append(c.page, id)
	}
	c.reported = duplicates
	if c.call == "paginateGroups" {
		c.reported = 0 // it passes pages on unchanged
	}
	return c.reported
}

// keep adds the page to the caller's IDs, in the same step as its checkpoint.
func (c *caller) keep() {
	for _, id := range c.page {
		c.received[id] = struct{}{}
	}
}
