package restapi

import "slices"

// Region is one of the vendor's data centers. An app exists in one of them and is unknown in the others.
type Region struct {
	Name   string // value of the option region
	Label  string // for people
	Host   string // of the REST API, from the vendor's "Getting All Groups in an App" and "RESTful API Overview"
	Backup string // second host of the data center, from "RESTful API Overview"

	// First SDKAppID of each range that belongs to the region, from the vendor's Web SDK (@tencentcloud/chat 3.6.6). An
	// SDKAppID in no range belongs to China. Riyadh has no range and is only used by name.
	ranges []int64
}

// rangeSize is the number of SDKAppIDs in a range.
const rangeSize = 10_000_000

// Regions lists the data centers. The first is the default.
var Regions = []Region{
	{"china", "China", "console.tim.qq.com", "adminapi.my-imcloud.com", nil},
	{"singapore", "Singapore", "adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com", []int64{20000000, 1720000000}},
	{"seoul", "Seoul", "adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com", []int64{30000000, 1730000000}},
	{"frankfurt", "Frankfurt", "adminapiger.im.qcloud.com", "adminapiger.my-imcloud.com", []int64{40000000, 1740000000}},
	{"mumbai", "Mumbai", "adminapiind.im.qcloud.com", "adminapiind.my-imcloud.com", []int64{50000000, 1750000000}},
	{"tokyo", "Tokyo", "adminapijpn.im.qcloud.com", "adminapijpn.my-imcloud.com", []int64{60000000, 1760000000}},
	{"silicon-valley", "Silicon Valley", "adminapiusa.im.qcloud.com", "adminapiusa.my-imcloud.com",
		[]int64{70000000, 1770000000}},
	{"jakarta", "Jakarta", "adminapiidn.im.qcloud.com", "adminapiidn.my-imcloud.com", []int64{80000000, 1780000000}},
	{"riyadh", "Riyadh", "adminapiksa.im.qcloud.com", "adminapiksa.my-imcloud.com", nil},
}

// RegionOf returns the region that an SDKAppID belongs to.
func RegionOf(sdkAppID int64) *Region {
	for i := range Regions {
		for _, first := range Regions[i].ranges {
			if sdkAppID >= first && sdkAppID < first+rangeSize {
				return &Regions[i]
			}
		}
	}
	return &Regions[0]
}

// RegionNamed returns the region with a name, or nil.
func RegionNamed(name string) *Region {
	i := slices.IndexFunc(Regions, func(r Region) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	return &Regions[i]
}
