// Veltrix is a real-time treasure-hunt server. This package is the program: its
// commands (cli*.go), and the wiring of a node (serve*.go). It decides nothing:
// hunts are run by game/actor, sessions by hub and server/play, requests over HTTP
// by server/api.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"veltrix/internal/nearest"
	"veltrix/server/config"
	"veltrix/server/machine"
)

func main() {
	machine.IgnoreFileLimit()
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// Exit codes.
const (
	exitOK    = 0
	exitError = 1 // what was asked for failed, or found something wrong
	exitUsage = 2 // what was asked for makes no sense
)

// errFound ends a command with exitError when everything has been said.
var errFound = errors.New("found something")

// usageError is a mistake in flags, variables or the configuration file.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// run is the program without the process around it.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	err := runCommand(ctx, args, environ, stdout, stderr)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFound):
		return exitError
	case errors.As(err, &usage):
		_, _ = fmt.Fprintf(stderr, "veltrix: %v\nSee veltrix --help.\n", err)
		return exitUsage
	}
	_, _ = fmt.Fprintf(stderr, "veltrix: %v\n", err)
	return exitError
}

func runCommand(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	var c cli
	k, from, err := parser(&c, environ, stdout, stderr)
	if err != nil {
		return err
	}
	helped := false
	k.Exit = func(int) { helped = true } // --help, printed
	parsed, err := parse(k, from, args)
	if helped {
		return nil
	}
	if err != nil {
		return usageError{suggest(err, k.Model, args)}
	}
	from.NoteFlags(parsed)
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.Bind(&streams{in: os.Stdin, terminal: isTerminal(os.Stdin), out: stdout, err: stderr}, from)
	return parsed.Run()
}

// suggest names the command that was probably meant. Kong takes an unknown one
// for an argument of serve, which has none.
func suggest(err error, app *kong.Application, args []string) error {
	if len(args) == 0 || err.Error() != "unexpected argument "+args[0] {
		return err
	}
	names := []string{}
	for _, c := range app.Children {
		names = append(names, c.Name)
	}
	return fmt.Errorf("there is no command %s; %s", args[0], nearest.Hint(args[0], names))
}

// parse reads the command line. Its result does not count when help was printed:
// Kong goes on then, as its Exit is replaced.
func parse(k *kong.Kong, from *config.Sources, args []string) (*kong.Context, error) {
	if err := from.CheckEnvironment(k.Model); err != nil {
		return nil, err
	}
	parsed, err := k.Parse(args)
	if broken := from.FileError(); broken != nil {
		return nil, broken // whatever else is wrong may follow from it
	}
	if err != nil {
		return nil, err
	}
	return parsed, once(parsed)
}

// once refuses a flag that is given twice and is no list: the last one would count,
// and nobody would be told that the others do not.
func once(parsed *kong.Context) error {
	given := map[*kong.Flag]bool{}
	for _, p := range parsed.Path {
		if p.Flag == nil || p.Resolved || p.Flag.IsCumulative() || p.Flag.IsCounter() {
			continue
		}
		if given[p.Flag] {
			return fmt.Errorf("--%s: is given twice; take one out", p.Flag.Name)
		}
		given[p.Flag] = true
	}
	return nil
}

// streams are where a command reads answers, and where it writes: results to out,
// everything else to err.
type streams struct {
	in       io.Reader
	terminal bool // a person may answer
	out, err io.Writer
}

// confirm asks for a yes; without it the error says what to do.
func (s *streams) confirm(question string) error {
	if s.terminal {
		if _, err := fmt.Fprintf(s.err, "%s [y/N] ", question); err != nil {
			return err
		}
		line, err := bufio.NewReader(s.in).ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return nil
		}
		if err == nil {
			return errors.New("nothing has changed")
		}
	}
	return errors.New("this has to be confirmed, and nobody can be asked here: nothing has changed; say yes with --yes")
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
