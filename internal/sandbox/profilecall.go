package sandbox

import "math/rand/v2"

// chooseDismissed returns the IDs of so many groups that are listed, but gone.
func chooseDismissed(seed uint64, groups []Group, count int) map[string]bool {
	rng := rand.New(rand.NewPCG(seed, 5))
	dismissed := make(map[string]bool, count)
	for _, i := range rng.Perm(len(groups))[:min(count, len(groups))] {
		dismissed[groups[i].ID] = true
	}
	return dismissed
}

// find returns the group with an ID.
func (l *list) find(id string) (Group, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.types == nil { // the first call for profiles
		l.types = make(map[string]string, len(l.groups))
		for _, group := range l.groups {
			l.types[group.ID] = group.Type
		}
	}
	groupType, found := l.types[id]
	return Group{ID: id, Type: groupType}, found
}
