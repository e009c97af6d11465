package main

import (
	"flag"
	"fmt"
)

// maxProfilesPerSecond bounds --profiles-per-second: the sandbox remembers so many arrivals.
const maxProfilesPerSecond = 1_000_000

// addProfileFlags adds the flags of calls for profiles (get_group_info).
func (o *options) addProfileFlags(flags *flag.FlagSet) {
	flags.IntVar(&o.config.ProfilesPerSecond, "profiles-per-second", 200,
		"most `calls` of get_group_info within any second; 0 for no limit")
	flags.IntVar(&o.config.Dismissed, "dismissed", 0,
		"`number` of groups that are listed, but dismissed: get_group_info answers 10010 for them")
	flags.BoolVar(&o.config.OldNames, "old-names", false, "refuse InviteJoinOption and MuteAllMember in filters "+
		"of get_group_info (10004), as a data center may")
}

func (o *options) checkProfileFlags() error {
	if n := o.config.ProfilesPerSecond; n < 0 || n > maxProfilesPerSecond {
		return fmt.Errorf("--profiles-per-second is %d: it must be from 0 to %d", n, maxProfilesPerSecond)
	}
	if n := o.config.Dismissed; n < 0 || n > o.groups {
		return fmt.Errorf("--dismissed is %d: it must be from 0 to %d, the number of groups", n, o.groups)
	}
	return nil
}
