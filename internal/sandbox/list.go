package sandbox

import (
	"cmp"
	"slices"
	"sync"
)

// list is the app's groups in listing order. Each has a key that never changes and that grows along the list, so that a
// place in the list stays what it was when groups come and go around it.
type list struct {
	mu     sync.Mutex
	groups []keyedGroup   // by key
	counts map[string]int // by type; "" counts all
}

type keyedGroup struct {
	key uint64
	Group
}

// keySpacing is the room between the keys of two neighbours: for groups that are created between them later, and for
// several cursors that mean the same place.
const keySpacing = 1 << 20

func newList(groups []Group) *list {
	l := &list{groups: make([]keyedGroup, len(groups)), counts: map[string]int{}}
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
	last       uint64 // key of the last group in it
	end        bool   // nothing comes after it
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

// firstAfter is the index of the first group with a greater key.
func (l *list) firstAfter(key uint64) int {
	i, _ := slices.BinarySearchFunc(l.groups, key+1, func(group keyedGroup, key uint64) int {
		return cmp.Compare(group.key, key)
	})
	return i
}
