package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"
)

// runAsCommand makes the test binary behave as the command, so that tests can start a process of it.
const runAsCommand = "TEST_RUN_AS_SANDBOX"

func TestMain(m *testing.M) {
	if os.Getenv(runAsCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

type started struct {
	Endpoint   string
	SDKAppID   int `json:"sdkAppId"`
	Identifier string
	SecretKey  string
}

// start runs the command as a process and reads its first line.
func start(t *testing.T, args ...string) (*exec.Cmd, started, *bufio.Reader, *bytes.Buffer) {
	t.Helper()
	command := exec.Command(os.Args[0], args...)
	command.Env = append(os.Environ(), runAsCommand+"=1")
	stderr := &bytes.Buffer{}
	command.Stderr = stderr
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill() })
	lines := bufio.NewReader(stdout)
	line, err := lines.ReadBytes('\n')
	require.NoError(t, err)
	var s started
	fields := json.NewDecoder(bytes.NewReader(line))
	fields.DisallowUnknownFields() // the npm package would refuse them
	require.NoError(t, fields.Decode(&s))
	return command, s, lines, stderr
}

// post makes a signed call.
func (s started) post(t *testing.T) *http.Response {
	t.Helper()
	userSig, err := tencentyun.GenUserSig(s.SDKAppID, s.SecretKey, s.Identifier, 60)
	require.NoError(t, err)
	query := url.Values{
		"sdkappid": {strconv.Itoa(s.SDKAppID)}, "identifier": {s.Identifier}, "usersig": {userSig}, "random": {"1"},
		"contenttype": {"json"},
	}
	response, err := http.Post(s.Endpoint+"/v4/group_open_http_svc/get_appid_group_list?"+query.Encode(),
		"application/json", strings.NewReader(`{}`))
	require.NoError(t, err)
	return response
}

// call makes a signed call and returns the IDs that it is answered with.
func (s started) call(t *testing.T) (ids []string) {
	t.Helper()
	response := s.post(t)
	defer response.Body.Close()
	var answer struct {
		ErrorCode   int
		GroupIDList []struct{ GroupID string } `json:"GroupIdList"`
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&answer))
	require.Zero(t, answer.ErrorCode)
	for _, group := range answer.GroupIDList {
		ids = append(ids, group.GroupID)
	}
	return ids
}

func TestServeAndStop(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			command, s, stdout, stderr := start(t, "--addr", "127.0.0.1:0", "--groups", "123")
			assert.Equal(t, 1400000000, s.SDKAppID)
			assert.Equal(t, "administrator", s.Identifier)
			assert.Len(t, s.SecretKey, 64)

			var truth bytes.Buffer
			require.Equal(t, exitOK, run(t.Context(), []string{"--groups", "123", "--print-groups"}, &truth, io.Discard))
			want := []string{}
			for lines := json.NewDecoder(&truth); lines.More(); {
				var group struct{ GroupID string }
				require.NoError(t, lines.Decode(&group))
				want = append(want, group.GroupID)
			}
			assert.Equal(t, want, s.call(t))

			require.NoError(t, command.Process.Signal(signal))
			rest, err := io.ReadAll(stdout)
			require.NoError(t, err)
			assert.Empty(t, rest, "standard output after its first line")
			require.NoError(t, command.Wait(), "exit status")
			assert.Contains(t, stderr.String(), `"msg":"call"`)
			assert.NotContains(t, stderr.String(), s.SecretKey)
			assert.NotContains(t, stderr.String(), "usersig")
		})
	}
}

func TestIdentityFlags(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte("a key of my own\n"), 0o600))
	_, s, _, _ := start(t, "--addr", "127.0.0.1:0", "--groups", "3", "--sdk-app-id", "20000001", "--identifier", "root",
		"--secret-key-file", file)
	assert.Equal(t, 20000001, s.SDKAppID)
	assert.Equal(t, "root", s.Identifier)
	assert.Equal(t, "a key of my own", s.SecretKey)
	assert.Len(t, s.call(t), 3)
}

func TestFaultScript(t *testing.T) {
	file := filepath.Join(t.TempDir(), "faults.json")
	require.NoError(t, os.WriteFile(file, []byte(`[{"fault": "status", "call": 2, "status": 503, "retryAfter": "2"}]`),
		0o600))
	_, s, _, _ := start(t, "--addr", "127.0.0.1:0", "--groups", "3", "--interval", "0", "--faults", file)
	assert.Len(t, s.call(t), 3)
	response := s.post(t)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, 503, response.StatusCode)
	assert.Equal(t, "2", response.Header.Get("Retry-After"))
	assert.Len(t, s.call(t), 3)
}

