//go:build race

package simulation

// The race detector makes runs ten times as long, and what it looks for does not depend on the seed.
const raceDetector = true
