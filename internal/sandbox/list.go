package sandbox

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
)

// list is the app's groups in listing order. Each has a key that never changes and grows along the list, so that a
// position is stable while groups come and go.
type list struct {
	mu     sync.Mutex
	groups []keyedGroup   // by key
	counts map[string]int // by type; "" counts all

	rng     *rand.Rand // for random positions
	maxKey  uint64     // every group is at least keySpacing before it
	created int        // groups created by faults

	types map[string]string // of the groups by ID; nil until the first call for profiles
}

type keyedGroup struct {
	key uint64
	Group
}

// keySpacing is the distance between the keys of neighbors: room for groups created later, and for several cursors of
// one position.
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
	end        bool    // there are no later groups
	change     *change // of a fault, before the page was read; nil: none
}

// change is the IDs of groups created and dismissed at once.
type change struct {
	created, dismissed []string
}

// page returns the first groups after a key: at most limit, and of one type unless groupType is empty.
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

// insert inserts a group at a random position.
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

// remove removes and returns the group at an index.
func (l *list) remove(i int) Group {
	group := l.groups[i].Group
	l.groups = slices.Delete(l.groups, i, i+1)
	delete(l.types, group.ID)
	l.count(group.Type, -1)
	return group
}

// firstAfter returns the index of the first group with a greater key.
func (l *list) firstAfter(key uint64) int {
	i, _ := slices.BinarySearchFunc(l.groups, key+1, func(group keyedGroup, key uint64) int {
		return cmp.Compare(group.key, key)
	})
	return i
}
