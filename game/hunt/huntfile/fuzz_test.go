package huntfile

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"veltrix/game/hunt"
)

// A file is refused with errors, or it becomes a definition, always the same one,
// that can be shown, compared and judged by.
func FuzzParse(f *testing.F) {
	f.Add(Demo())
	f.Add([]byte(everyKey))
	f.Add([]byte(planned))
	for _, tc := range findingCases {
		f.Add([]byte(tc.file))
	}
	for _, tc := range secondCases {
		f.Add([]byte(secondFile(tc.part)))
	}
	s := compiled(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		d, findings := Parse(src)
		if (d == nil) != findings.Failed() {
			t.Fatalf("definition %v, findings:\n%s", d != nil, findings)
		}
		if len(findings) > MaxFindings+3 {
			t.Fatalf("%d findings", len(findings))
		}
		for _, one := range findings {
			if one.Line < 1 || one.Column < 1 || one.Message == "" || one.Remedy == "" {
				t.Fatalf("finding %+v", one)
			}
		}
		stored, _ := ParseStored(src)
		if rechecked, findings := Recheck(src); (rechecked == nil) != (stored == nil) || (rechecked == nil) != findings.Failed() {
			t.Fatalf("stored %v, rechecked %v, findings:\n%s", stored != nil, rechecked != nil, findings)
		}
		if d == nil {
			if stored != nil {
				_ = stored.Public(hunt.Viewer{Started: true})
				_ = Diff(nil, stored)
			}
			return
		}
		if p := Diff(d, stored); !p.Empty() {
			t.Fatalf("stored it differs: %v", p.Text)
		}
		again, _ := Parse(d.Source)
		if !reflect.DeepEqual(d, again) {
			t.Fatal("the source becomes another definition")
		}
		if p := Diff(d, again); !p.Empty() {
			t.Fatalf("the source differs from itself: %v", p.Text)
		}
		if _, ok, schemaErr := shapeVerdicts(t, s, src); ok && schemaErr != nil {
			t.Fatalf("only the schema refuses: %v", schemaErr)
		}
		if _, err := json.Marshal(d.Public(hunt.Viewer{Started: true, Now: math.MaxInt64, Closed: true, Finished: true})); err != nil {
			t.Fatal(err)
		}
		if hunt.MaxScore(d) > hunt.MaxPoints {
			t.Fatalf("maximum score %d", hunt.MaxScore(d))
		}
		proofs := []hunt.Proof{textProof("x"), numberProof(1), codeProof("x"), {Choice: hunt.Choice{"a"}}, {Location: &hunt.Location{Lat: 1, Lon: 2, Accuracy: 3}}, {Review: &hunt.ReviewRequest{Note: "n"}}}
		for i := range d.Challenges {
			for _, p := range proofs {
				_, _ = d.Challenges[i].Judge(p) // most proofs are of the wrong kind
			}
		}
	})
}
