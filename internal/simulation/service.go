package simulation

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// service is an app at the vendor's service, and the options to reach it.
type service struct {
	name           string
	sdkAppID       int64  // 0: only the proxy knows it
	app            string // its name in checkpoints
	regionOption   string
	endpointOption string
	proxyOption    string
	bases          []string // base URLs of the main host and, if any, the backup host
	lines          []*line  // to each of them
	outages        []outage

	intervalMs    float64 // minimum between the arrivals of two calls
	calendar      bool    // one call per second of the service's clock instead
	phaseMs       float64 // of that clock
	countsRefused bool    // refused calls count as arrivals
	answers429    bool    // refusals have HTTP status 429
	maxIDs        int64   // maximum per answer; 0: no maximum
	filtersLate   bool    // filtered pages are not filled up
	trailsEmpty   bool    // an empty page follows the last group
	sigLifeMs     float64 // of a UserSig; 0: unlimited

	groups  []group
	entries []entry // sorted by key

	pace          pace
	lastArrived   *call
	lastCountedMs float64
	countedAny    bool
}

// group is a group of the app. Groups are created and dismissed over time.
type group struct {
	id          string
	groupType   string
	bornMs      float64
	dismissedMs float64
}

// entry is the position of a group in the list. A cursor is the key of the last listed group. A group may move to a
// later position, and is then listed twice by a listing in between.
type entry struct {
	group        int
	key          int64
	fromMs, toMs float64
}

var groupTypes = []string{"Public", "Private", "ChatRoom", "AVChatRoom", "BChatRoom", "Community"}

func (s *service) drawGroups(d rng) {
	n := oneOf(d, 0, d.intBetween(1, 5), d.intBetween(5, 40), d.intBetween(5, 40), d.intBetween(20, 60))
	drift := oneOf(d, 0, 0, 0.1, 0.4)
	step := oneOf[int64](d, 1000, 1<<33, 1<<55)
	key := int64(1_000_000)
	for i := range int(n) {
		g := group{id: drawID(d, i), groupType: groupTypes[d.IntN(len(groupTypes))], bornMs: math.Inf(-1),
			dismissedMs: math.Inf(1)}
		key += step + d.Int64N(step)
		place := entry{group: i, key: key, fromMs: math.Inf(-1), toMs: math.Inf(1)}
		switch {
		case !d.chance(drift):
		case d.chance(0.3):
			g.bornMs = d.between(0, 30_000)
		case d.chance(0.5):
			g.dismissedMs = d.between(0, 30_000)
		default:
			place.toMs = d.between(0, 30_000)
			later := place
			later.key += 1 + d.Int64N(step*20)
			later.fromMs, later.toMs = place.toMs, math.Inf(1)
			s.entries = append(s.entries, later)
		}
		s.groups = append(s.groups, g)
		s.entries = append(s.entries, place)
	}
	slices.SortFunc(s.entries, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	for i := 1; i < len(s.entries); i++ {
		s.entries[i].key = max(s.entries[i].key, s.entries[i-1].key+100) // room for the cursors of empty pages
	}
}

// drawID returns an ID of any kind, unique by its number.
func drawID(d rng, number int) string {
	n := strconv.Itoa(number)
	if d.chance(0.95) {
		return "@TGS#" + n
	}
	return oneOf(d, "группа "+n, "群组"+n, "\U0001f9ea"+n, "a\"b\\c/"+n, "line\nfeed"+n, "\u0001"+n, n, "é"+n+"\u2028")
}

func (s *service) alive(e *entry, atMs float64) bool {
	g := &s.groups[e.group]
	return e.fromMs <= atMs && atMs < e.toMs && g.bornMs <= atMs && atMs < g.dismissedMs
}

// list returns a page of an honest service.
func (s *service) list(groupType string, limit, cursor int64, atMs float64) (ids []string, total, next int64) {
	taken, last, more := int64(0), int64(0), false
	for i := range s.entries {
		e := &s.entries[i]
		if !s.alive(e, atMs) {
			continue
		}
		fits := groupType == "" || s.groups[e.group].groupType == groupType
		if fits {
			total++
		}
		if e.key <= cursor || !fits && !s.filtersLate {
			continue
		}
		if taken == limit {
			more = true
			continue
		}
		taken++
		last = e.key
		if fits {
			ids = append(ids, s.groups[e.group].id)
		}
	}
	if more || s.trailsEmpty && len(ids) > 0 {
		next = last
	}
	return ids, total, next
}

// before returns the last group before the cursor, if there is one.
func (s *service) before(groupType string, cursor int64, atMs float64) (id string, ok bool) {
	for i := len(s.entries) - 1; i >= 0; i-- {
		e := &s.entries[i]
		if e.key <= cursor && s.alive(e, atMs) && (groupType == "" || s.groups[e.group].groupType == groupType) {
			return s.groups[e.group].id, true
		}
	}
	return "", false
}

// throttles reports whether a call that arrives now is refused as too early, and records the call.
func (s *service) throttles(atMs float64) bool {
	early := false
	if s.countedAny {
		if s.calendar {
			early = math.Floor((atMs+s.phaseMs)/s.intervalMs) == math.Floor((s.lastCountedMs+s.phaseMs)/s.intervalMs)
		} else {
			early = atMs-s.lastCountedMs < s.intervalMs-slackMs
		}
	}
	if !early || s.countsRefused {
		s.countedAny, s.lastCountedMs = true, atMs
	}
	return early
}

// signature is a UserSig.
type signature struct {
	text      string
	expiresMs float64
	revoked   bool
}

// marker is in every UserSig many times, so that any visible part of one is noticed.
const marker = "SECRET"

// sign returns a new UserSig.
func (w *world) sign(s *service, expired bool) *signature {
	w.sigs++
	n := strconv.Itoa(w.sigs)
	sig := &signature{text: "eJw" + marker + n + "*" + marker + "-" + n + "_" + marker + "+" + n + marker,
		expiresMs: math.Inf(1)}
	if s.sigLifeMs > 0 && w.sigs < 30 { // later ones do not expire, or a slow line would only see expired ones
		sig.expiresMs = w.nowMs + s.sigLifeMs
	}
	if expired {
		sig.expiresMs = w.nowMs - 1
	}
	return sig
}

// outage is a time in which a host is down.
type outage struct {
	base         int
	kind         outageKind
	fromMs, toMs float64
}

type outageKind int

const (
	refused     outageKind = iota // connections are refused at once
	silent                        // no response comes
	unavailable                   // 503
)

func (s *service) outageOf(base int, atMs float64) *outage {
	i := slices.IndexFunc(s.outages, func(o outage) bool { return o.base == base && o.fromMs <= atMs && atMs < o.toMs })
	if i < 0 {
		return nil
	}
	return &s.outages[i]
}
