package sandbox

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
)

const (
	testApp   = 1400000000
	testAdmin = "administrator"
)

var testKey = DerivedKey(7)

// virtualClock only advances when someone waits, which takes no real time.
type virtualClock struct {
	mu  sync.Mutex
	now time.Time
}

func newVirtualClock() *virtualClock { return &virtualClock{now: time.Now()} }

func (c *virtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *virtualClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *virtualClock) After(d time.Duration) <-chan time.Time {
	c.Advance(d)
	over := make(chan time.Time, 1)
	over <- c.Now()
	return over
}

// app is a sandbox under test, its clock and its log.
type app struct {
	*Server
	clock *virtualClock
	lines *logLines
}

func newApp(t *testing.T, groups []Group, change ...func(*Config)) app {
	t.Helper()
	a := app{clock: newVirtualClock(), lines: &logLines{}}
	config := Config{
		SDKAppID: testApp, Identifier: testAdmin, SecretKey: testKey, Groups: groups, Seed: 7, Interval: time.Second,
		Clock: a.clock,
	}
	for _, c := range change {
		c(&config)
	}
	a.Server = New(config, slog.New(slog.NewJSONHandler(a.lines, nil)))
	t.Cleanup(a.Stop)
	return a
}

// logLines collects log lines, and calls the function told after each.
type logLines struct {
	told func()
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logLines) Write(p []byte) (int, error) {
	if l.told != nil {
		defer l.told()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logLines) last(t *testing.T) map[string]any {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(l.String()), "\n")
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &fields))
	return fields
}

func sign(t *testing.T, sdkAppID int, key, identifier string) string {
	t.Helper()
	userSig, err := tencentyun.GenUserSig(sdkAppID, key, identifier, 3600)
	require.NoError(t, err)
	return userSig
}

// signedQuery returns the query of a valid call.
func signedQuery(t *testing.T) url.Values {
	t.Helper()
	return url.Values{
		"sdkappid":    {strconv.Itoa(testApp)},
		"identifier":  {testAdmin},
		"usersig":     {sign(t, testApp, testKey, testAdmin)},
		"random":      {"4294967295"},
		"contenttype": {"json"},
	}
}

// answered is a parsed response.
type answered struct {
	ActionStatus string
	ErrorInfo    string
	ErrorCode    int
	TotalCount   int
	GroupIDList  []listedGroup `json:"GroupIdList"`
	Next         uint64
}

func (a answered) ids() []string {
	ids := []string{}
	for _, group := range a.GroupIDList {
		ids = append(ids, group.GroupID)
	}
	return ids
}

// post makes a call without a socket.
func (a app) post(path string, query url.Values, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, path+"?"+query.Encode(), strings.NewReader(body))
	recorder := httptest.NewRecorder()
	a.ServeHTTP(recorder, request)
	return recorder
}

// list makes a valid call with a body, an interval after the one before.
func (a app) list(t *testing.T, body string) answered {
	t.Helper()
	a.clock.Advance(time.Second)
	return read(t, a.post(commandPath, signedQuery(t), body).Body.Bytes())
}

func read(t *testing.T, body []byte) answered {
	t.Helper()
	var answer answered
	require.NoError(t, json.Unmarshal(body, &answer), "%s", body)
	return answer
}

func idsOf(groups []Group, groupType string) []string {
	ids := []string{}
	for _, group := range groups {
		if groupType == "" || group.Type == groupType {
			ids = append(ids, group.ID)
		}
	}
	return ids
}
