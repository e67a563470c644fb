package wire

import (
	"bytes"
	"fmt"
	"strconv"
	"sync/atomic"
)

// centrifuge speaks Centrifugo's client protocol in JSON: commands and replies,
// a line each, several in a frame; `{}` is a ping and its answer.
// https://centrifugal.dev/docs/transports/client_protocol
type centrifuge struct {
	who  Who
	last atomic.Uint32 // command id
}

const subscribeID = 2

func newCentrifuge(who Who) *centrifuge {
	c := &centrifuge{who: who}
	c.last.Store(subscribeID)
	return c
}

func (*centrifuge) Target() string   { return "/connection/websocket" }
func (*centrifuge) Protocol() string { return "" }
func (*centrifuge) Binary() bool     { return false }

func (c *centrifuge) Hello() []byte {
	return fmt.Appendf(nil, "{\"id\":1,\"connect\":{\"token\":%q}}\n{\"id\":%d,\"subscribe\":{\"channel\":%q}}",
		c.who.Token, subscribeID, "hunt:"+c.who.Hunt)
}

func (c *centrifuge) Claim(b, claim []byte) []byte {
	b = append(b, `{"id":`...)
	b = strconv.AppendUint(b, uint64(c.last.Add(1)), 10)
	b = append(b, `,"rpc":{"method":"claim","data":`...)
	return append(append(b, claim...), "}}"...)
}

var (
	dataKey      = []byte(`"data":`)
	subscribed   = []byte(`{"id":2,"subscribe"`)
	pushed       = []byte(`{"push"`)
	rpcKey       = []byte(`"rpc":`)
	connectReply = []byte(`"connect":`)
)

func (*centrifuge) Read(frame []byte, answer, yield func([]byte) error) error {
	for len(frame) > 0 {
		var line []byte
		line, frame, _ = bytes.Cut(frame, []byte{'\n'})
		var err error
		switch {
		case len(line) == 0:
		case string(line) == "{}":
			err = answer(line)
		case bytes.HasPrefix(line, subscribed):
			err = yield(joinedMessage)
		case bytes.HasPrefix(line, pushed), bytes.Contains(head(line), rpcKey):
			at := bytes.Index(line, dataKey)
			if at < 0 {
				return fmt.Errorf("a reply without data: %.200q", line)
			}
			err = yield(line[at+len(dataKey):])
		case bytes.Contains(head(line), connectReply):
		default: // an error: the crowd connects again and repeats what is open
			return fmt.Errorf("unexpected: %.200q", line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// head is where the kind of a reply stands.
func head(line []byte) []byte { return line[:min(len(line), 32)] }
