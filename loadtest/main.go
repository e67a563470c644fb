// The load generator: it plays hunts with thousands of sockets, measures, and
// then checks in the ledger that every acknowledged award is there, once.
// docs/load-testing.md says how to read what it prints.
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

	"veltrix/loadtest/crowd"
)

// The exit codes.
const (
	exitBroken  = 1 // the verification found something, or the run failed
	exitUsage   = 2
	exitInvalid = 3 // the generator could not keep up, so the figures say nothing
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == childArg {
		if err := child(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "loadtest: generator:", err)
			os.Exit(exitBroken)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o options
	err := o.parse(args, stdout, stderr)
	if errors.Is(err, errHelp) {
		return 0
	}
	if err == nil {
		err = o.fits(crowd.Descriptors())
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "loadtest:", err) // there is nowhere else to write it
		return exitUsage
	}
	s, err := measure(ctx, &o, stderr)
	if err == nil {
		err = s.write(&o, stdout)
	}
	switch {
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "loadtest:", err)
		return exitBroken
	case len(s.Verification.Problems) > 0:
		return exitBroken
	case len(s.Invalid) > 0:
		return exitInvalid
	}
	return 0
}

var errHelp = errors.New("help was asked for")

// parse reads the command line.
func (o *options) parse(args []string, stdout, stderr io.Writer) error {
	helped := false
	k, err := kong.New(o,
		kong.Name("loadtest"),
		kong.Description("Plays hunts on real sockets, measures, and verifies the ledger afterwards.\n\n"+
			"Exit code: 0, 1 when the verification found something or the run failed, 2 for a wrong command line, 3 when the generator was late or had nothing left to claim."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
	)
	if err != nil {
		return err
	}
	_, err = k.Parse(args)
	if helped {
		return errHelp
	}
	if err != nil {
		return err
	}
	return o.check()
}
