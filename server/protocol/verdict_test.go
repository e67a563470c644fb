package protocol

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"veltrix/game"
)

// What Verdict.Encode writes says the same as what encoding/json makes of the
// struct.
func TestVerdictIsEncodedAsItsFieldsSay(t *testing.T) {
	text := rapid.OneOf(rapid.StringMatching(`[a-z0-9-]{0,12}`), rapid.String(), rapid.Just("<\xff\u2028\">"))
	number := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64())
	rapid.Check(t, func(t *rapid.T) {
		v := Verdict{
			Type: "verdict", ID: text.Draw(t, "id"), Hunt: text.Draw(t, "hunt"), Challenge: text.Draw(t, "challenge"),
			Outcome: rapid.SampledFrom([]game.Outcome{game.OutAwarded, game.OutWrong, game.OutLocked}).Draw(t, "outcome"),
			Seq:     number.Draw(t, "seq"), Rank: rapid.IntRange(0, 9).Draw(t, "rank"), At: number.Draw(t, "at"),
			RetryAfter: number.Draw(t, "retry_after"), Replay: rapid.Bool().Draw(t, "replay"), Revoked: rapid.Bool().Draw(t, "revoked"),
			Points: rapid.Ptr(number, true).Draw(t, "points"), Bonus: rapid.Ptr(number, true).Draw(t, "bonus"),
			Total: rapid.Ptr(number, true).Draw(t, "total"), AttemptsLeft: rapid.Ptr(number, true).Draw(t, "left"),
			Right: rapid.Ptr(rapid.Bool(), true).Draw(t, "right"), Requires: rapid.SliceOfN(text, 0, 3).Draw(t, "requires"),
		}
		if rapid.Bool().Draw(t, "badges") {
			v.Badges = rapid.SliceOfN(text, 0, 3).Draw(t, "earned")
		}
		sameMessage(t, &v)
	})
	// A field that is added to the struct alone shows here.
	var full Verdict
	for i, fields := 0, reflect.ValueOf(&full).Elem(); i < fields.NumField(); i++ {
		fill(fields.Field(i))
	}
	sameMessage(t, &full)
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Interface:
		v.Set(reflect.ValueOf([]string{"x"}))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	default:
		panic("a kind that this test does not know: " + v.Kind().String())
	}
}

func sameMessage(t interface{ Fatalf(string, ...any) }, v *Verdict) {
	got, want := v.Encode(), Encode(v)
	if !reflect.DeepEqual(exactly(t, got), exactly(t, want)) {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
}

// exactly reads JSON without rounding numbers.
func exactly(t interface{ Fatalf(string, ...any) }, src []byte) (v map[string]any) {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil || dec.More() {
		t.Fatalf("%s: %v", src, err)
	}
	return v
}
