package sandbox

import "time"

// Config says what an App is and, for a Server, how it behaves.
type Config struct {
	SDKAppID   uint32
	Identifier string // the app's only admin
	SecretKey  string // with which the admin's UserSig is made
	Groups     []Group
	Seed       uint64        // of latencies and cursors
	Interval   time.Duration // least distance of two arrivals; 0 lets all through
	Latency    Latency
	Faults     Script

	ProfilesPerSecond int  // most calls for profiles within a second; 0 lets all through
	Dismissed         int  // groups that are listed, but gone
	OldNames          bool // calls for profiles with names that not every data center may know are refused

	Clock Clock // nil for the machine's
}

// App is what the endpoint knows of one app, and what it answers to a call that arrives now. It is all of the sandbox that
// needs no network: the WebAssembly module of the command line's --sandbox is made of it.
type App struct {
	config   Config
	started  time.Time
	throttle throttle
	list     *list
	cursors  cursors

	profileLimit rateLimit
	dismissed    map[string]bool // by ID
}

// NewApp returns an app that is ready for calls.
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

// Answer is the body of the answer to a call that arrives now: JSON, with HTTP 200 whatever it says.
func (a *App) Answer(r Request) []byte {
	var c call
	a.answer(&c, r)
	return c.body
}
