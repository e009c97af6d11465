package core

// cursors is the set of the cursors that a listing has met, in ascending order.
type cursors []int64

// add puts a cursor into the set and reports whether it is new there.
func (c *cursors) add(cursor int64) bool {
	low, high := 0, len(*c)
	for low < high {
		if middle := (low + high) / 2; (*c)[middle] < cursor {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(*c) && (*c)[low] == cursor {
		return false
	}
	*c = append(*c, 0)
	copy((*c)[low+1:], (*c)[low:])
	(*c)[low] = cursor
	return true
}
