package sandbox

import "time"

// Config configures an App and, for a Server, its behavior.
type Config struct {
	SDKAppID   uint32
	Identifier string // the app's only admin
	SecretKey  string // signs the admin's UserSig
	Groups     []Group
	Seed       uint64        // determines latencies and cursors
	Interval   time.Duration // minimum time between two arrivals; 0: no limit
	Latency    Latency
	Faults     Script

	ProfilesPerSecond int  // maximum number of calls for profiles in any second; 0: no limit
	Dismissed         int  // number of groups that are listed, but dismissed
	OldNames          bool // refuse field names that not every data center may know

	Clock Clock // nil: the machine's clock
}

// App is what the endpoint knows of an app, and how it answers calls. It needs no network: the WebAssembly module for
// the command line's --sandbox is made of it.
type App struct {
	config   Config
	started  time.Time
	throttle throttle
	list     *list
	cursors  cursors

	profileLimit rateLimit
	dismissed    map[string]bool // by ID
}

// NewApp returns an App.
func NewApp(config Config) *App {
	if config.Clock == nil {
		config.Clock = systemClock{}
	}
	groups := newList(config.Seed, config.Groups)
	return &App{
		config:   config,
		started:  config.Clock.Now(),
		throttle: throttle{clock: config.Clock, interval: config.Interval},
		list:     groups,
		cursors:  newCursors(config.Seed, groups.maxKey),

		profileLimit: rateLimit{clock: config.Clock, perSecond: config.ProfilesPerSecond},
		dismissed:    chooseDismissed(config.Seed, config.Groups, config.Dismissed),
	}
}

// Answer returns the body of the response to a call that arrives now: JSON, always with HTTP status 200.
func (a *App) Answer(r Request) []byte {
	var c call
	a.answer(&c, r)
	return c.body
}
