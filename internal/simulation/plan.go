package simulation

import (
	"math"
	"slices"
	"strconv"

	"tencent-chat-groups/core/restapi"
)

// plan is the setup of a run.
type plan struct {
	startMs       float64 // the host's clock at the start
	services      []*service
	callers       []*caller
	faultRate     float64 // share of calls with a fault
	signFaultRate float64
	faults        []fault          // kinds of faults in this run
	maxFaults     int              // maximum per run, so that every listing ends
	jumps         []jump           // of the host's clock
	exact         bool             // timers are exact, and bodies come with the headers
	watch         func(ms float64) // called with every round trip
}

type jump struct{ atMs, byMs float64 }

// longMs exceeds the time after which the engine may forget an app that is not listed.
const longMs = 3_700_000

// drawPlan returns the plan of a seed.
func drawPlan(d rng) *plan {
	p := &plan{
		startMs:   oneOf(d, 0, d.between(0, 10_000), d.between(0, 1e8), 1.7e12),
		maxFaults: int(d.intBetween(1, 25)),
		faultRate: oneOf(d, 0, 0.03, 0.1, 0.3, 0.6),
	}
	if d.chance(0.3) {
		p.signFaultRate = oneOf(d, 0.1, 0.5)
	}
	// A run with few kinds of faults explores each more deeply.
	if d.chance(0.3) {
		for f := lostRequest; f <= overlappingPage; f++ {
			p.faults = append(p.faults, f)
		}
	} else {
		for range d.intBetween(1, 4) {
			p.faults = append(p.faults, fault(d.intBetween(int64(lostRequest), int64(overlappingPage))))
		}
	}
	hours := d.chance(0.04) // some listings pause for hours
	if d.chance(0.15) {
		for range d.intBetween(1, 4) {
			byMs := oneOf(d, d.between(-2000, 2000), d.between(-60_000, 60_000), d.between(-longMs, longMs))
			p.jumps = append(p.jumps, jump{d.between(0, 30_000), byMs})
		}
	}

	for range oneOf(d, 1, 1, 1, 2) {
		p.services = append(p.services, drawService(d, len(p.services)))
	}
	for range oneOf(d, 1, 1, 1, 2, 2, 3, 4) {
		p.callers = append(p.callers, drawCaller(d, len(p.callers), oneOf(d, p.services...), hours))
	}
	return p
}

func drawService(d rng, number int) *service {
	s := &service{name: "service" + strconv.Itoa(number), intervalMs: 1000, phaseMs: d.between(0, 1000)}
	switch {
	case d.chance(0.6): // the SDKAppID's region, or a named one
		region := &restapi.Regions[d.IntN(len(restapi.Regions))]
		s.sdkAppID = d.intBetween(1_400_000_000, 1_500_000_000)
		if d.chance(0.5) {
			s.sdkAppID = d.intBetween(1_720_000_000, 1_789_999_999)
			region = restapi.RegionOf(s.sdkAppID)
		} else {
			s.regionOption = region.Name
		}
		s.bases = []string{"https://" + region.Host, "https://" + region.Backup}
	case d.chance(0.5):
		s.sdkAppID = d.intBetween(1, 4_294_967_295)
		s.endpointOption = oneOf(d, "https://chat.example.com", "http://localhost:8080/sandbox", "http://127.0.0.1:9000")
		s.bases = []string{s.endpointOption}
	default:
		s.proxyOption = oneOf(d, "https://proxy.example.com/chat", "http://localhost:8787") + "/" + s.name
		s.bases = []string{s.proxyOption}
		if d.chance(0.5) {
			s.sdkAppID = d.intBetween(1, 4_294_967_295)
		}
	}
	s.app = strconv.FormatInt(s.sdkAppID, 10)
	if s.sdkAppID == 0 {
		s.app = s.proxyOption
	}
	for range s.bases {
		s.lines = append(s.lines, drawLine(d))
	}
	if d.chance(0.15) {
		for range d.intBetween(1, 3) {
			fromMs := d.between(0, 30_000)
			s.outages = append(s.outages, outage{
				base: d.IntN(len(s.bases)), kind: oneOf(d, refused, silent, unavailable),
				fromMs: fromMs, toMs: fromMs + oneOf(d, d.between(0, 10_000), d.between(0, 300_000)),
			})
		}
	}

	s.calendar = d.chance(0.4)
	s.countsRefused = d.chance(0.7)
	if d.chance(0.07) {
		s.intervalMs = d.between(1100, 4000) // longer than callers know
	}
	s.answers429 = d.chance(0.15)
	if d.chance(0.15) {
		s.maxIDs = d.intBetween(1, 12)
	}
	s.filtersLate = d.chance(0.1)
	s.trailsEmpty = d.chance(0.1)
	if d.chance(0.25) {
		s.sigLifeMs = d.logBetween(1000, 60_000)
	}
	s.drawGroups(d)
	return s
}

