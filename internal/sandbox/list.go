package sandbox

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
)

// list is the app's groups in listing order. Each has a key that never changes and that grows along the list, so that a
// place in the list stays what it was when groups come and go around it.
type list struct {
	mu     sync.Mutex
	groups []keyedGroup   // by key
	counts map[string]int // by type; "" counts all

	rng     *rand.Rand // chooses where groups come and go
	maxKey  uint64     // every group is at least keySpacing before it
	created int        // groups that were not there from the start

	types map[string]string // of the groups by ID; nil until the first call for profiles
}

type keyedGroup struct {
	key uint64
	Group
}

// keySpacing is the room between the keys of two neighbours: for groups that are created between them later, and for
// several cursors that mean the same place.
const keySpacing = 1 << 20

func newList(seed uint64, groups []Group) *list {
	l := &list{
		groups: make([]keyedGroup, len(groups)),
		counts: map[string]int{},
		rng:    rand.New(rand.NewPCG(seed, 3)),
		maxKey: uint64(len(groups)+2) * keySpacing,
	}
	for i, group := range groups {
		l.groups[i] = keyedGroup{key: uint64(i+1) * keySpacing, Group: group}
		l.count(group.Type, 1)
	}
	return l
}

func (l *list) count(groupType string, change int) {
	l.counts[""] += change
	l.counts[groupType] += change
}

// page is a part of the list.
type page struct {
	totalCount int
	groupIDs   []string
	last       uint64  // key of the last group in it
	end        bool    // nothing comes after it
	change     *change // what a fault did to the list before it was read; nil for nothing
}

// change is groups that came and went at once, by their IDs.
type change struct {
	created, dismissed []string
}

// page returns the first groups after a key, at most limit, all of one type unless groupType is empty.
func (l *list) page(after uint64, limit int, groupType string) page {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := page{totalCount: l.counts[groupType], groupIDs: []string{}, last: after, end: true}
	for _, group := range l.groups[l.firstAfter(after):] {
		if groupType != "" && group.Type != groupType {
			continue
		}
		if len(p.groupIDs) == limit {
			p.end = false
			break
		}
		p.groupIDs = append(p.groupIDs, group.ID)
		p.last = group.key
	}
	return p
}

// insert puts a group at a random place.
func (l *list) insert(group Group) {
	for {
		key := 1 + l.rng.Uint64N(l.maxKey-keySpacing)
		i := l.firstAfter(key)
		if i == 0 || l.groups[i-1].key != key {
			l.groups = slices.Insert(l.groups, i, keyedGroup{key, group})
			if l.types != nil {
				l.types[group.ID] = group.Type
			}
			l.count(group.Type, 1)
			return
		}
	}
}

// remove takes the group at an index off the list.
func (l *list) remove(i int) Group {
	group := l.groups[i].Group
	l.groups = slices.Delete(l.groups, i, i+1)
	delete(l.types, group.ID)
	l.count(group.Type, -1)
	return group
}

// firstAfter is the index of the first group with a greater key.
func (l *list) firstAfter(key uint64) int {
	i, _ := slices.BinarySearchFunc(l.groups, key+1, func(group keyedGroup, key uint64) int {
		return cmp.Compare(group.key, key)
	})
	return i
}
