package simulation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Mutation is a rule of the engine that is broken on purpose, by one change of its source.
type Mutation struct {
	Rule string // what is broken
	File string // in core
	Old  string // has to be in the file exactly once
	New  string
}

// Mutations are there to see that the simulation would find a mistake in any of the rules. A change of the engine that
// moves one of these lines asks for a look at whether the rule is still checked.
var Mutations = []Mutation{
	// Pace.
	{"the pace saves more than the shortest round trip", "pacer.go", "return max(0, rttMin-max(", "return max(0, 1.5*rttMin-max("},
	{"the first round trip is trusted", "pacer.go", "minTrips    = 3", "minTrips    = 1"},
	{"a round trip is measured from too early", "listing.go", "l.sentMs = l.nowMs", "l.sentMs = l.nowMs - 300"},
	{"a call that was given up does not count", "pacer.go", "{ p.free(l, true) }", "{ p.calling = nil }"},
	{"a call that was given up counts as one that was answered", "pacer.go", "{ p.free(l, true) }", "{ p.free(l, false) }"},
	{"an aborted call does not count", "listing.go", "if l.state != ended {\n\t\tif l.state == calling {", "if l.state != ended {\n\t\tl.pacer.calling = nil\n\t\tif false {"},
	{"what is known of one host is used for the other", "pacer.go", "p.lastBase != base || ", ""},
	{"a throttle answer is ignored", "listing.go", "\t\tl.pacer.throttled()", "\t\tl.pacer.fine()"},
	{"after a throttle answer round trips count at once", "pacer.go", "p.wary, p.fineRuns = minTrips, 0", "p.wary, p.fineRuns = 0, 0"},
	{"a throttle answer does not widen the interval", "pacer.go", "p.slowMs = min(maxSlowMs, max(minSlowMs, 2*p.slowMs))", "p.slowMs = 0"},
	{"the interval widens without bound", "pacer.go", "min(maxSlowMs, max(minSlowMs, 2*p.slowMs))", "max(minSlowMs, 2*p.slowMs)"},
	{"the interval stays wide for ever", "pacer.go", "p.fineRuns < slowRuns", "p.fineRuns > 0"},
	{"HTTP status 429 is no throttle answer", "failure.go", "f.Retryable, f.retry = true, restapi.RetrySlower", "f.Retryable, f.retry = true, restapi.RetryAgain"},
	{"two calls of an app at a time", "pacer.go", "if p.calling != nil || p.queue[0] != l {", "if p.queue[0] != l {"},
	{"last come, first served", "pacer.go", "p.queue = append(p.queue, l)", "p.queue = slices.Insert(p.queue, 0, l)"},
	{"nobody is woken", "engine.go", "e.woken = first.id", "e.woken = 0"},
	{"nobody is woken when a listing is closed", "engine.go", "l.pacer.forget(l)\n\te.wake(l)", "l.pacer.forget(l)"},
	{"an aborted listing keeps its turn", "listing.go", "\t\tl.pacer.leave(l)\n", ""},
	{"a pacer is forgotten while a listing uses it", "pacer.go", "return len(p.listings) == 0 && nowMs", "return p.calling == nil && p.queue == nil && nowMs"},
	{"the pace of long ago is remembered", "engine.go", "if p.idle(nowMs) {", "if p.idle(nowMs) && other != name {"},
	{"a clock that runs backwards is believed", "engine.go", "c.offset += c.last - nowMs", "c.offset += 0"},

	// Retries.
	{"retries without end", "listing.go", "case !f.Retryable || l.failures >= l.options.MaxRetries:", "case !f.Retryable:"},
	{"one retry too many", "listing.go", "l.failures >= l.options.MaxRetries", "l.failures > l.options.MaxRetries"},
	{"retries are counted over the whole listing", "listing.go", "l.calls, l.failures, l.resigned = 0, 0, false", "l.calls, l.resigned = 0, false"},
	{"what no retry can mend is retried", "listing.go", "case !f.Retryable || l.failures", "case l.failures"},
	{"retries do not back off", "backoff.go", "*(float64(random)/(1<<32))", "*0"},
	{"back-off without bound", "backoff.go", "maxBackoffMs         = 30000", "maxBackoffMs         = 1e9"},
	{"back-off without jitter", "backoff.go", "*(float64(random)/(1<<32))", ""},
	{"Retry-After is ignored", "listing.go", "\t\tf.pauseMs = l.pauseMs\n", ""},
	{"Retry-After is obeyed for days", "listing.go", "case f.pauseMs > maxPauseMs:", "case f.pauseMs > 1e12:"},
	{"70050's minute is ignored", "failure.go", "float64(code.PauseSeconds)*1000", "0"},
	{"an early timer ends a back-off", "listing.go", "if before == resting && l.nowMs < l.untilMs {", "if false {"},

	// 10018.
	{"Limit is not halved", "listing.go", "l.limit /= 2", "l.limit--"},
	{"the halved Limit is forgotten", "listing.go", "l.calls, l.failures, l.resigned = 0, 0, false", "l.calls, l.failures, l.resigned, l.limit = 0, 0, false, l.options.limit"},
	{"Limit becomes 0", "listing.go", "if l.limit == 1 {", "if l.limit == 0 {"},
	{"resuming forgets the halved Limit", "listing.go", "l.limit = min(l.limit, l.at.Limit)", "l.at.Limit = l.limit"},
	{"the checkpoint forgets the halved Limit", "listing.go", "\t\tl.at.Limit = l.limit\n", ""},

	// Signatures.
	{"UserSigs are renewed without end", "listing.go", "if l.resigned || !l.options.renewable() {", "if !l.options.renewable() {"},
	{"UserSigs are never renewed", "listing.go", "if l.resigned || !l.options.renewable() {", "if true {"},
	{"a string is taken for a UserSig that can be renewed", "listing.go", "if l.resigned || !l.options.renewable() {", "if l.resigned {"},
	{"the expired UserSig is used again", "listing.go", "\t\tl.userSig = \"\"\n", ""},
	{"UserSigs are not redacted", "redact/redact.go", "if secret == \"\" || i+part", "if secret != \"\" || i+part"},
	{"a UserSig that was cut short is not redacted", "redact/redact.go", "part := min(minPart, len(secret))", "part := len(secret)"},
	{"a UserSig that others made is not redacted", "redact/redact.go", "const parameter = \"usersig\"", "const parameter = \"secret_key\""},

	// Hosts.
	{"the backup host is never used", "listing.go", "l.atBackup = true", "l.atBackup = false"},
	{"the backup host is used at the first failure", "listing.go", "triesPerHost  = 2", "triesPerHost  = 1"},
	{"an answer leads back to the main host", "listing.go", "l.unanswered = 0\n\tl.at.TotalCount", "l.unanswered, l.atBackup = 0, false\n\tl.at.TotalCount"},
	{"an endpoint has the region's backup host", "options.go", "case o.BaseURL != \"\":\n\t\treturn o.BaseURL", "case o.BaseURL != \"\" && !backup:\n\t\treturn o.BaseURL\n\tcase o.Region == nil:\n\t\treturn \"https://\" + restapi.Regions[0].Backup"},

	// Pages.
	{"cursors are forgotten", "listing.go", "a.Next != 0 && !l.seen.add(a.Next)", "false"},
	{"empty pages without end", "listing.go", "l.emptyPages > maxEmptyPages", "l.emptyPages > 1000"},
	{"the largest TotalCount is forgotten", "listing.go", "l.at.MaxTotalCount = max(l.at.MaxTotalCount, l.at.TotalCount)", "l.at.MaxTotalCount = l.at.TotalCount"},
	{"the checkpoint forgets the largest TotalCount", "checkpoint.go", "if c.MaxTotalCount > c.TotalCount && !c.Ended {", "if false {"},
	{"resuming forgets the largest TotalCount", "checkpoint.go", "c.MaxTotalCount = max(c.MaxTotalCount, c.TotalCount)", "c.MaxTotalCount = c.TotalCount"},
	{"the IDs of earlier types do not count as explained", "listing.go", "then.MaxTotalCount = max(then.MaxTotalCount, then.received())", "then.MaxTotalCount += 0"},
	{"duplicates are not counted", "listing.go", "l.at.Duplicates += duplicates", "l.at.Duplicates += 0"},
	{"duplicates are counted as groups", "listing.go", "l.at.Groups -= duplicates", "l.at.Groups -= 0"},
	{"a missing Next is taken for the end", "restapi/answer.go", "case !next.Found:", "case false:"},
	{"a part of an answer is accepted", "restapi/answer.go", "groupIDList); err != nil {\n\t\treturn Answer{}, err", "groupIDList); err != nil {\n\t\t_ = err"},
	{"a listing is complete when it is not", "listing.go", "!l.at.Ended || l.at.Groups < l.at.TotalCount", "!l.at.Ended"},
	{"a resumed listing claims to be complete", "listing.go", "l.earlierGroups > 0", "false"},
	{"the smaller interval of two listings holds", "pacer.go", "largest = max(largest, l.options.MinIntervalMs)", "largest = l.options.MinIntervalMs"},

	// Checkpoints.
	{"the checkpoint has the cursor of the page before", "listing.go", "then.Next = page.Next", "then.Next = l.next"},
	{"the checkpoint is ahead of what the caller took", "listing.go", "l.lookAhead(&a)", "l.lookAhead(&a)\n\tl.at = l.then"},
	{"the checkpoint of a failure is missing", "listing.go", "f.Checkpoint = l.stop()", "l.stop()"},
	{"resuming begins anew", "listing.go", "l.next = l.at.Next\n\tl.seen", "l.next = o.next\n\tl.seen"},
	{"resuming forgets the counts", "listing.go", "l.at = *o.Resume\n", "l.at.Limit, l.at.Next, l.at.Ended = o.Resume.Limit, o.Resume.Next, o.Resume.Ended\n"},

	// Group types, one after the other.
	{"the next type is skipped", "listing.go", "next, ok := l.options.groupTypeAfter(then.GroupType)", "next, ok := l.options.groupTypeAfter(then.GroupType)\n\t\tnext, ok = l.options.groupTypeAfter(next)"},
	{"a listing stops after its first type", "listing.go", "then.Ended = !ok", "then.Ended = true"},
	{"the types of 'each' are in another order", "restapi/grouptypes.go", "{\"Public\", \"Private\", \"ChatRoom\",", "{\"Private\", \"Public\", \"ChatRoom\","},
	{"a list of types has names that the endpoint does not know", "readoptions.go", "groupType, _ := restapi.ParseGroupType(r.oneOf(\"groupType\", names[:len(names)-1]))", "groupType := restapi.GroupType(r.oneOf(\"groupType\", names[:len(names)-1]))"},
	{"a page does not tell its type", "listing.go", "GroupType: l.at.GroupType", "GroupType: \"\""},
	{"a page tells the TotalCount of all types", "listing.go", "TotalCount: a.TotalCount, Next: a.Next", "TotalCount: l.at.TotalCount, Next: a.Next"},
	{"the TotalCount of earlier types is forgotten", "listing.go", "l.at.TotalCount = l.at.EarlierTotalCount + a.TotalCount", "l.at.TotalCount = a.TotalCount"},
	{"the checkpoint after a type's last page still names that type", "listing.go", "then.GroupType, then.EarlierTotalCount = next, then.TotalCount", "then.EarlierTotalCount = then.TotalCount"},
	{"the checkpoint forgets the TotalCount of earlier types", "listing.go", "then.GroupType, then.EarlierTotalCount = next, then.TotalCount", "then.GroupType = next"},
	{"the checkpoint does not tell which types were asked for", "checkpoint.go", "if len(c.GroupTypes) > 0 {\n\t\tw.", "if c.EarlierTotalCount > 0 {\n\t\tw."},
	{"resuming begins with the first type", "listing.go", "l.at = *o.Resume\n", "l.at = *o.Resume\n\t\tl.at.GroupType = o.firstGroupType()\n"},
	{"cursors are not forgotten with a new type", "listing.go", "\t\tl.seen = cursors{0: true}\n", ""},
	{"empty pages are counted over all types", "listing.go", "a.GroupIDs.Count > 0 || a.Next == 0", "a.GroupIDs.Count > 0"},
	{"the first call for a type does not keep the pace", "listing.go", "\t\tl.seen = cursors{0: true}\n", "\t\tl.seen = cursors{0: true}\n\t\tl.pacer.called = false\n"},
	{"the first call for a type goes to the main host again", "listing.go", "\t\tl.seen = cursors{0: true}\n", "\t\tl.seen, l.atBackup = cursors{0: true}, false\n"},
	{"the first call for a type has the Limit that was asked for", "listing.go", "\t\tl.seen = cursors{0: true}\n", "\t\tl.seen, l.limit = cursors{0: true}, l.options.Limit\n"},
	{"maxPages is counted for each type", "listing.go", "\t\tl.seen = cursors{0: true}\n", "\t\tl.seen, l.handed = cursors{0: true}, -1\n"},

	// Counts.
	{"a count stops after the first type", "listing.go", "then.Ended = !ok", "then.Ended = !ok || l.options.Operation == CountGroups"},
	{"a count hands on the ID that it got", "listing.go", "a.GroupIDs, a.Next = restapi.IDList{}, 0", "a.Next = 0"},
	{"a count goes on with the next page", "listing.go", "a.GroupIDs, a.Next = restapi.IDList{}, 0", "a.GroupIDs = restapi.IDList{}"},
	{"a count tells of progress", "listing.go", "if l.options.Operation != CountGroups {\n\t\taction", "if true {\n\t\taction"},
	{"a count obeys maxPages", "readoptions.go", "case CountGroups: // a page of each type", "case -1: // a page of each type"},
	{"a count goes on from a checkpoint", "readoptions.go", "if o.Operation != CountGroups { // a count has no position", "if true { // a count has no position"},
	{"a count asks for a whole page", "readoptions.go", "if o.Operation == CountGroups {\n\t\to.Limit = 1", "if false {\n\t\to.Limit = 1"},
}

