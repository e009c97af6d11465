// Command proxy is the signing proxy: it lets people list the groups of a Tencent Cloud Chat app from a browser, or with the npm
// package, who must not have the app's key, and serves them a console. docs/proxy.md says how to run it.
//
// Standard error has a line of JSON for each request for a page and each call of the service, without secrets. SIGHUP reads the files
// with the key, the tokens and the certificate again. SIGINT and SIGTERM let running requests end and stop the process.
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
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, hup, os.Args[1:], os.Stdout, os.Stderr))
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

// run is the command without the process around it. It returns the exit status.
func run(ctx context.Context, hup <-chan os.Signal, args []string, stdout, stderr io.Writer) int {
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
	if err != nil {
		fmt.Fprintf(stderr, "proxy: %v\nSee proxy --help.\n", err)
		return exitUsage
	}
	switch parsed.Command() {
	case "token <name>":
		err = said.Token.run(stdout, stderr)
	default:
		err = said.Serve.run(ctx, hup, stderr)
	}
	var usage usageError
	switch {
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "proxy: %v\nSee proxy --help.\n", err)
		return exitUsage
	case err != nil:
		fmt.Fprintf(stderr, "proxy: %v\n", err)
		return exitFailed
	}
	return exitOK
}

// usageError says that the proxy was asked for something that cannot be.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

func (t token) run(stdout, stderr io.Writer) error {
	made, err := auth.NewToken(t.TokensFile, t.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "The token of %s, shown this once. A running proxy accepts it within two seconds.\n", t.Name)
	_, err = fmt.Fprintln(stdout, made)
	return err
}
