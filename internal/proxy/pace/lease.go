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

// maxSilence is the time without a reply after which Redis counts as lost.
const maxSilence = 3 * time.Second

// lease is the gate of replicas that share a lease in Redis, for one call at a time.
type lease struct {
	config Config
	// run runs lease.lua.
	run     func(ctx context.Context, key string, message ...any) (reply []int64, err error)
	length  time.Duration // allows a call even if the granting reply is late
	local   *local        // the pace after this replica's own calls
	reduced *local        // the pace without Redis

	replica    string
	number     int64    // of the last message
	turn       int64    // number of the next turn
	unreported *turnEnd // end of the turn before it, until Redis knows it
	waiting    bool     // whether Redis knows of waiting callers
	nextAsk    time.Time
	verdict    verdict

	lastReply time.Time
	failure   string // why Redis does not reply; empty while it does
	lost      bool   // no reply for longer than maxSilence
}

func newLease(config Config) *lease {
	l := &lease{config: config, local: newLocal(config), reduced: newLocal(config), replica: rand.Text(), turn: 1}
	l.run = redisclient.NewScript(config.Redis, script).Run
	l.length = redisclient.Timeout + config.CallTimeout + slack
	l.reduced.interval *= time.Duration(config.Replicas)
	return l
}

func (l *lease) ask(ctx context.Context, callers int, last *turnEnd) verdict {
	l.local.note(last)
	l.reduced.note(last)
	if last != nil {
		l.unreported = last
	}
	changed := l.unreported != nil || l.waiting != (callers > 0)
	if !time.Now().Before(l.nextAsk) || l.failure == "" && changed {
		l.exchange(ctx, callers)
	}
	if l.failure != "" && time.Since(l.lastReply) > maxSilence {
		return l.withoutRedis(ctx, callers)
	}
	v := l.verdict
	l.verdict.until = time.Time{}
	v.askIn = time.Until(l.nextAsk)
	return v
}

// exchange sends this replica's state to Redis, and receives the state of all replicas.
func (l *lease) exchange(ctx context.Context, callers int) {
	ended, pause := int64(0), time.Duration(0)
	if l.unreported != nil {
		ended, pause = l.turn-1, max(0, time.Until(l.local.next))
	}
	l.number++
	asked := time.Now()
	reply, err := l.run(ctx, fmt.Sprintf("tencent-chat-groups:{%d}:pace", l.config.SDKAppID),
		l.replica, l.number, callers, l.turn, ended, pause.Milliseconds()+2, l.local.slow.Milliseconds(), l.local.runs,
		l.config.Interval.Milliseconds(), l.length.Milliseconds())
	switch {
	case ctx.Err() != nil: // the proxy is stopping
		return
	case err != nil:
		l.failure, l.nextAsk = redisclient.Reason(err), time.Now().Add(250*time.Millisecond)
		return
	case l.lost:
		l.lost = false
		l.config.Logger.Info("Redis answers again: replicas share the pace")
	}
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	granted, ask, next, slow := reply[0] == 1, ms(reply[1]), ms(reply[2]), ms(reply[3])
	runs, waiting, replicas := reply[4], reply[5], reply[6]
	l.lastReply, l.failure, l.unreported = time.Now(), "", nil
	l.waiting, l.nextAsk = callers > 0, asked.Add(ask)
	l.verdict = verdict{next: asked.Add(next),
		each: (l.config.Interval + slow) * time.Duration(waiting) / time.Duration(max(1, callers)),
		why:  fmt.Sprintf("shared with %d other replicas", replicas-1)}
	if granted { // counted from the request, the lease ends before Redis grants another, however late the reply is
		l.verdict.until = asked.Add(l.length)
		l.local.slow, l.local.runs = slow, int(runs)
		l.turn, l.waiting = l.turn+1, false
	}
}

// withoutRedis decides while Redis is lost. Replicas with the flag --replicas keep the pace on average.
func (l *lease) withoutRedis(ctx context.Context, callers int) verdict {
	if !l.lost {
		l.lost = true
		l.config.Logger.Warn("Redis does not answer", slog.String("why", l.failure), slog.Int("replicas", l.config.Replicas))
		// so that replicas do not call at the same time
		spread := time.Duration(mathrand.Int64N(int64(l.reduced.interval) + 1))
		l.reduced.next = time.Now().Add(l.reduced.interval + spread)
	}
	if l.config.Replicas == 0 {
		why := "Redis is lost: " + l.failure
		return verdict{mode: Lost, askIn: time.Until(l.nextAsk), why: why, refused: &Unavailable{2 * time.Second, why}}
	}
	v := l.reduced.ask(ctx, callers, nil)
	v.mode, v.why = Reduced, fmt.Sprintf("Redis is lost, so each of %d replicas calls once per %[1]d intervals: %s",
		l.config.Replicas, l.failure)
	v.askIn = min(v.askIn, time.Until(l.nextAsk))
	return v
}
