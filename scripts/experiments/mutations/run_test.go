package mutations

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The short form of `make mutations`: a few lines of code with a mutant of each outcome.
func TestRun(t *testing.T) {
	report := filepath.Join(t.TempDir(), "report.json")
	command := exec.Command("../../run.sh", report, ".", "go.mod", "fixture.go", "fixture_test.go")
	command.Dir = filepath.Join("testdata", "fixture")
	output, err := command.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 10 {
		t.Errorf("four of five mutants are killed: run.sh should exit with 10; got %v\n%s", err, output)
	}

	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var results struct {
		Files []struct {
			Mutations []struct {
				Type, Status string
				Line         int
			}
		}
	}
	if err := json.Unmarshal(text, &results); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, file := range results.Files {
		for _, m := range file.Mutations {
			got[fmt.Sprintf("line %d: %s", m.Line, m.Type)] = m.Status
		}
	}
	want := map[string]string{
		"line 4: ARITHMETIC_BASE":        "KILLED",     // in a constant
		"line 9: CONDITIONALS_BOUNDARY":  "KILLED",     // in a case clause
		"line 9: CONDITIONALS_NEGATION":  "KILLED",     // the same
		"line 10: ARITHMETIC_BASE":       "NOT VIABLE", // strings have no difference
		"line 11: CONDITIONALS_BOUNDARY": "LIVED",      // no test is at the limit
		"line 11: CONDITIONALS_NEGATION": "KILLED",
		"line 18: CONDITIONALS_BOUNDARY": "NOT COVERED",
		"line 18: CONDITIONALS_NEGATION": "NOT COVERED",
	}
	if !maps.Equal(got, want) {
		t.Errorf("the outcomes are\n%v\nand should be\n%v\n%s", got, want, output)
	}
}
