package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tencent-chat-groups/internal/simulation"
)

// mutate breaks the engine's rules one by one and prints how many runs it takes to find out, as rows of a Markdown table.
func mutate(runs uint64) int {
	output, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		fmt.Fprintf(os.Stderr, "simulate: %v\n", err)
		return 1
	}
	root := filepath.Dir(strings.TrimSpace(string(output)))
	scratch, err := os.MkdirTemp("", "simulate")
	if err != nil {
		fmt.Fprintf(os.Stderr, "simulate: %v\n", err)
		return 1
	}
	defer os.RemoveAll(scratch)
	fmt.Println("| what is broken | in core | runs until it is found |")
	fmt.Println("|---|---|---|")
	missed := 0
	for _, m := range simulation.Mutations {
		took, violation, err := m.Try(context.Background(), root, scratch, runs)
		switch {
		case errors.Is(err, simulation.ErrNotFound):
			missed++
			fmt.Printf("| %s | %s | **not in %d** |\n", m.Rule, m.File, runs)
		case err != nil:
			missed++
			fmt.Fprintf(os.Stderr, "%s: %v\n", m.Rule, err)
		default:
			fmt.Printf("| %s | %s | %d |\n", m.Rule, m.File, took)
			fmt.Fprintf(os.Stderr, "  %.200s\n", violation)
		}
	}
	if missed > 0 {
		fmt.Fprintf(os.Stderr, "%d of %d mutations were not found\n", missed, len(simulation.Mutations))
		return 1
	}
	return 0
}
