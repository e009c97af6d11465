package core

// A Region is one of the vendor's data centres. An app lives in one of them and is known to no other.
type Region struct {
	Name   string // as the option region takes it
	Label  string // for people
	Host   string // of the REST API, from the vendor's "Getting All Groups in an App" and "RESTful API Overview"
	Backup string // a second host of the same data centre, from "RESTful API Overview"

	// The SDKAppIDs [from, to) that belong here, as the vendor's own Web SDK (@tencentcloud/chat 3.6.6) tells data
	// centres apart. An SDKAppID in no range is China's; Riyadh is used only when asked for by name.
	ranges [][2]int64
}

// Regions lists the data centres; the first one is where an SDKAppID belongs that no range names.
var Regions = [...]Region{
	{"china", "China", "console.tim.qq.com", "adminapi.my-imcloud.com", nil},
	{"singapore", "Singapore", "adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com", [][2]int64{{20000000, 30000000}, {1720000000, 1730000000}}},
	{"seoul", "Seoul", "adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com", [][2]int64{{30000000, 40000000}, {1730000000, 1740000000}}},
	{"frankfurt", "Frankfurt", "adminapiger.im.qcloud.com", "adminapiger.my-imcloud.com", [][2]int64{{40000000, 50000000}, {1740000000, 1750000000}}},
	{"mumbai", "Mumbai", "adminapiind.im.qcloud.com", "adminapiind.my-imcloud.com", [][2]int64{{50000000, 60000000}, {1750000000, 1760000000}}},
	{"tokyo", "Tokyo", "adminapijpn.im.qcloud.com", "adminapijpn.my-imcloud.com", [][2]int64{{60000000, 70000000}, {1760000000, 1770000000}}},
	{"silicon-valley", "Silicon Valley", "adminapiusa.im.qcloud.com", "adminapiusa.my-imcloud.com", [][2]int64{{70000000, 80000000}, {1770000000, 1780000000}}},
	{"jakarta", "Jakarta", "adminapiidn.im.qcloud.com", "adminapiidn.my-imcloud.com", [][2]int64{{80000000, 90000000}, {1780000000, 1790000000}}},
	{"riyadh", "Riyadh", "adminapiksa.im.qcloud.com", "adminapiksa.my-imcloud.com", nil},
}

// RegionOf returns the region that an SDKAppID belongs to.
func RegionOf(sdkAppID int64) Region {
	for _, region := range Regions {
		for _, r := range region.ranges {
			if sdkAppID >= r[0] && sdkAppID < r[1] {
				return region
			}
		}
	}
	return Regions[0]
}

// regionNamed returns the region of that name, or false.
func regionNamed(name string) (Region, bool) {
	for _, region := range Regions {
		if region.Name == name {
			return region, true
		}
	}
	return Region{}, false
}
