// Command proxy is the signing proxy: people without the key of a Tencent Cloud Chat app list its groups through it, in
// a browser or with the npm package. It also serves them a console. docs/proxy.md describes how to run it.
//
// Standard error has one line of JSON per event, without secrets. Errors that prevent the start are plain text. SIGHUP
// reads the key, the tokens and the certificate again. SIGTERM makes /readyz answer 503, and stops the process after
// --drain-time. SIGINT, or a second SIGTERM, stops it immediately.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"tencent-chat-groups/internal/proxy/auth"
	"tencent-chat-groups/internal/proxy/logging"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a closed log must not end the process
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGTERM, os.Interrupt)
	os.Exit(run(context.Background(), signals, os.Args[1:], os.Stdout, os.Stderr))
}

// commands are the commands of the command line.
type commands struct {
	Serve serve `cmd:"" default:"withargs" help:"Serve the call and the console (the default command)."`
	Token token `cmd:"" help:"Print a new token for a caller, and add its hash to a file."`
}

// token is the command that prints a new token.
type token struct {
	Name       string `arg:"" help:"Name of the caller in the log: 1 to 64 letters, digits, and . _ - @."`
	TokensFile string `required:"" placeholder:"FILE" help:"File with the hashes of all tokens. It is created if missing."`
}

// run runs the command and returns the exit status. When ctx ends, it stops as after SIGTERM.
func run(ctx context.Context, signals <-chan os.Signal, args []string, stdout, stderr io.Writer) int {
	var cli commands
	var exit *int
	parser := kong.Must(&cli,
		kong.Name("proxy"),
		kong.Description("A signing proxy for Tencent Cloud Chat's get_appid_group_list, with a console. It signs calls "+
			"that list an app's groups, limits their rate, and keeps the key secret.\n\n"+
			"The secret key comes from a file or TENCENT_CHAT_SECRET_KEY, never from a flag. See also: proxy token --help."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(status int) { exit = &status }),
		kong.ConfigureHelp(kong.HelpOptions{FlagsLast: true}),
		kong.DefaultEnvars("PROXY"),
		kong.Vars{"regions": regionNames()},
	)
	if len(args) == 1 && (args[0] == "--help" || args[0] == "-h") {
		args = []string{"serve", "--help"} // kong would only list the commands
	}
	parsed, err := parser.Parse(args)
	if exit != nil { // after --help
		return *exit
	}
	report := func(err error) { // a value may be a secret in the wrong place
		fmt.Fprintf(stderr, "proxy: %s\n", logging.Mask(err.Error()))
	}
	if err != nil {
		report(err)
		fmt.Fprintln(stderr, "See proxy --help.")
		return exitUsage
	}
	switch parsed.Command() {
	case "token <name>":
		err = cli.Token.run(stdout, stderr)
	default:
		err = cli.Serve.run(ctx, signals, stderr)
	}
	_, usage := errors.AsType[usageError](err)
	switch {
	case usage:
		report(err)
		fmt.Fprintln(stderr, "See proxy --help.")
		return exitUsage
	case errors.Is(err, errLogged):
		return exitFailed
	case err != nil:
		report(err)
		return exitFailed
	}
	return exitOK
}

// usageError is the error of an invalid command line.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// errLogged is an error that was already logged.
var errLogged = errors.New("see the log")

func (t token) run(stdout, stderr io.Writer) error {
	if logging.LooksSecret(t.Name) {
		return usageError{errors.New("NAME looks like a secret key or a signature: give the name of a person or a program, " +
			"and replace that secret, which other users of this machine could see")}
	}
	made, err := auth.NewToken(t.TokensFile, t.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "The token of %s is shown only this once. A running proxy accepts it within two seconds.\n",
		t.Name)
	_, err = fmt.Fprintln(stdout, made)
	return err
}
