// Command simulate runs the engine against a service, a network and callers that do everything they can to break it, in
// virtual time, and checks that it keeps its promises. See internal/simulation and docs/reliability.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"tencent-chat-groups/internal/simulation"
)

func main() {
	runs := flag.Uint64("runs", 20_000, "how many runs, each with a seed of its own")
	seed := flag.Uint64("seed", 1, "the first seed")
	only := flag.Uint64("only", 0, "run this seed alone")
	trace := flag.Bool("trace", false, "with --only: print what happened, an event a line")
	processors := flag.Int("processors", runtime.GOMAXPROCS(0), "how many runs at the same time; the outcome does not depend on it")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "simulate: what is %q?\n", flag.Arg(0))
		flag.Usage()
		os.Exit(2)
	}
	if *only != 0 {
		os.Exit(one(*only, *trace))
	}
	os.Exit(many(*seed, *runs, *processors))
}

func one(seed uint64, trace bool) int {
	o := simulation.Run(seed, trace)
	fmt.Print(o.Trace)
	if o.Violation != "" {
		fmt.Printf("seed %d fails: %s\n", seed, o.Violation)
		return 1
	}
	fmt.Printf("seed %d passes\n%v\n", seed, &o.Counts)
	return 0
}

func many(first, runs uint64, processors int) int {
	start := time.Now()
	told := start
	counts, failed, found := simulation.Many(first, runs, processors, func(done uint64) {
		if now := time.Now(); now.Sub(told) > 10*time.Second {
			told = now
			fmt.Fprintf(os.Stderr, "%d of %d runs in %v\n", done, runs, now.Sub(start).Round(time.Second))
		}
	})
	if found {
		fmt.Print(simulation.Describe(failed))
		return 1
	}
	fmt.Printf("seeds %d to %d pass, in %v\n%v\n", first, first+runs-1, time.Since(start).Round(time.Second), &counts)
	return 0
}
