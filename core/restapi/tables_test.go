package restapi

import (
	"embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The vendor's facts, collected from its documentation by hand and apart from the code that is held to them.
//
//go:embed testdata/*.tsv
var tables embed.FS

// vendorsSample is the sample answer of the vendor's "Getting All Groups in an App".
//
//go:embed testdata/vendors-sample.json
var vendorsSample string

func rows(t *testing.T, name string) (rows [][]string) {
	t.Helper()
	text, err := tables.ReadFile("testdata/" + name)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	require.NotEmpty(t, rows)
	return rows
}

// vendorsProfilesSample is the sample answer of the vendor's "Getting Group Profiles".
//
//go:embed testdata/vendors-profiles-sample.json
var vendorsProfilesSample string
