package privatefile

import "io/fs"

// checker checks nothing: modes do not show the access control lists of Windows.
type checker struct{}

func newChecker() checker { return checker{} }

func (checker) check(string, fs.FileInfo) error { return nil }
