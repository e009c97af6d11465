package restapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkAnswer holds the reader of answers to encoding/json, on a page of 10,000 IDs in the forms of
// bench/answers.mjs. Names are keys and values, so that benchstat can put the readers side by side, each against the
// first: benchstat -col /reader.
//
// The reader called core hands on what the module does, one run of text, into the memory of the page before.
// core-strings takes that apart, so that it ends, as encoding/json does here, with a slice of strings.
func BenchmarkAnswer(b *testing.B) {
	for _, form := range []struct{ name, body string }{{"compact", compactAnswer(10_000)}, {"unusual", unusualAnswer(10_000)}} {
		body := []byte(form.body)
		var room []byte
		readers := []struct {
			name string
			read func() (ids int, err error)
		}{
			{"encoding-json", func() (int, error) {
				ids, err := readPlainly(body)
				return len(ids), err
			}},
			{"core", func() (int, error) {
				a, err := ReadAnswer(body, room)
				room = a.GroupIDs.Text
				return a.GroupIDs.Count, err
			}},
			{"core-strings", func() (int, error) {
				a, err := ReadAnswer(body, room)
				room = a.GroupIDs.Text
				return len(a.GroupIDs.Strings()), err
			}},
		}
		for _, reader := range readers {
			b.Run(fmt.Sprintf("form=%s/reader=%s", form.name, reader.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if ids, err := reader.read(); err != nil || ids != 10_000 {
						b.Fatal(ids, err)
					}
				}
			})
		}
	}
}

func TestTheAnswersOfTheBenchmarkAreReadAlike(t *testing.T) {
	for _, body := range []string{compactAnswer(100), unusualAnswer(100)} {
		a, err := ReadAnswer([]byte(body), nil)
		require.NoError(t, err)
		want, err := readPlainly([]byte(body))
		require.NoError(t, err)
		require.Equal(t, want, a.GroupIDs.Strings())
		require.Len(t, want, 100)
	}
}

func readPlainly(body []byte) ([]string, error) {
	var a struct {
		ErrorCode, TotalCount, Next int64
		GroupIdList                 []struct{ GroupId string }
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, err
	}
	ids := make([]string, len(a.GroupIdList))
	for i, group := range a.GroupIdList {
		ids[i] = group.GroupId
	}
	return ids, nil
}

// benchID is like the vendor's; now and then one that an app chose.
func benchID(i int) string {
	if i%10 == 0 {
		return fmt.Sprintf("app-%08x-room", uint32(i)*2654435761)
	}
	return fmt.Sprintf("@TGS#2%08X", uint32(i)*2654435761)
}

func compactAnswer(count int) string {
	entries := make([]string, count)
	for i := range entries {
		entries[i] = `{"GroupId":"` + benchID(i) + `"}`
	}
	return `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"TotalCount":1000000,"GroupIdList":[` + strings.Join(entries, ",") + `],"Next":1}`
}

// unusualAnswer has white space, another order, unknown fields, and escapes and non-ASCII in one ID of ten.
func unusualAnswer(count int) string {
	entries := make([]string, count)
	for i := range entries {
		id := benchID(i)
		switch i % 10 {
		case 3:
			entries[i] = `    { "GroupId" : "` + id[:4] + `\u00e9\"` + id[4:] + `群组" }`
		case 7:
			entries[i] = `    { "Type": "Public", "GroupId": "` + id + `" }`
		default:
			entries[i] = `    { "GroupId": "` + id + `" }`
		}
	}
	return "{\n  \"Next\": 1,\n  \"GroupIdList\": [\n" + strings.Join(entries, ",\n") + "\n  ],\n" +
		"  \"Extra\": [1, 2.5e3, null, {\"a\": \"b\"}],\n  \"TotalCount\": 1000000,\n  \"ErrorCode\": 0,\n  \"ErrorInfo\": \"\",\n  \"ActionStatus\": \"OK\"\n}"
}

// BenchmarkProfiles holds the reader of profiles to encoding/json, on an answer with 50 profiles.
func BenchmarkProfiles(b *testing.B) {
	const count = 50
	entries, groupIDs := make([]string, count), make([]string, count)
	for i := range entries {
		groupIDs[i] = benchID(i)
		entries[i] = fmt.Sprintf(`{"GroupId":"%s","ok","Type":"Public","Name":"群组 %d","Introduction":"",`+
			`"Notification":"First line\nsecond line","FaceUrl":"https://example.com/%d.png","Owner_Account":"user_%d",`+
			`"CreateTime":1626976500,"LastInfoTime":1726976500,"LastMsgTime":1726976600,"InfoSeq":3,"NextMsgSeq":%d,`+
			`"MemberNum":20,"MaxMemberNum":2000,"ApplyJoinOption":"FreeAccess","InviteJoinOption":"FreeAccess",`+
			`"MuteAllMember":"Off"}`, groupIDs[i], i, i, i, i)
	}
	body := []byte(groupInfo(entries...))
	reader := ProfileQuery{Fields: ProfileFields}.Reader()
	readers := []struct {
		name string
		read func() (profiles int, err error)
	}{
		{"encoding-json", func() (int, error) {
			var a struct {
				ErrorCode int64
				GroupInfo []struct {
					GroupId, ErrorInfo, Type, Name, Introduction, Notification, FaceUrl, Owner_Account string
					ApplyJoinOption, InviteJoinOption, MuteAllMember                                   string
					ErrorCode, CreateTime, LastInfoTime, LastMsgTime, InfoSeq, NextMsgSeq              int64
					MemberNum, MaxMemberNum                                                            int64
				}
			}
			err := json.Unmarshal(body, &a)
			return len(a.GroupInfo), err
		}},
		{"core", func() (int, error) {
			a, err := reader.Read(body, groupIDs)
			return a.Profiles.Count, err
		}},
	}
	for _, each := range readers {
		b.Run("form=profiles/reader="+each.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if profiles, err := each.read(); err != nil || profiles != count {
					b.Fatal(profiles, err)
				}
			}
		})
	}
}
