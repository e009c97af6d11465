package core

// cursors is the set of cursors that a listing has met.
type cursors map[int64]bool

// add adds a cursor and reports whether it is new.
func (c cursors) add(cursor int64) bool {
	if c[cursor] {
		return false
	}
	c[cursor] = true
	return true
}
