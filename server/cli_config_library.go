package main

import "veltrix/server/api"

// libraryValues are the settings of net/http, net and the WebSocket library
// that are not limits of ours, those included that are left as they are; a
// test holds the list against the libraries.
func libraryValues() []fixedValue {
	return []fixedValue{
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
		{"websocket.AcceptOptions.OnPongReceived", "none", "no pings are sent: heartbeats are messages"},
		{"websocket.ReadLimit", "off", "hub.MaxFrame is checked while reading, with its own close code (default 32 KiB)"},
		{"http.Client.Timeout", api.RemoteTimeout, "of veltrix hunt plan, apply and export, by their context: twice what a command is held (default none)"},
	}
}
