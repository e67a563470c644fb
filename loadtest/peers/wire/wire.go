// Package wire lets the crowd speak to a server that is not Veltrix: it puts
// Veltrix's messages into the envelopes of another protocol and takes them out
// again, so that one generator drives every server and pays about the same for
// each.
//
// It only adds an envelope. Inside is Veltrix's protocol: a claim, a verdict, a
// board, as JSON, or the same fields as MessagePack.
package wire

import (
	"context"
	"fmt"
	"net/url"
)

// Who connects, and to what.
type Who struct {
	Player, Token, Hunt string // a watcher has no token
}

// Line is one connection.
//
// Claim may be called by several goroutines at once; Read belongs to one.
type Line interface {
	// Target is the request target of the handshake and Protocol its
	// subprotocol, or empty.
	Target() string
	Protocol() string
	// Binary says that frames are binary ones.
	Binary() bool
	// Hello is the first frame; nil when the server is to speak first.
	Hello() []byte
	// Claim appends the frame of a claim to b. The claim is a JSON object whose
	// values are strings, or objects of them.
	Claim(b, claim []byte) []byte
	// Read calls yield for every message, a JSON object with or without
	// something behind it, that is in a frame, and answer for what has to be
	// sent at once. What yield gets is valid until it returns.
	Read(frame []byte, answer, yield func([]byte) error) error
}

// Names are the peers that Open knows.
func Names() []string { return []string{"centrifuge", "socketio", "colyseus"} }

// Open prepares a connection to the peer of a name at base.
func Open(ctx context.Context, name string, base *url.URL, who Who) (Line, error) {
	switch name {
	case "centrifuge":
		return newCentrifuge(who), nil
	case "socketio":
		return newSocketIO(who), nil
	case "colyseus":
		return reserve(ctx, base, who)
	}
	return nil, fmt.Errorf("no peer is named %q", name)
}

// Plain is the line to Veltrix itself; hello is its first frame.
func Plain(hello []byte) Line { return plain{hello} }

type plain struct{ hello []byte }

func (plain) Target() string               { return "/ws" }
func (plain) Protocol() string             { return "veltrix.v1" }
func (plain) Binary() bool                 { return false }
func (p plain) Hello() []byte              { return p.hello }
func (plain) Claim(b, claim []byte) []byte { return append(b, claim...) }
func (plain) Read(frame []byte, _, yield func([]byte) error) error {
	return yield(frame)
}

// joinedMessage is what the crowd takes for the answer to its join.
var joinedMessage = []byte(`{"type":"joined","id":"j"}`)