// ErrNotFound means that the simulation passes although a rule is broken.
var ErrNotFound = errors.New("the simulation did not find it")

// Try builds cmd/simulate with the mutation, and tells how many runs it took to find it. root is the module's folder,
// scratch one for files of no further use.
func (m *Mutation) Try(ctx context.Context, root, scratch string, runs uint64) (took uint64, violation string, err error) {
	path := filepath.Join(root, "core", m.File)
	source, err := os.ReadFile(path)
	if err != nil {
		return 0, "", err
	}
	if n := bytes.Count(source, []byte(m.Old)); n != 1 {
		return 0, "", fmt.Errorf("core/%s has %q %d times, not once", m.File, m.Old, n)
	}
	mutant := filepath.Join(scratch, m.File)
	if err := os.WriteFile(mutant, bytes.Replace(source, []byte(m.Old), []byte(m.New), 1), 0o600); err != nil {
		return 0, "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {path: mutant}})
	if err != nil {
		return 0, "", err
	}
	overlayFile, program := filepath.Join(scratch, "overlay.json"), filepath.Join(scratch, "simulate")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return 0, "", err
	}
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlayFile, "-o", program, "./cmd/simulate")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		return 0, "", fmt.Errorf("the mutant does not build: %w\n%s", err, output)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	output, err := exec.CommandContext(ctx, program, "--runs", strconv.FormatUint(runs, 10), "--seed", "1").Output()
	found := seedLine.FindSubmatch(output)
	switch {
	case err == nil:
		return 0, "", ErrNotFound
	case found == nil:
		return 0, "", fmt.Errorf("the mutant neither passes nor fails: %w\n%s", err, output)
	}
	took, err = strconv.ParseUint(string(found[1]), 10, 64)
	violation, _, _ = strings.Cut(string(found[2]), "\n")
	return took, violation, err
}

var seedLine = regexp.MustCompile(`(?m)^seed (\d+) fails: (.*)$`)
