// Command simulate runs the engine in virtual time against a hostile service, network and callers, and checks its
// guarantees. See internal/simulation and docs/reliability.md.
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
	runs := flag.Uint64("runs", 20_000, "number of runs, one per seed")
	seed := flag.Uint64("seed", 1, "first seed")
	only := flag.Uint64("only", 0, "run only this seed")
	trace := flag.Bool("trace", false, "with --only: print one line per event")
	processors := flag.Int("processors", runtime.GOMAXPROCS(0),
		"number of concurrent runs, which does not change the result")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "simulate: unexpected argument %q\n", flag.Arg(0))
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
	reported := start
	counts, failed, found := simulation.Many(first, runs, processors, func(done uint64) {
		if now := time.Now(); now.Sub(reported) > 10*time.Second {
			reported = now
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
