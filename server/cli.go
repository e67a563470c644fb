package main

import (
	"fmt"
	"io"
	"strings"

	"veltrix/server/config"

	"github.com/alecthomas/kong"
)

// cli is the grammar of the command line.
type cli struct {
	Serve   serveCmd   `cmd:"" default:"withargs" help:"Serve hunts (the default)."`
	Config  configCmd  `cmd:"" help:"Show every effective setting, where it came from and why the default is what it is."`
	Doctor  doctorCmd  `cmd:"" help:"Check the store, its settings, the addresses and the limits of this machine."`
	Hunt    huntCmd    `cmd:"" help:"Work on hunt files."`
	Audit   auditCmd   `cmd:"" help:"Recompute every total, badge and board from the ledger and report any difference."`
	Token   tokenCmd   `cmd:"" help:"Work on tokens."`
	Version versionCmd `cmd:"" help:"Say which version this is."`
}

const about = `Veltrix, a real-time treasure-hunt server.

Settings come from flags, then VELTRIX_* variables (--ops-addr is VELTRIX_OPS_ADDR), then the YAML file of --config, then defaults. Whatever is unknown or impossible is an error.`

func parser(c *cli, environ []string, stdout, stderr io.Writer) (*kong.Kong, *config.Sources, error) {
	from := config.NewSources(environ)
	k, err := kong.New(c,
		kong.Name("veltrix"),
		kong.Description(about),
		kong.Writers(stdout, stderr),
		kong.Resolvers(from),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Help(help),
		kong.ValueFormatter(func(v *kong.Value) string { return v.Help }),
	)
	if err != nil {
		return nil, nil, fmt.Errorf("grammar of the command line: %w", err)
	}
	return k, from, nil
}

// help is kong's, and for the program as a whole it names the settings, too:
// without a command they are those of serve.
func help(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil || ctx.Selected() != nil {
		return err
	}
	names := []string{}
	for _, n := range config.Names(ctx.Model) {
		names = append(names, "--"+n)
	}
	_, err := fmt.Fprintf(ctx.Stdout, "\nSettings of the server, explained by veltrix serve --help:\n  %s --config\n", strings.Join(names, " "))
	return err
}
