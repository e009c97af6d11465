// Command proxy is the signing proxy: it lets people list the groups of a Tencent Cloud Chat app from a browser, or with the npm
// package, who must not have the app's key, and serves them a console. docs/proxy.md says how to run it.
//
// Standard error has one line of JSON per event, without secrets. Errors that prevent the start are plain text. SIGHUP reads the files
// with the key, the tokens and the certificate again. SIGTERM makes /readyz answer 503, and stops the process after --drain-time;
// SIGINT, or a second SIGTERM, stops it at once.
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

// commands are what the command line can say.
type commands struct {
	Serve serve `cmd:"" default:"withargs" help:"Serve the call and the console. This is done where no command is given; 'proxy token --help' tells of the other command."`
	Token token `cmd:"" help:"Make a token for somebody who may call, and add its hash to a file."`
}

// token is the command that makes a token.
type token struct {
	Name       string `arg:"" help:"Whose it is, as the log will name them: 1 to 64 letters, digits, and . _ - @."`
	TokensFile string `required:"" placeholder:"FILE" help:"The file with the names and hashes of all tokens. It is made if it is not there."`
}

// run is the command without the process around it. It returns the exit status. When ctx ends, it stops as with SIGTERM.
func run(ctx context.Context, signals <-chan os.Signal, args []string, stdout, stderr io.Writer) int {
	var said commands
	var exit *int
	parser := kong.Must(&said,
		kong.Name("proxy"),
		kong.Description("A signing proxy for Tencent Cloud Chat's get_appid_group_list, with a console. It adds the admin's identity and "+
			"signature to the one call that lists the groups of an app, keeps the pace for all who ask, and never shows the key.\n\n"+
			"The secret key comes from the environment (TENCENT_CHAT_SECRET_KEY) or a file, never from a flag."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(status int) { exit = &status }),
		kong.ConfigureHelp(kong.HelpOptions{FlagsLast: true}),
		kong.DefaultEnvars("PROXY"),
		kong.Vars{"regions": regionNames()},
	)
	if len(args) == 1 && (args[0] == "--help" || args[0] == "-h") {
		args = []string{"serve", "--help"} // what most look for; kong would list commands alone
	}
	parsed, err := parser.Parse(args)
	if exit != nil { // help was asked for, and written
		return *exit
	}
	complain := func(err error) { // a value that was given may be a secret in the wrong place
		fmt.Fprintf(stderr, "proxy: %s\n", logging.Mask(err.Error()))
	}
	if err != nil {
		complain(err)
		fmt.Fprintln(stderr, "See proxy --help.")
		return exitUsage
	}
	switch parsed.Command() {
	case "token <name>":
		err = said.Token.run(stdout, stderr)
	default:
		err = said.Serve.run(ctx, signals, stderr)
	}
	var usage usageError
	switch {
	case errors.As(err, &usage):
		complain(err)
		fmt.Fprintln(stderr, "See proxy --help.")
		return exitUsage
	case errors.Is(err, errLogged):
		return exitFailed
	case err != nil:
		complain(err)
		return exitFailed
	}
	return exitOK
}

// usageError says that the proxy was asked for something that cannot be.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// errLogged is a failure that the log has already.
var errLogged = errors.New("see the log")

func (t token) run(stdout, stderr io.Writer) error {
	if logging.LooksSecret(t.Name) {
		return usageError{errors.New("NAME looks like a secret key or a signature: give the name of a person or a program, and replace that secret, which other users of this machine could see")}
	}
	made, err := auth.NewToken(t.TokensFile, t.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "The token of %s, shown this once. A running proxy accepts it within two seconds.\n", t.Name)
	_, err = fmt.Fprintln(stdout, made)
	return err
}
