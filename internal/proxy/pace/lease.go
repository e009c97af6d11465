package pace

import (
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"time"

	"tencent-chat-groups/internal/proxy/redisclient"
)

//go:embed lease.lua
var script string

// patience is how long Redis may be silent until it counts as lost.
const patience = 3 * time.Second

// lease is the gate of replicas that share a lease in Redis, for one call at a time.
type lease struct {
	config Config
	tell   func(ctx context.Context, key string, message ...any) (reply []int64, err error) // runs lease.lua
	length time.Duration                                                                    // a call fits in, even if the reply that grants the lease comes late
	local  *local                                                                           // the pace after this replica's own calls,
	alone  *local                                                                           // and without Redis

	replica string
	number  int64  // of the last message
	turn    int64  // number of the next turn
	untold  *ended // end of the turn before it, until Redis knows
	wanted  bool   // Redis knows that callers wait
	due     time.Time
	said    verdict

	heard time.Time // when Redis last answered
	why   string    // why it does not answer; empty while it does
	lost  bool      // it has not answered for longer than patience
}

func newLease(config Config) *lease {
	l := &lease{config: config, local: newLocal(config), alone: newLocal(config), replica: rand.Text(), turn: 1}
	l.tell = redisclient.NewScript(config.Redis, script).Run
	l.length = redisclient.Timeout + config.CallTimeout + slack
	l.alone.interval *= time.Duration(config.Replicas)
	return l
}

func (l *lease) ask(ctx context.Context, callers int, last *ended) verdict {
	l.local.note(last)
	l.alone.note(last)
	if last != nil {
		l.untold = last
	}
	changed := l.untold != nil || l.wanted != (callers > 0)
	if !time.Now().Before(l.due) || l.why == "" && changed {
		l.exchange(ctx, callers)
	}
	if l.why != "" && time.Since(l.heard) > patience {
		return l.withoutRedis(ctx, callers)
	}
	v := l.said
	l.said.until = time.Time{}
	v.ask = time.Until(l.due)
	return v
}

// exchange sends how things are here, and takes in how they are with all.
func (l *lease) exchange(ctx context.Context, callers int) {
	ended, pause := int64(0), time.Duration(0)
	if l.untold != nil {
		ended, pause = l.turn-1, max(0, time.Until(l.local.next))
	}
	l.number++
	asked := time.Now()
	reply, err := l.tell(ctx, fmt.Sprintf("tencent-chat-groups:{%d}:pace", l.config.SDKAppID),
		l.replica, l.number, callers, l.turn, ended, pause.Milliseconds()+2, l.local.slow.Milliseconds(), l.local.runs,
		l.config.Interval.Milliseconds(), l.length.Milliseconds())
	switch {
	case ctx.Err() != nil: // the proxy is stopping
		return
	case err != nil:
		l.why, l.due = redisclient.Reason(err), time.Now().Add(250*time.Millisecond)
		return
	case l.lost:
		l.lost = false
		l.config.Logger.Info("Redis answers again: replicas share the pace")
	}
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	granted, ask, next, slow, runs, waiting, replicas := reply[0] == 1, ms(reply[1]), ms(reply[2]), ms(reply[3]), reply[4], reply[5], reply[6]
	l.heard, l.why, l.untold = time.Now(), "", nil
	l.wanted, l.due = callers > 0, asked.Add(ask)
	l.said = verdict{next: asked.Add(next), each: (l.config.Interval + slow) * time.Duration(waiting) / time.Duration(max(1, callers)),
		why: fmt.Sprintf("shared with %d other replicas", replicas-1)}
	if granted { // the lease counts from when it was asked for: however late the reply comes, it ends before Redis grants another
		l.said.until = asked.Add(l.length)
		l.local.slow, l.local.runs = slow, int(runs)
		l.turn, l.wanted = l.turn+1, false
	}
}

// withoutRedis decides while Redis is lost. Replicas that call on their own keep the pace on average.
func (l *lease) withoutRedis(ctx context.Context, callers int) verdict {
	if !l.lost {
		l.lost = true
		l.config.Logger.Warn("Redis does not answer", slog.String("why", l.why), slog.Int("replicas", l.config.Replicas))
		spread := time.Duration(mathrand.Int64N(int64(l.alone.interval) + 1)) // so that replicas do not call in step
		l.alone.next = time.Now().Add(l.alone.interval + spread)
	}
	if l.config.Replicas == 0 {
		why := "Redis is lost: " + l.why
		return verdict{mode: Lost, ask: time.Until(l.due), why: why, refused: &Unavailable{2 * time.Second, why}}
	}
	v := l.alone.ask(ctx, callers, nil)
	v.mode, v.why = Alone, fmt.Sprintf("Redis is lost, so each of %d replicas calls once per %[1]d intervals: %s", l.config.Replicas, l.why)
	v.ask = min(v.ask, time.Until(l.due))
	return v
}
