package config

import (
	"reflect"
	"slices"

	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/hub"
	"veltrix/server/api"
	"veltrix/server/auth"
	"veltrix/server/play"
	"veltrix/server/protocol"
)

// Fixed is a limit or an option of a library that is not a setting.
type Fixed struct {
	Name  string
	Value any
	Why   string // the reason for the value
}

// Fixed lists every limit and every option of a library that is not a
// setting, but for those of Redis.
func (s *Settings) Fixed() []Fixed {
	return slices.Concat(fieldsOf("hub", s.HubConfig()), fieldsOf("game", actor.DefaultOptions()), ownLimits(), libraryOptions())
}

// HubConfig is the hub's configuration by the settings.
func (s *Settings) HubConfig() hub.Config {
	c := hub.Default()
	c.MaxSessions = s.MaxSessions
	c.Origins = s.Origins
	c.Subprotocols = []string{protocol.Subprotocol}
	return c
}

// fieldsOf lists the limits of a package, in the order of their fields.
func fieldsOf(name string, limits any) (list []Fixed) {
	v := reflect.ValueOf(limits)
	for i := range v.NumField() {
		field := name + "." + v.Type().Field(i).Name
		if why := whyFixed[field]; why != "" {
			list = append(list, Fixed{field, v.Field(i).Interface(), why})
		}
	}
	return list
}

// whyFixed says in a line what the fields of hub.Config and actor.Options say at
// length. A field that is not here is a setting of its own.
var whyFixed = map[string]string{
	"hub.MaxFrame":          "bytes of a message; many times the largest honest request",
	"hub.HelloTimeout":      "several round trips on a bad mobile link, short enough that idle connections do not pile up",
	"hub.Heartbeat":         "between two pings: below the 30 s after which proxies and mobile networks forget an idle connection",
	"hub.Silence":           "without any frame, a pong included: forgives one lost ping and a phone that wakes up late",
	"hub.WriteTimeout":      "a phone changes its network within it; a dead peer holds memory no longer",
	"hub.MaxQueue":          "bytes that wait for one session: minutes of a busy hunt, and 1,000 stalled ones stay below 256 MiB",
	"hub.MaxUnsent":         "bytes that the kernel holds: more would put old boards in front of the newest",
	"hub.MaxTopics":         "two for each hunt that one session watches, one for each that it plays; far more than a person follows",
	"hub.ByeSpread":         "at most; a restart brings a thousand sessions back in a second, 20,000 in these 5 s",
	"game.Mailbox":          "requests that wait for one hunt: four full batches, a wait below 100 ms",
	"game.CommitRetry":      "a failing store is tried again this long; clients keep their claims and send them again",
	"game.BoardInterval":    "ten boards a second look live",
	"game.StandingInterval": "a rank that changes faster cannot be read",
	"game.Look":             "what a lost doorbell between nodes costs at worst",
	"game.Idle":             "a hunt that nobody plays leaves memory after this",
}

// ownLimits are those of the server's packages and of hunt files.
func ownLimits() []Fixed {
	return []Fixed{
		{"hunt.MaxPoints", hunt.MaxPoints, "a board score holds points and tie-break in one float64"},
		{"hunt.MaxFile", hunt.MaxFile, "bytes of a hunt file"},
		{"http.MaxBody", api.MaxBody, "bytes of every other request; the largest honest one has 100 events"},
		{"http.MaxHeader", api.MaxHeader, "bytes of a header; a token is below 4 KiB"},
		{"http.HeaderTimeout", api.HeaderTimeout, "a header is one packet; a slow sender holds a goroutine meanwhile"},
		{"http.BodyTimeout", api.BodyTimeout, "1 MiB of hunt file on a slow line"},
		{"http.AnswerTimeout", api.AnswerTimeout, "longer than any command is held; streams extend it as they go"},
		{"http.IdleTimeout", api.IdleTimeout, "longer than a proxy keeps its connections, so that the proxy closes first"},
		{"http.CommandTimeout", api.CommandTimeout, "a batch is held for a failing store, and a little more"},
		{"session.MaxRate", play.MaxRate, "messages a second of one session"},
		{"session.MaxBurst", play.MaxBurst, "messages at once of one session"},
		{"join.AtOnce", play.JoinsAtOnce, "joins under way: an eighth of a mailbox, so that claims find room; others wait for their turn"},
		{"join.Patience", play.JoinPatience, "longest wait for a turn; who would wait longer is told when to come back"},
		{"join.MaxMissed", play.MaxMissed, "entries of the ledger that a session may be behind and still be told what it missed"},
		{"code.FreePlayer", auth.FreePlayer, "wrong codes of a player that cost nothing: who types from paper gets it right within five tries"},
		{"code.FreeAddress", auth.FreeAddress, "of an address: a hundred pupils behind one type it wrong once"},
		{"code.HardAddress", auth.HardAddress, "of an address, after which players with less than 3 wait, too: a new player for each try does not help"},
		{"code.LongestWait", auth.LongestWait, "doubles up to it from 5 s; a code of four digits takes weeks to guess"},
		{"token.TTL", auth.PlayerTTL, "a hunt of weeks can be played to its end on one token"},
		{"token.Leeway", auth.Leeway, "clocks differ"},
	}
}

