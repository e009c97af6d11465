// Package mutations tests the tests of core. run.sh changes core in small ways with gremlins, and reports the changes
// that no test notices. See docs/reliability.md.
package mutations
