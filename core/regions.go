package core

// A Region is one of the vendor's data centres. An app lives in one of them and is known to no other.
type Region struct {
	Name   string // as the option region takes it
	Label  string // for people
	Host   string // of the REST API, from the vendor's "Getting All Groups in an App" and "RESTful API Overview"
	Backup string // a second host of the same data centre, from "RESTful API Overview"

	// Where the ranges of the SDKAppIDs that belong here begin, as the vendor's own Web SDK (@tencentcloud/chat 3.6.6) tells
	// data centres apart. An SDKAppID in no range is China's; Riyadh is used only when asked for by name.
	ranges []int64
}

// rangeSize is how many SDKAppIDs each of these ranges has.
const rangeSize = 10000000

// Regions lists the data centres; the first one is where an SDKAppID belongs that no range names.
var Regions = [...]Region{
	{"china", "China", "console.tim.qq.com", "adminapi.my-imcloud.com", nil},
	{"singapore", "Singapore", "adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com", []int64{20000000, 1720000000}},
	{"seoul", "Seoul", "adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com", []int64{30000000, 1730000000}},
	{"frankfurt", "Frankfurt", "adminapiger.im.qcloud.com", "adminapiger.my-imcloud.com", []int64{40000000, 1740000000}},
	{"mumbai", "Mumbai", "adminapiind.im.qcloud.com", "adminapiind.my-imcloud.com", []int64{50000000, 1750000000}},
	{"tokyo", "Tokyo", "adminapijpn.im.qcloud.com", "adminapijpn.my-imcloud.com", []int64{60000000, 1760000000}},
	{"silicon-valley", "Silicon Valley", "adminapiusa.im.qcloud.com", "adminapiusa.my-imcloud.com", []int64{70000000, 1770000000}},
	{"jakarta", "Jakarta", "adminapiidn.im.qcloud.com", "adminapiidn.my-imcloud.com", []int64{80000000, 1780000000}},
	{"riyadh", "Riyadh", "adminapiksa.im.qcloud.com", "adminapiksa.my-imcloud.com", nil},
}

// RegionOf returns the region that an SDKAppID belongs to.
func RegionOf(sdkAppID int64) *Region {
	for i := range Regions {
		for _, from := range Regions[i].ranges {
			if sdkAppID >= from && sdkAppID < from+rangeSize {
				return &Regions[i]
			}
		}
	}
	return &Regions[0]
}

// RegionNamed returns the region of that name, or nil.
func RegionNamed(name string) *Region {
	for i := range Regions {
		if Regions[i].Name == name {
			return &Regions[i]
		}
	}
	return nil
}
