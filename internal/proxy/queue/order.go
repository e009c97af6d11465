package queue

import (
	"cmp"
	"maps"
	"slices"
)

// maxServed is the number of turns after which the order forgets a served caller.
const maxServed = 1000

// order has one line of requests per caller. The next turn goes to the waiting caller whose last turn is longest ago.
// So each other caller gets at most one turn before a waiting caller, however many requests it makes.
type order struct {
	lines  map[string][]place // by caller; none is empty
	served map[string]int     // number of a caller's last turn
	turns  int                // granted so far
	places int                // given so far
}

type place struct {
	request *Request
	number  int
}

func newOrder() order { return order{lines: map[string][]place{}, served: map[string]int{}} }

// add puts a request into a caller's line.
func (o *order) add(caller string, r *Request) {
	o.places++
	o.lines[caller] = append(o.lines[caller], place{r, o.places})
}

// remove takes a request out of a caller's line.
func (o *order) remove(caller string, r *Request) {
	line := slices.DeleteFunc(o.lines[caller], func(p place) bool { return p.request == r })
	if o.lines[caller] = line; len(line) == 0 {
		delete(o.lines, caller)
	}
}

// removeAll takes a request out of all lines.
func (o *order) removeAll(r *Request) {
	for caller := range r.callers {
		o.remove(caller, r)
	}
	r.waiting = false
}

// next removes and returns the request whose turn it is. There must be one.
func (o *order) next() *Request {
	caller := slices.MinFunc(slices.Collect(maps.Keys(o.lines)), o.compare)
	r := o.lines[caller][0].request
	o.removeAll(r)
	o.turns++
	o.served[caller] = o.turns
	maps.DeleteFunc(o.served, func(_ string, turn int) bool { return turn <= o.turns-maxServed })
	return r
}

// compare orders callers by their last turn, and those without one by their time of waiting.
func (o *order) compare(a, b string) int {
	return cmp.Or(o.served[a]-o.served[b], o.lines[a][0].number-o.lines[b][0].number)
}

// ahead returns the number of requests that get a turn before a caller's new request, unless others join.
func (o *order) ahead(caller string) int {
	requests, own := map[*Request]bool{}, len(o.lines[caller])
	for other, line := range o.lines {
		before := own
		if other != caller && o.served[other] <= o.served[caller] {
			before++
		}
		for _, p := range line[:min(before, len(line))] {
			requests[p.request] = true
		}
	}
	return len(requests)
}

// requests returns the waiting requests.
func (o *order) requests() map[*Request]bool {
	all := map[*Request]bool{}
	for _, line := range o.lines {
		for _, p := range line {
			all[p.request] = true
		}
	}
	return all
}

// total returns the number of places.
func (o *order) total() (n int) {
	for _, line := range o.lines {
		n += len(line)
	}
	return n
}
