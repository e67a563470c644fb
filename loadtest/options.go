package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"veltrix/loadtest/crowd"
)

// options is the command line.
type options struct {
	Target         string   `group:"What is tested" placeholder:"URL" help:"A server that runs already; without it one is started."`
	OrganizerToken string   `group:"What is tested" env:"VELTRIX_ORGANIZER_TOKEN" placeholder:"TOKEN" help:"Of --target."`
	Ops            string   `group:"What is tested" placeholder:"URL" help:"Operations address of --target, for its CPU time and batch sizes."`
	Redis          string   `group:"What is tested" placeholder:"URL" help:"The Redis of --target, for its CPU time."`
	Server         string   `group:"What is tested" placeholder:"FILE" help:"The server to start; without it veltrix/server is built."`
	Peer           string   `group:"What is tested" enum:",centrifuge,socketio,colyseus" default:"" placeholder:"NAME" help:"--server is not Veltrix but the program of this name in loadtest/peers."`
	Store          string   `group:"What is tested" default:"bolt" placeholder:"STORE" help:"Of the server that is started: bolt and redis are made for the run and removed; or a URL as for the server's --store."`
	ServerArg      []string `group:"What is tested" placeholder:"ARG" sep:"none" help:"One more argument for the server that is started; repeatable."`

	Hunts      int `group:"Who plays" default:"1" help:"Hunts, with the players spread evenly."`
	Challenges int `group:"Who plays" default:"50" help:"Of each hunt. Each player claims each once."`
	Players    int `group:"Who plays" default:"200" help:"Connected from the start."`
	Watchers   int `group:"Who plays" default:"10" help:"Connected from the start, watching boards."`

	Rate       float64       `group:"How they play" default:"400" help:"Requests a second of all together, as a Poisson process: the open loop."`
	Closed     bool          `group:"How they play" help:"The closed loop instead: each player asks again as soon as it was answered."`
	Wrong      float64       `group:"How they play" default:"0.15" placeholder:"SHARE" help:"Of requests that are wrong claims."`
	Duplicate  float64       `group:"How they play" default:"0.05" placeholder:"SHARE" help:"Of requests for what the player has, half of them with the same claim id."`
	Hint       float64       `group:"How they play" default:"0.02" placeholder:"SHARE" help:"Of requests that ask for hints."`
	Joins      float64       `group:"How they play" default:"1" help:"New players a second."`
	Reconnects float64       `group:"How they play" default:"1" help:"Connections a second that are cut and come back."`
	Storm      bool          `group:"How they play" help:"Cut every connection at once in the middle of what is measured, and tell how long it takes until all are back."`
	Warmup     time.Duration `group:"How they play" default:"2s" help:"Load before anything is measured."`
	Duration   time.Duration `group:"How they play" default:"10s" help:"What is measured; the closed loop ends earlier when one in ten players has claimed everything."`
	Drain      time.Duration `group:"How they play" default:"15s" help:"Longest wait for the last answers."`

	Processes   int           `group:"The generator" default:"1" help:"Generator processes. More when one core is not enough, or descriptors run out."`
	WatchApart  bool          `group:"The generator" help:"The last of --processes has the watchers, and no player: what players wait for is then not the reading of boards. For the open loop."`
	ConnectRate float64       `group:"The generator" default:"1000" help:"Connections a second before the start."`
	Late        time.Duration `group:"The generator" default:"20ms" help:"When more than 1 % of requests are sent later than this after their time, the run is invalid."`

	JSON string `group:"Reports" name:"json" placeholder:"FILE" help:"Write the summary as JSON."`
	HTML string `group:"Reports" name:"html" placeholder:"FILE" help:"Write a report with plots: one file, nothing from elsewhere."`
}

// maxProcesses bounds how many generators the parent starts and merges.
const maxProcesses = 64

