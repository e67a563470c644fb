// Package veltrix builds the server and starts it for tests, faults and
// measurements. It is the only starter of the server as a process.
//
// Guarantees:
//   - Nothing in the environment of the program configures the server that is
//     started; arguments and Options.Env do.
//   - Addresses come from the banner, so a server on port 0 is found.
//   - Those of testkit/process.
package veltrix

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"

	"veltrix/testkit/process"
)

// Build builds the server as a file; flags are for go build. It has to be called
// in a directory of the module.
func Build(ctx context.Context, file string, flags ...string) error {
	args := slices.Concat([]string{"build", "-o", file}, flags, []string{"veltrix/server"})
	if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("go build veltrix/server: %w\n%s", err, out)
	}
	return nil
}

// Environ is the environment of this program without what would configure the
// server.
func Environ() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "VELTRIX_") || strings.HasPrefix(v, "REDIS_URL=")
	})
}

// Addresses are where a server can be reached.
type Addresses struct {
	URL       string // of players and the HTTP API, without a slash at the end
	Organizer string // link to the organizer's page
	Token     string // of the organizer, from the link
	Ops       string // URL of the operations address, without a slash at the end
}

// ReadBanner reads the addresses from what a server, or one of the peers that
// it is compared with, printed. It is not ok until the banner is whole.
func ReadBanner(text string) (a Addresses, ok bool) {
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		switch word {
		case "play":
			a.URL = strings.TrimSuffix(rest, "/")
		case "organize":
			a.Organizer = rest
			_, a.Token, _ = strings.Cut(rest, "#token=")
		case "ops":
			a.Ops = strings.TrimSuffix(rest, "/metrics")
		case "store": // the last line that matters
			return a, a.URL != "" && strings.HasSuffix(line, "\n")
		}
	}
	return a, false
}

// Server is a running server.
type Server struct {
	*process.Process
	Addresses // once Reached, or as the caller has set them

	// What it printed, unless Options decided where that goes.
	Stdout, Stderr process.Transcript
}

// Start starts a server and does not wait for it. Environ of o is not used.
func Start(o process.Options) (*Server, error) {
	s := new(Server)
	o.Environ = Environ()
	if o.Stdout == nil {
		o.Stdout = &s.Stdout
	}
	if o.Stderr == nil {
		o.Stderr = &s.Stderr
	}
	var err error
	s.Process, err = process.Start(o)
	return s, err
}

// Reached waits for the banner and reads the addresses from it. Stdout must not
// go elsewhere.
func (s *Server) Reached(ctx context.Context) error {
	return s.Until(ctx, "has printed its addresses", func() (ok bool, err error) {
		a, ok := ReadBanner(s.Stdout.String())
		if ok {
			s.Addresses = a
		}
		return ok, nil
	})
}

// Ready waits until the server, which has been Reached, says that it is ready.
func (s *Server) Ready(ctx context.Context, by *http.Client) error {
	return s.Until(ctx, "is ready", func() (bool, error) { return IsReady(ctx, by, s.URL), nil })
}

// IsReady asks the /readyz of a server.
func IsReady(ctx context.Context, by *http.Client, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	resp, err := by.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close() // only the status matters
	return resp.StatusCode == http.StatusOK
}
