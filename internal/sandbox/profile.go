package sandbox

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
)

// profile is what get_group_info says of a group.
type profile struct {
	group                                            Group
	name, introduction, notification, faceURL, owner string
	createTime, lastInfoTime, lastMsgTime            int64 // Unix seconds; lastMsgTime 0 without a message
	infoSeq, nextMsgSeq, memberNum, maxMemberNum     int
	countsMembers                                    bool
	applyJoinOption, inviteJoinOption                string
	muted                                            bool
	custom                                           []customField
}

type customField struct{ Key, Value string }

// profileNames are names of groups as apps have them, and names that trip readers. %d is a number.
var profileNames = []string{
	"Team %d", "Support %d", "Order #%d", "Class %d", "Weekend hikers %d", "项目讨论组 %d", "技术支持群 %d",
	"家人群", "グループ%d", "그룹 %d", "Группа %d", "مجموعة %d", "Café e\u0301quipe %d", "Game night 🎲 %d", "👩‍👩‍👧",
	`The "inner" circle`, `C:\groups\%d`, "<b>bold</b> & co",
	"a,b;c\td", "=1+1", " ", "", "\u202eright to left", "\ufeff%d", "null", "0", "12345678901234567890123456",
}

// profileTexts are introductions and notifications.
var profileTexts = []string{
	"", "", "", "Everything around topic %d", "本群用于日常沟通，请勿发广告。", "No meetings in week %d\nSee you after that!",
	"第一行\n第二行 \"quoted\"\r\n第三行 😀",
	"Please read https://example.com/rules?a=1&b=%d", "tab\tand \\ backslash", "\u2028line separator\u2029",
}

// applyJoinOptions are who may join, and who may invite.
var applyJoinOptions = []string{"FreeAccess", "NeedPermission", "DisableApply"}

// maxMembers has the largest number of members of a group by type.
var maxMembers = map[string]int{
	"Public": 2000, "Private": 200, "ChatRoom": 6000, "AVChatRoom": 0, "BChatRoom": 0, "Community": 100_000,
}

// profileOf makes the profile of a group from the seed and its ID. Times lie before the start of the app.
func (a *App) profileOf(group Group) profile {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(group.ID))
	rng := rand.New(rand.NewPCG(a.config.Seed, hash.Sum64()))
	pick := func(texts []string) string {
		text := texts[rng.IntN(len(texts))]
		if n := 1 + rng.IntN(9999); containsNumber(text) {
			return fmt.Sprintf(text, n)
		}
		return text
	}
	p := profile{
		group: group, name: pick(profileNames), introduction: pick(profileTexts), notification: pick(profileTexts),
		applyJoinOption: pick(applyJoinOptions), inviteJoinOption: pick(applyJoinOptions),
		infoSeq: 1 + rng.IntN(50), maxMemberNum: maxMembers[group.Type],
		countsMembers: group.Type != "AVChatRoom" || rng.IntN(2) == 0,
		muted:         rng.IntN(20) == 0,
	}
	if rng.IntN(3) == 0 {
		p.faceURL = fmt.Sprintf("https://example.com/faces/%d.png", rng.IntN(1000))
	}
	if rng.IntN(10) > 0 {
		p.owner = fmt.Sprintf("user_%d", rng.IntN(10_000))
	}
	if group.Type != "AVChatRoom" && rng.IntN(10) > 0 {
		p.memberNum = 1 + int(rng.ExpFloat64()*20)
		if rng.IntN(50) == 0 {
			p.memberNum += 500
		}
		if p.maxMemberNum > 0 {
			p.memberNum = min(p.memberNum, p.maxMemberNum)
		}
	}
	const year = 365 * 24 * 60 * 60
	now := a.started.Unix()
	p.createTime = now - 1 - rng.Int64N(8*year)
	p.lastInfoTime = p.createTime + rng.Int64N(now-p.createTime)
	p.nextMsgSeq = 1
	if rng.IntN(8) > 0 {
		p.nextMsgSeq += 1 + int(rng.ExpFloat64()*500)
		// A third of the groups is in use, a third was until lately, and a third was at some time.
		silent := [...]float64{rng.ExpFloat64() / 100, rng.ExpFloat64() / 4, rng.Float64() * 8}[rng.IntN(3)] * year
		p.lastMsgTime = max(p.createTime, now-int64(silent))
	}
	if rng.IntN(5) == 0 {
		p.custom = append(p.custom, customField{"team", pick([]string{"red", "蓝", "%d"})})
		if rng.IntN(2) == 0 {
			p.custom = append(p.custom, customField{"note", "binary \x00\x01 \"and\" more"})
		}
	}
	return p
}

func containsNumber(format string) bool {
	for i := range len(format) - 1 {
		if format[i:i+2] == "%d" {
			return true
		}
	}
	return false
}

// maxListedMembers bounds the members of one group in an answer.
const maxListedMembers = 1000

// members makes the members of a group: the owner first.
func (p *profile) members() []map[string]any {
	members := make([]map[string]any, min(p.memberNum, maxListedMembers))
	for i := range members {
		account, role := fmt.Sprintf("member_%d", i), "Member"
		if i == 0 && p.owner != "" {
			account, role = p.owner, "Owner"
		}
		members[i] = map[string]any{
			"Member_Account": account, "Role": role, "JoinTime": p.createTime + int64(i), "MsgSeq": p.nextMsgSeq - 1,
			"MsgFlag": "AcceptAndNotify", "LastSendMsgTime": p.lastMsgTime, "ShutUpUntil": 0,
		}
	}
	return members
}