func TestStopDuringStall(t *testing.T) {
	file := filepath.Join(t.TempDir(), "faults.json")
	require.NoError(t, os.WriteFile(file, []byte(`[{"fault": "stall-body", "call": 1, "bytes": 5}]`), 0o600))
	command, s, _, _ := start(t, "--addr", "127.0.0.1:0", "--groups", "3", "--faults", file)
	response := s.post(t)
	defer response.Body.Close()
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	_, err := io.Copy(io.Discard, response.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NoError(t, command.Wait(), "exit status")
}

func TestUsageErrors(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(empty, []byte(" \n"), 0o600))
	unknown := filepath.Join(t.TempDir(), "faults.json")
	require.NoError(t, os.WriteFile(unknown, []byte(`[{"fault": "none", "call": 1}]`), 0o600))
	binary := filepath.Join(t.TempDir(), "binary")
	require.NoError(t, os.WriteFile(binary, []byte("a\xff"), 0o600))
	tests := map[string]struct {
		args []string
		says string
	}{
		"an address that others reach": {[]string{"--addr", "0.0.0.0:8600"}, `"0.0.0.0:8600": the host must be 127.0.0.1`},
		"all addresses":                {[]string{"--addr", ":8600"}, "so that no other machine reaches the sandbox"},
		"an address without a port":    {[]string{"--addr", "127.0.0.1"}, "must be host:port"},
		"a port that is none":          {[]string{"--addr", "127.0.0.1:http"}, "the port must be from 0 to 65535"},
		"a port that is too high":      {[]string{"--addr", "127.0.0.1:65536"}, "the port must be from 0 to 65535"},
		"too many groups":              {[]string{"--groups", "5000001"}, "from 0 to 5000000"},
		"fewer than no groups":         {[]string{"--groups", "-1"}, "from 0 to 5000000"},
		"SDKAppID 0":                   {[]string{"--sdk-app-id", "0"}, "from 1 to 4294967295"},
		"no admin":                     {[]string{"--identifier", ""}, "give the account of the app's admin"},
		"an admin's name too long":     {[]string{"--identifier", strings.Repeat("a", 256)}, "has 256 bytes"},
		"an admin's name not UTF-8":    {[]string{"--identifier", "a\xff"}, "must be UTF-8"},
		"a key file that is not UTF-8": {[]string{"--secret-key-file", binary}, "is not UTF-8"},
		"a seed below 0":               {[]string{"--seed", "-1"}, "-seed"},
		"an interval without a unit":   {[]string{"--interval", "5"}, "-interval"},
		"a latency that ends early":    {[]string{"--latency", "5ms..1ms"}, "-latency"},
		"an unknown fault":             {[]string{"--faults", unknown}, "entry 1"},
		"fewer than no calls":          {[]string{"--profiles-per-second", "-1"}, "must be from 0 to 1000000"},
		"too many calls":               {[]string{"--profiles-per-second", "1000001"}, "must be from 0 to 1000000"},
		"more groups gone than listed": {[]string{"--groups", "5", "--dismissed", "6"}, "--dismissed is 6: it must be from 0 to"},
		"fewer gone than none":         {[]string{"--dismissed", "-1"}, "it must be from 0 to 25000"},
		"an interval below 0":          {[]string{"--interval", "-1s"}, "must be 0 or more"},
		"a latency that is none":       {[]string{"--latency", "fast"}, "such as 5ms..400ms"},
		"a key file that is missing":   {[]string{"--secret-key-file", empty + "x"}, "--secret-key-file"},
		"a key file that is empty":     {[]string{"--secret-key-file", empty}, "is empty"},
		"a script that is missing":     {[]string{"--faults", empty + "x"}, "--faults: "},
		"a script that is none":        {[]string{"--faults", empty}, empty + ": line 2: not valid JSON"},
		"an argument":                  {[]string{"8600"}, `unexpected argument "8600"`},
		"an unknown flag":              {[]string{"--port", "1"}, "-port"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, exitUsage, run(t.Context(), test.args, &stdout, &stderr))
			assert.Contains(t, stderr.String(), test.says)
			assert.Empty(t, stdout.String(), "the sandbox's line, which says that it is ready")
		})
	}
}

func TestAddressInUse(t *testing.T) {
	_, s, _, _ := start(t, "--addr", "127.0.0.1:0", "--groups", "1")
	var stdout, stderr bytes.Buffer
	address := strings.TrimPrefix(s.Endpoint, "http://")
	assert.Equal(t, exitFailed, run(t.Context(), []string{"--addr", address, "--groups", "1"}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "address already in use")
	assert.Empty(t, stdout.String())
}

func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitOK, run(t.Context(), []string{"--help"}, &stdout, &stderr))
	for _, name := range []string{
		"-addr", "-groups", "-seed", "-interval", "-latency", "-print-groups", "-secret-key-file", "-faults",
		"lost-answer", "-profiles-per-second", "-dismissed", "-old-names", "get_group_info", "group-left-out",
		"seq-too-big",
	} {
		assert.Contains(t, stderr.String(), name)
	}
}
