// Command sandbox runs a local server that behaves like Tencent Cloud Chat's get_appid_group_list and get_group_info
// endpoints, so that programs can be tried without an app. Package internal/sandbox describes the server.
//
// It prints one line on standard output: a JSON object with endpoint, sdkAppId, identifier and secretKey, all of which
// are options of the npm package, so listAllGroups accepts it as it is. Standard error has one line of JSON per call,
// without secrets. SIGINT and SIGTERM stop the command.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"tencent-chat-groups/internal/loopback"
	"tencent-chat-groups/internal/sandbox"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// maxGroups keeps --groups within the memory of today's machines: a group takes some 200 bytes.
const maxGroups = 5_000_000

// maxIdentifierBytes is the npm package's limit.
const maxIdentifierBytes = 255

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs the command and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	options, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintln(stderr, "sandbox:", err)
		return exitUsage
	}
	if err := options.run(ctx, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "sandbox:", err)
		return exitFailed
	}
	return exitOK
}

type options struct {
	addr        string
	groups      int
	longIDs     bool
	printGroups bool
	config      sandbox.Config
}

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	var sdkAppID uint64
	var keyFile, faultsFile string
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run reports errors; help is written below
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8600", "`host:port` to listen on, loopback only; "+
		"port 0 selects a free port")
	flags.IntVar(&o.groups, "groups", 25_000, fmt.Sprintf("`number` of groups in the app, up to %d", maxGroups))
	flags.Uint64Var(&o.config.Seed, "seed", 1, "`number` that determines groups, cursors, latencies and the default key")
	flags.Uint64Var(&sdkAppID, "sdk-app-id", 1_400_000_000, "`SDKAppID` of the app")
	flags.StringVar(&o.config.Identifier, "identifier", "administrator", "`account` of the app's admin")
	flags.StringVar(&keyFile, "secret-key-file", "", "`file` with the app's secret key (default: a "+
		"key derived from the seed)")
	flags.DurationVar(&o.config.Interval, "interval", time.Second,
		"minimum `time` between the arrivals of two calls; 0 for no limit")
	flags.Var(&o.config.Latency, "latency", "`time` per call, such as 50ms or a range such as 5ms..400ms (default 0s)")
	flags.StringVar(&faultsFile, "faults", "", "`file` with a script of faults, see below")
	flags.BoolVar(&o.longIDs, "long-ids", false, "give all groups the longest IDs, so that a page of 10000 "+
		"exceeds 1 MB (ErrorCode 10018)")
	flags.BoolVar(&o.printGroups, "print-groups", false, "print the groups, one line of JSON each, "+
		"in listing order, and exit")
	o.addProfileFlags(flags)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, "A local server that behaves like Tencent Cloud Chat's get_appid_group_list and "+
			"get_group_info endpoints.\n\nFlags:\n")
		flags.SetOutput(stderr)
		flags.PrintDefaults()
		fmt.Fprintln(stderr)
		sandbox.WriteFaultHelp(stderr)
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: use flags, see --help", flags.Arg(0))
	}
	if o.groups < 0 || o.groups > maxGroups {
		return nil, fmt.Errorf("--groups is %d: it must be from 0 to %d", o.groups, maxGroups)
	}
	if sdkAppID < 1 || sdkAppID >= 1<<32 {
		return nil, fmt.Errorf("--sdk-app-id is %d: it must be from 1 to 4294967295", sdkAppID)
	}
	o.config.SDKAppID = uint32(sdkAppID)
	if o.config.Identifier == "" {
		return nil, errors.New("--identifier is empty: give the account of the app's admin")
	}
	if n := len(o.config.Identifier); n > maxIdentifierBytes || !utf8.ValidString(o.config.Identifier) {
		return nil, fmt.Errorf("--identifier has %d bytes: it must be UTF-8 with at most %d bytes", n, maxIdentifierBytes)
	}
	if o.config.Interval < 0 {
		return nil, fmt.Errorf("--interval is %v: it must be 0 or more", o.config.Interval)
	}
	if err := o.checkProfileFlags(); err != nil {
		return nil, err
	}
	if err := checkLoopback(o.addr); err != nil {
		return nil, err
	}
	if o.config.SecretKey, err = secretKey(keyFile, o.config.Seed); err != nil {
		return nil, err
	}
	o.config.Faults, err = faults(faultsFile)
	return o, err
}

// checkLoopback refuses addresses that other machines can reach: the sandbox prints its key.
func checkLoopback(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("--addr is %q: it must be host:port, such as 127.0.0.1:8600", addr)
	}
	if !loopback.Is(host) {
		return fmt.Errorf("--addr is %q: the host must be 127.0.0.1, [::1] or localhost, so that no other "+
			"machine reaches the sandbox", addr)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("--addr is %q: the port must be from 0 to 65535", addr)
	}
	return nil
}

func secretKey(file string, seed uint64) (string, error) {
	if file == "" {
		return sandbox.DerivedKey(seed), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("--secret-key-file: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if key == "" {
		return "", fmt.Errorf("--secret-key-file: %s is empty", file)
	}
	if !utf8.ValidString(key) { // which JSON cannot represent
		return "", fmt.Errorf("--secret-key-file: %s is not UTF-8", file)
	}
	return key, nil
}

func faults(file string) (sandbox.Script, error) {
	if file == "" {
		return sandbox.Script{}, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return sandbox.Script{}, fmt.Errorf("--faults: %w", err)
	}
	script, err := sandbox.ParseScript(text)
	if err != nil {
		return sandbox.Script{}, fmt.Errorf("--faults: %s: %w", file, err)
	}
	return script, nil
}

func (o *options) run(ctx context.Context, stdout, stderr io.Writer) error {
	o.config.Groups = sandbox.NewGenerator(o.config.Seed, o.longIDs).Generate(o.groups)
	if o.printGroups {
		return sandbox.WriteGroups(stdout, o.config.Groups)
	}
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return err
	}
	// The listener queues calls from now on, so a reader of the line may call immediately.
	err = json.NewEncoder(stdout).Encode(struct {
		Endpoint   string `json:"endpoint"`
		SDKAppID   uint32 `json:"sdkAppId"`
		Identifier string `json:"identifier"`
		SecretKey  string `json:"secretKey"`
	}{"http://" + listener.Addr().String(), o.config.SDKAppID, o.config.Identifier, o.config.SecretKey})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return sandbox.New(o.config, slog.New(slog.NewJSONHandler(stderr, nil))).Serve(ctx, listener)
}
