package core

// cursors are those that a listing has met. There is a call a second at most, so it does not matter how they are searched.
type cursors []int64

// add notes a cursor and reports whether it is new.
func (c *cursors) add(cursor int64) bool {
	for _, met := range *c {
		if met == cursor {
			return false
		}
	}
	*c = append(*c, cursor)
	return true
}
