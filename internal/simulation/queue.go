package simulation

// event is something that will happen.
type event struct {
	atMs   float64
	number int // events of the same moment happen in the order in which they were planned
	happen func()
}

// queue holds the events to come, as a binary heap.
type queue struct {
	events []event
	number int
}

func (q *queue) before(i, j int) bool {
	a, b := &q.events[i], &q.events[j]
	return a.atMs < b.atMs || a.atMs == b.atMs && a.number < b.number
}

func (q *queue) add(atMs float64, happen func()) {
	q.number++
	q.events = append(q.events, event{atMs, q.number, happen})
	for i := len(q.events) - 1; i > 0; {
		parent := (i - 1) / 2
		if !q.before(i, parent) {
			break
		}
		q.events[i], q.events[parent] = q.events[parent], q.events[i]
		i = parent
	}
}

// next takes out the earliest event.
func (q *queue) next() (e event, ok bool) {
	if len(q.events) == 0 {
		return event{}, false
	}
	e = q.events[0]
	last := len(q.events) - 1
	q.events[0] = q.events[last]
	q.events[last] = event{}
	q.events = q.events[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return e, true
		}
		if child+1 < last && q.before(child+1, child) {
			child++
		}
		if !q.before(child, i) {
			return e, true
		}
		q.events[i], q.events[child] = q.events[child], q.events[i]
		i = child
	}
}
