// Command gocommand is the go command that gremlins runs. It corrects two things that gremlins 0.6.0 counts wrongly:
//
//   - Mutants that do not compile count as killed, because `go test` exits with 1 as it does when a test fails. This
//     command exits with 2, which gremlins reports as not viable.
//   - Case clauses, and constants and variables of a package, count as not covered, because coverage profiles contain
//     only statements. This command adds them to the profile (coverage.go).
//
// GO names the real go command.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			fmt.Fprintf(os.Stderr, "gocommand: %v\n", err)
			os.Exit(3)
		}
		os.Exit(exit.ExitCode())
	}
}

func run(args []string) error {
	command := exec.Command(os.Getenv("GO"), args...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	os.Stdout.Write(output.Bytes())
	if notCompiled.Match(output.Bytes()) {
		os.Exit(2)
	}
	if i := slices.Index(args, "-coverprofile"); i >= 0 && err == nil {
		return completeProfile(args[i+1])
	}
	return err
}

var notCompiled = regexp.MustCompile(`(?m)^FAIL\t.* \[build failed\]$`)