func drawLine(d rng) *line {
	l := &line{outShare: d.Float64(), jitterGoes: oneOf(d, outward, homeward, split)}
	switch {
	case d.chance(0.3): // steady
		l.minMs = d.logBetween(1, 2000)
	case d.chance(0.6):
		l.minMs = d.logBetween(1, 500)
		l.jitterMs = d.logBetween(1, 3000)
	default: // erratic
		l.minMs = 1
		l.erratic = true
	}
	if d.chance(0.4) {
		l.freshMs = d.logBetween(20, 3000)
	}
	if d.chance(0.1) {
		l.stallRate = 0.05
	}
	return l
}

func drawCaller(d rng, number int, s *service, hours bool) *caller {
	c := &caller{
		name:    "listing" + strconv.Itoa(number),
		service: s,
		call: oneOf(d, "listAllGroups", "listAllGroups", "listAllGroups", "paginateGroups", "listGroups",
			"countGroups"),
		limit:         oneOf(d, 1, 2, d.intBetween(3, 20), d.intBetween(3, 20), d.intBetween(3, 20), 10000),
		maxRetries:    oneOf[int64](d, 0, 1, 2, 3, 5, 5, 5, 10, 12),
		minIntervalMs: 1000,
		timeoutMs:     oneOf(d, 10_000, 10_000, 10_000, d.intBetween(50, 2000), d.intBetween(2000, 60_000)),
		startMs:       oneOf(d, 0, 0, d.between(0, 3000), d.between(0, 20_000)),
	}
	switch {
	case d.chance(0.3):
		c.types = []string{oneOf(d, groupTypes...)}
	case c.call != "listGroups" && d.chance(0.4):
		c.drawTypes(d)
	}
	if d.chance(0.05) {
		c.minIntervalMs = d.between(1000, 3000)
	}
	c.minIntervalMs = math.Floor(c.minIntervalMs)
	if s.proxyOption == "" {
		c.credential = oneOf(d, "userSig", "userSigFunction", "userSigFunction", "secretKey")
	} else {
		c.credential = "proxy"
	}
	if d.chance(0.1) {
		c.maxPages = d.intBetween(1, 4)
	}
	if d.chance(0.25) {
		for range d.intBetween(1, 3) {
			c.aborts = append(c.aborts, oneOf(d, d.between(0, 50), d.between(0, 3000), d.between(0, 20_000)))
		}
	}
	if d.chance(0.2) {
		c.maxTakeMs = d.logBetween(1, 5000)
	}
	if hours {
		c.pausesForHours = true
		c.startMs += float64(d.intBetween(0, 2)) * longMs
	}
	c.usesNext = c.call == "listGroups" && d.chance(0.5)
	return c
}

// drawTypes selects several group types, listed one after the other.
func (c *caller) drawTypes(d rng) {
	c.inTurn = true
	if c.types = slices.Clone(groupTypes); d.chance(0.4) {
		return
	}
	d.Shuffle(len(c.types), func(i, j int) { c.types[i], c.types[j] = c.types[j], c.types[i] })
	c.types = c.types[:d.intBetween(1, int64(len(c.types)))]
}