// libraryOptions are those of net/http, net and the WebSocket library that are
// not limits of ours, those included that are left as they are. A test holds the
// list against the libraries.
func libraryOptions() []Fixed {
	return []Fixed{
		{"http.Server.Addr", "unused", "the listener is made before anything else, so that a taken port is told at once"},
		{"http.Server.Handler", "ours", "routes, headers, panics and the log of requests are one function around all"},
		{"http.Server.TLSConfig", "none", "TLS ends in the proxy in front"},
		{"http.Server.TLSNextProto", "none", "TLS ends in the proxy in front"},
		{"http.Server.ReadHeaderTimeout", api.HeaderTimeout, "see http.HeaderTimeout (default none)"},
		{"http.Server.ReadTimeout", api.BodyTimeout, "see http.BodyTimeout (default none)"},
		{"http.Server.WriteTimeout", api.AnswerTimeout, "see http.AnswerTimeout; 5m on the operations address, the longest profile (default none)"},
		{"http.Server.IdleTimeout", api.IdleTimeout, "see http.IdleTimeout (default ReadTimeout)"},
		{"http.Server.MaxHeaderBytes", api.MaxHeader, "see http.MaxHeader (default 1 MiB)"},
		{"http.Server.Protocols", "HTTP/1", "a WebSocket takes its whole connection; the proxy speaks HTTP/2 to browsers"},
		{"http.Server.HTTP2", "none", "HTTP/2 is off"},
		{"http.Server.DisableGeneralOptionsHandler", false, "OPTIONS * is answered by the library and reaches nothing"},
		{"http.Server.ConnState", "none", "sessions and requests are counted where they are served"},
		{"http.Server.ErrorLog", "debug", "what peers do wrong in TLS and HTTP is nothing that a human must act on"},
		{"http.Server.BaseContext", "none", "a stop lets requests end, it does not cancel them"},
		{"http.Server.ConnContext", "none", "nothing is kept for a connection"},
		{"net.ListenConfig.Control", "none", "no option of the socket is needed before it listens"},
		{"net.ListenConfig.KeepAlive", "unused", "KeepAliveConfig has it"},
		{"net.ListenConfig.KeepAliveConfig", "1m, then 4 probes 15s apart", "finds vanished peers of idle HTTP connections; sessions have their heartbeat (default 15s, then 9)"},
		{"net.ListenConfig.MultipathTCP", false, "the bound on a session's unsent bytes is an option of TCP sockets (default on)"},
		{"websocket.AcceptOptions.Subprotocols", "veltrix.v1", "offered, not demanded"},
		{"websocket.AcceptOptions.InsecureSkipVerify", false, "a page of another site must not play in a visitor's name"},
		{"websocket.AcceptOptions.OriginPatterns", "--origins", "besides our own origin"},
		{"websocket.AcceptOptions.CompressionMode", "disabled", "a window for each session is more memory than the session, and messages are small"},
		{"websocket.AcceptOptions.CompressionThreshold", "unused", "compression is off"},
		{"websocket.AcceptOptions.OnPingReceived", "ours", "a pong is written by the outbox, the only writer of a socket"},
		{"websocket.AcceptOptions.OnPongReceived", "ours", "a pong is a sign of life"},
		{"websocket.ReadLimit", "off", "hub.MaxFrame is checked while reading, with its own close code (default 32 KiB)"},
		{"http.Client.Timeout", api.RemoteTimeout, "of veltrix hunt plan, apply and export, by their context: twice what a command is held (default none)"},
	}
}
