package sandbox

import "fmt"

// readPage returns the page that a call asks for, changed by its fault.
func (a *App) readPage(after uint64, asked parameters, f fault) page {
	switch f.kind {
	case emptyPage:
		p := a.list.page(after, 0, asked.groupType)
		// The next key is the same position, since no group is in between, but has another cursor.
		p.last, p.end = after+1, false
		return p
	case repeatCursor:
		p := a.list.page(after, asked.limit, asked.groupType)
		p.last, p.end = after, false
		return p
	case duplicates:
		after = a.list.before(after, min(f.count, asked.limit-1), asked.groupType)
	case groupsChange:
		change := a.list.change(f.created, f.dismissed)
		p := a.list.page(after, asked.limit, asked.groupType)
		p.change = &change
		return p
	}
	return a.list.page(after, asked.limit, asked.groupType)
}

// before returns the key after which a page has up to count groups more than after the given key.
func (l *list) before(after uint64, count int, groupType string) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := l.firstAfter(after) - 1; i >= 0 && count > 0; i-- {
		if groupType == "" || l.groups[i].Type == groupType {
			after = l.groups[i].key - 1
			count--
		}
	}
	return after
}

// change creates and dismisses random groups, and returns their IDs. IDs of created groups begin with @TGS#3, or with
// @TGS#_@TGS#d for a community; no other IDs do.
func (l *list) change(create, dismiss int) change {
	l.mu.Lock()
	defer l.mu.Unlock()
	var changed change
	for range min(dismiss, len(l.groups)) {
		changed.dismissed = append(changed.dismissed, l.remove(l.rng.IntN(len(l.groups))).ID)
	}
	for range create {
		l.created++
		group := Group{Type: GroupTypes[l.rng.IntN(len(GroupTypes))], ID: fmt.Sprintf("@TGS#3%08d", l.created)}
		if group.Type == "Community" {
			group.ID = fmt.Sprintf("@TGS#_@TGS#d%010d", l.created)
		}
		l.insert(group)
		changed.created = append(changed.created, group.ID)
	}
	return changed
}
