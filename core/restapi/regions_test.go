package restapi

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryRegionOfTheVendorCanBeAskedForByName(t *testing.T) {
	table := rows(t, "regions.tsv")
	require.Len(t, Regions, len(table))
	for i, row := range table {
		region := RegionNamed(row[0])
		require.NotNil(t, region, row[0])
		assert.Equal(t, Regions[i].Name, row[0])
		assert.Equal(t, row[1], region.Label)
		assert.Equal(t, row[2], region.Host)
		assert.Equal(t, row[3], region.Backup)
	}
	assert.Nil(t, RegionNamed(""))
}

func TestAnSDKAppIDLeadsToItsRegion(t *testing.T) {
	for _, row := range rows(t, "regions.tsv") {
		if strings.HasPrefix(row[4], "(") { // no range of its own
			continue
		}
		for both := range strings.SplitSeq(row[4], ",") {
			first, end, _ := strings.Cut(both, "-")
			from, err := strconv.ParseInt(first, 10, 64)
			require.NoError(t, err)
			to, err := strconv.ParseInt(end, 10, 64)
			require.NoError(t, err)
			assert.Equal(t, row[0], RegionOf(from).Name, from)
			assert.Equal(t, row[0], RegionOf(from+1).Name, from+1)
			assert.Equal(t, row[0], RegionOf(to-1).Name, to-1)
			assert.NotEqual(t, row[0], RegionOf(from-1).Name, from-1)
			assert.NotEqual(t, row[0], RegionOf(to).Name, to)
		}
	}
	for _, china := range []int64{1, 14, 19999999, 90000000, 1400000000, 1600000000, 1719999999, 1790000000, MaxSDKAppID} {
		assert.Equal(t, "china", RegionOf(china).Name, china)
	}
}
