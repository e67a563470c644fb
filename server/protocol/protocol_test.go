package protocol

import (
	"encoding/json"
	"strings"
	"testing"

	"veltrix/game"
)

func decode(frame string) (requests []*Request, errs []*Error) {
	Decode([]byte(frame), func(r *Request, e *Error) {
		if e != nil {
			errs = append(errs, e)
		} else {
			requests = append(requests, r)
		}
	})
	return requests, errs
}

func TestDecode(t *testing.T) {
	requests, errs := decode(` [{"type":"ping"}, {"type":"claim","id":"1","hunt":"h","challenge":"c","proof":{"text":"x"},"unknown":[1]}]`)
	if len(errs) != 0 || len(requests) != 2 {
		t.Fatalf("%d requests, errors %v", len(requests), errs)
	}
	if r := requests[1]; r.Type != TypeClaim || r.ID != "1" || r.Challenge != "c" || string(r.Proof) != `{"text":"x"}` {
		t.Errorf("claim %+v", r)
	}
	if requests, _ = decode(`{"type":"join","since":{"epoch":"7","seq":12}}`); requests[0].Since.Seq != 12 {
		t.Errorf("since %+v", requests[0].Since)
	}
	if requests, _ = decode(`{"TYPE":"ping","_id":"a","ty-pe":"x","hunt":"a","hunt":"b"}`); requests[0].Type != "ping" ||
		requests[0].ID != "" || requests[0].Hunt != "b" {
		t.Errorf("names in other cases, unknown and twice: %+v", requests[0])
	}
	if requests, errs = decode("[]"); len(requests)+len(errs) != 0 {
		t.Error("an empty array is nothing")
	}
}

func TestDecodeRefuses(t *testing.T) {
	long := strings.Repeat("x", MaxID+1)
	for _, c := range []struct {
		frame, id string
		code      game.Code
		message   string
	}{
		{``, "", game.CodeBadRequest, "the frame is not JSON"},
		{`{"type":`, "", game.CodeBadRequest, "the frame is not JSON"},
		{`"hello"`, "", game.CodeBadRequest, "a message is a JSON object"},
		{`[1]`, "", game.CodeBadRequest, "a message is a JSON object"},
		{`{"type":"claim","id":"7","hunt":1}`, "7", game.CodeBadRequest, `field "hunt" is not a string`},
		{`{"type":"claim","id":7}`, "", game.CodeBadRequest, `field "id" is not a string`},
		{`{"type":"join","id":"7","since":{"seq":"x"}}`, "7", game.CodeBadRequest, `field "since.seq" is not a number`},
		{`{"type":"join","id":"7","since":[]}`, "7", game.CodeBadRequest, `field "since" is not an object`},
		{`{"type":"ping","id":"` + long + `"}`, "", game.CodeBadRequest, "an id has at most 64 characters"},
		{`[` + strings.Repeat(`{},`, MaxMessages) + `{}]`, "", CodeTooLarge, "a frame holds at most 100 messages"},
	} {
		requests, errs := decode(c.frame)
		if len(requests) != 0 || len(errs) != 1 {
			t.Errorf("%.40s: %d requests, errors %v", c.frame, len(requests), errs)
			continue
		}
		if e := errs[0]; e.ID != c.id || e.Code != c.code || e.Message != c.message || e.Type != "error" {
			t.Errorf("%.40s: %+v, want id %q, %s: %s", c.frame, e, c.id, c.code, c.message)
		}
	}
}

func TestOneBadMessageDoesNotSpoilTheOthers(t *testing.T) {
	requests, errs := decode(`[{"type":"ping"},{"type":3},{"type":"ping"}]`)
	if len(requests) != 2 || len(errs) != 1 {
		t.Errorf("%d requests and %d errors, want 2 and 1", len(requests), len(errs))
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"type":"hello","token":"x"}`, `[{"type":"claim","id":"1","proof":{"location":{"lat":1e999}}}]`,
		`[[[[]]]]`, `{"type":"join","since":null,"team":{"name":"\u202e"}}`, "\xff", `{"type":"ping"} {}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		n := 0
		Decode(frame, func(r *Request, e *Error) {
			n++
			if (r == nil) == (e == nil) {
				t.Fatal("neither or both of request and error")
			}
			if e != nil {
				if !json.Valid(Encode(e)) {
					t.Fatal("the error is not JSON")
				}
				return
			}
			if len(r.ID) > MaxID {
				t.Fatal("an id that is too long")
			}
			again, err := decodeOne(Encode(r), func() bool { return true })
			if err != nil || again.Type != r.Type || again.Hunt != r.Hunt || again.ID != r.ID {
				t.Fatalf("%+v comes back as %+v, %v", r, again, err)
			}
		})
		if n > MaxMessages {
			t.Fatalf("%d messages", n)
		}
	})
}