func (o *options) check() error {
	var errs []error
	wrong := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	wrong(o.Target == "" || o.OrganizerToken != "", "--target needs --organizer-token: hunts are made, and the ledger is read")
	wrong(o.Peer == "" || o.Server != "" && o.Target == "" && o.Hunts == 1 && o.Hint == 0, "--peer needs --server, and has one hunt without hints: --hint 0")
	wrong(o.Hunts >= 1 && o.Hunts <= 100_000, "--hunts is %d; choose 1 to 100000", o.Hunts)
	wrong(o.Challenges >= 1 && o.Challenges <= 500, "--challenges is %d; choose 1 to 500", o.Challenges)
	wrong(o.Players >= 1 && o.Players <= 1_000_000, "--players is %d; choose 1 to 1000000", o.Players)
	wrong(o.Watchers >= 0 && o.Watchers <= 1_000_000, "--watchers is %d; choose 0 to 1000000", o.Watchers)
	wrong(o.Closed || o.Rate > 0 && o.Rate <= 1e6, "--rate is %g; choose more than 0, up to 1000000", o.Rate)
	wrong(o.Joins >= 0 && o.Joins <= 1e5 && o.Reconnects >= 0 && o.Reconnects <= 1e5, "--joins and --reconnects are 0 to 100000 a second")
	wrong(min(o.Wrong, o.Duplicate, o.Hint) >= 0 && o.Wrong+o.Duplicate+o.Hint < 1, "--wrong, --duplicate and --hint are shares; something has to be left for right claims")
	wrong(o.Warmup >= 0 && o.Duration >= time.Second && o.Duration <= 24*time.Hour, "--duration is %v; choose a second to a day", o.Duration)
	wrong(o.Drain > 0 && o.Late > 0, "--drain and --late are more than 0")
	wrong(o.Processes >= 1 && o.Processes <= min(maxProcesses, o.Players), "--processes is %d; choose 1 to %d, and no more than players", o.Processes, maxProcesses)
	wrong(!o.WatchApart || o.Processes > 1 && !o.Closed, "--watch-apart needs two --processes, and the open loop")
	wrong(o.ConnectRate > 0, "--connect-rate is %g; choose more than 0", o.ConnectRate)
	if need, have := o.rightClaims(), o.Players*o.Challenges; !o.Closed && need > have {
		errs = append(errs, fmt.Errorf("%d right claims are to be made, but %d players have %d challenges each: raise --players or --challenges, or lower --rate or --duration", need, o.Players, o.Challenges))
	}
	return errors.Join(errs...)
}

// spareDescriptors are for files and sockets that are not a player's.
const spareDescriptors = 64

// fits returns an error when the sockets do not fit into the descriptors that
// one process may have.
func (o *options) fits(limit int) error {
	sockets := o.Players + o.lateJoiners() + o.Watchers
	if o.Target == "" && sockets > limit-spareDescriptors {
		return fmt.Errorf("the server that is started would have %d sockets, and a process may have %d descriptors here: raise the limit (ulimit -n), or use --target", sockets, limit)
	}
	each := (sockets + o.Processes - 1) / max(o.Processes, 1)
	if o.WatchApart {
		each = max(o.Watchers, (sockets-o.Watchers)/(o.Processes-1)+1)
	}
	if each > limit-spareDescriptors {
		return fmt.Errorf("a generator process would have %d sockets, and may have %d descriptors here: use more --processes", each, limit)
	}
	return nil
}

// rightClaims is about how many right claims the open loop makes, and a little
// more.
func (o *options) rightClaims() int {
	share := 1 - o.Wrong - o.Duplicate - o.Hint
	return int(o.Rate * share * (o.Warmup + o.Duration).Seconds() * 1.05)
}

// lateJoiners is how many players --joins may need.
func (o *options) lateJoiners() int {
	return int(o.Joins*(o.Warmup+o.Duration).Seconds()*1.2) + min(1, int(o.Joins*1000))
}

// plans shares the work among the processes.
func (o *options) plans(address string, hunts []string, members []crowd.Member) []crowd.Plan {
	plans := make([]crowd.Plan, o.Processes)
	late := members[o.Players:]
	n := o.Processes // with players
	if o.WatchApart {
		n--
	}
	for i := range plans {
		share := func(total int) (from, to int) { return total * min(i, n) / n, total * min(i+1, n) / n }
		p := &plans[i]
		*p = crowd.Plan{
			URL: address, Peer: o.Peer, Hunts: hunts, Challenges: o.Challenges,
			ConnectRate: o.ConnectRate / float64(o.Processes),
			Mix:         crowd.Mix{Wrong: o.Wrong, Duplicate: o.Duplicate, Hint: o.Hint},
			Joins:       o.Joins / float64(n), Reconnects: o.Reconnects / float64(n), Storm: o.Storm,
			Warmup: o.Warmup, Duration: o.Duration, Drain: o.Drain,
		}
		if !o.Closed {
			p.Rate = o.Rate / float64(n)
		}
		from, to := share(o.Players)
		p.Players = members[from:to]
		from, to = share(len(late))
		p.Late = late[from:to]
		if from, to = share(o.Watchers); !o.WatchApart {
			p.Watchers = to - from
		} else if i == n {
			p.Watchers, p.Rate, p.Joins, p.Reconnects = o.Watchers, 0, 0, 0
		}
		if o.Players+len(late)+o.Watchers > crowd.SocketsPerSource && loopback(address) {
			sockets := len(p.Players) + len(p.Late) + p.Watchers
			for j := range sockets/crowd.SocketsPerSource + 1 {
				p.Sources = append(p.Sources, fmt.Sprintf("127.0.%d.%d", i+1, j+1))
			}
		}
	}
	return plans
}

// loopback says whether a URL is on this machine by IPv4, where every address
// of 127.0.0.0/8 has ports of its own.
func loopback(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.HasPrefix(u.Hostname(), "127.")
}
