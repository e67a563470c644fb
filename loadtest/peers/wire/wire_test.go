package wire

import (
	"encoding/hex"
	"slices"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Frames that servers really sent, and what the crowd has to find in them.
func TestRead(t *testing.T) {
	unhex := func(text string) string {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	const joined = `{"type":"joined","id":"j"}`
	for _, tc := range []struct {
		name          string
		line          Line
		frame         string
		told, answers []string
	}{
		{
			"centrifuge connects and subscribes", newCentrifuge(Who{}),
			`{"id":1,"connect":{"client":"4b","version":"","ping":25,"pong":true}}` + "\n" + `{"id":2,"subscribe":{}}`,
			[]string{joined},
			nil,
		},
		{"centrifuge pings", newCentrifuge(Who{}), "{}", nil, []string{"{}"}},
		{
			"centrifuge answers and pushes", newCentrifuge(Who{}),
			`{"id":7,"rpc":{"data":{"type":"verdict"}}}` + "\n" + `{"push":{"channel":"hunt:h","pub":{"data":{"type":"board"}}}}`,
			[]string{`{"type":"verdict"}}}`, `{"type":"board"}}}}`},
			nil,
		},
		{"socketio opens", newSocketIO(Who{Token: "t", Hunt: "h"}), `0{"sid":"x","pingInterval":25000}`, nil, []string{`40{"token":"t","hunt":"h"}`}},
		{"socketio connects", newSocketIO(Who{}), `40{"sid":"y"}`, nil, nil},
		{"socketio pings", newSocketIO(Who{}), "2", nil, []string{"3"}},
		{"socketio acknowledges", newSocketIO(Who{}), `4312[{"type":"verdict"}]`, []string{`{"type":"verdict"}]`}, nil},
		{"socketio emits", newSocketIO(Who{}), `42["board",{"type":"board"}]`, []string{`{"type":"board"}]`}, nil},
		{"colyseus joins", &colyseus{}, unhex("0a096f616d5975777a467706736368656d61"), nil, []string{"\n"}},
		{"colyseus shows the state", &colyseus{}, unhex("0e8201"), []string{joined}, nil},
		{
			"colyseus sends a verdict", &colyseus{},
			unhex("0da776657264696374de0009a474797065a776657264696374a26964a3696431a468756e74a168a96368616c6c656e6765a3632d31a76f7574636f6d65a761776172646564" +
				"a373657101a6706f696e74730aa5746f74616c0aa26174cb427a2088cd0ba000"),
			[]string{`{"type":"verdict","id":"id1","hunt":"h","challenge":"c-1","outcome":"awarded","seq":1,"points":10,"total":10,"at":1795439775930}`},
			nil,
		},
		{
			"colyseus sends the first board", &colyseus{},
			unhex("0f82018000a00bcd88207a428101000000ff01800002ff0280a3702d3181aa506c6179657220702d31820a000000"),
			[]string{`{"type":"board","at":1795439775930}`},
			nil,
		},
		{"colyseus sends a board", &colyseus{}, unhex("0f8000101bcd88207a428102000000ff028214000000"), []string{`{"type":"board","at":1795439776177}`}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var told, answers []string
			err := tc.line.Read([]byte(tc.frame),
				func(b []byte) error { answers = append(answers, string(b)); return nil },
				func(b []byte) error { told = append(told, string(b)); return nil })
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(told, tc.told) || !slices.Equal(answers, tc.answers) {
				t.Errorf("told %q, answered %q; want %q, %q", told, answers, tc.told, tc.answers)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	nothing := func([]byte) error { return nil }
	for _, tc := range []struct {
		line  Line
		frame string
	}{
		{newCentrifuge(Who{}), `{"id":7,"error":{"code":100,"message":"internal server error"}}`},
		{newCentrifuge(Who{}), `{"id":7,"rpc":{}}`},
		{newSocketIO(Who{}), ""},
		{newSocketIO(Who{}), `44{"message":"unknown_hunt"}`},
		{newSocketIO(Who{}), `42["board"]`},
		{&colyseus{}, ""},
		{&colyseus{}, "\x0d\xa7ver"},
		{&colyseus{}, "\x0d\xa1v\x82\xa1a"},
		{&colyseus{}, "\x0f\x81\x01"},
		{&colyseus{}, "\x0b"},
	} {
		if err := tc.line.Read([]byte(tc.frame), nothing, nothing); err == nil {
			t.Errorf("%T takes %q", tc.line, tc.frame)
		}
	}
}

func TestClaim(t *testing.T) {
	const claim = `{"type":"claim","id":"0123456789-0123456789-0123456789-0","challenge":"c-1","proof":{"text":"answer 1"}}`
	if got, want := string(newCentrifuge(Who{}).Claim(nil, []byte(claim))), `{"id":3,"rpc":{"method":"claim","data":`+claim+"}}"; got != want {
		t.Errorf("centrifuge: %s, want %s", got, want)
	}
	if got, want := string(newSocketIO(Who{}).Claim(nil, []byte(claim))), `421["claim",`+claim+`]`; got != want {
		t.Errorf("socketio: %s, want %s", got, want)
	}
	frame := (&colyseus{}).Claim(nil, []byte(claim))
	name, rest, ok := text(frame[1:])
	if !ok || frame[0] != roomData || string(name) != "claim" {
		t.Fatalf("colyseus: %q", frame)
	}
	back, rest, ok := appendJSON(nil, rest)
	if !ok || len(rest) > 0 || string(back) != claim {
		t.Errorf("colyseus: %s and %q, want %s", back, rest, claim)
	}
}
