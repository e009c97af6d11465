package simulation

import (
	"fmt"
	"strconv"

	"tencent-chat-groups/core"
)

// tracef adds a line to the trace: when, who, what. Callers check tracing first, since formatting is slow.
func (w *world) tracef(who, format string, args ...any) {
	fmt.Fprintf(&w.trace, "%12.3f  %-9s  ", w.nowMs, who)
	fmt.Fprintf(&w.trace, format, args...)
	w.trace.WriteByte('\n')
}

func describeEvent(e *core.Event) string {
	text := e.Report.String()
	switch e.Report {
	case core.Headers:
		text += " " + strconv.FormatInt(e.Status, 10)
		if e.RetryAfterMs > 0 {
			text += fmt.Sprintf(", retry after %.0f ms", e.RetryAfterMs)
		}
	case core.Body:
		text += " " + shortened(string(e.Bytes))
	case core.NetworkFailed, core.SignFailed, core.Signed:
		text += " " + e.Code + " " + shortened(e.Text)
	case core.Taken:
		text += fmt.Sprintf(", %d duplicates", e.Duplicates)
	}
	return text
}

func describeAction(a *core.Action) string {
	text := a.Do.String()
	switch a.Do {
	case core.Wait:
		if a.WaitMs < 0 {
			text += " until woken"
		} else {
			text += fmt.Sprintf(" %.3f ms", a.WaitMs)
		}
		if a.Retry != nil {
			text += " to retry after: " + a.Retry.Message
		}
	case core.Fetch:
		text += " " + shortened(a.URL) + " " + a.Body
	case core.Page:
		text += fmt.Sprintf(" of %d %s, TotalCount %d, Next %d", a.GroupIDs.Count, a.GroupType, a.TotalCount, a.Next)
	case core.Done:
		text += " " + a.Checkpoint.JSON()
	case core.Fail:
		text += " " + a.Failure.JSON()
	}
	return text
}

func shortened(text string) string {
	const maxBytes = 160
	if len(text) > maxBytes {
		return strconv.Quote(text[:maxBytes]) + "..."
	}
	return strconv.Quote(text)
}
