package huntfile

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"veltrix/game/hunt"
)

// What was accepted once loads for ever. testdata/older has files that only linters
// before this one accepted: each loads, can be played and is listed with what is
// wrong in it.
func TestOlderFilesLoadForEver(t *testing.T) {
	files, err := filepath.Glob("testdata/older/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	right := map[string]hunt.Proof{
		"unknown-keys":    textProof("Lamp"),
		"wider-bounds":    {Location: &hunt.Location{Lat: 43.4, Lon: -8.4, Accuracy: 20}},
		"content":         textProof("lamp!"),
		"text-of-numbers": textProof("1874"),
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d, _ := Parse(src); d != nil {
				t.Error("this linter accepts the file")
			}
			d, _ := ParseStored(src)
			if d == nil || string(d.Source) != string(src) {
				t.Fatal("the file does not load")
			}
			again, findings := Recheck(src)
			if again == nil || findings.Failed() || len(objections(findings)) == 0 {
				t.Errorf("rechecked: %v, %s", again != nil, findings)
			}
			if !reflect.DeepEqual(d, again) {
				t.Error("the two readings differ")
			}
			j, err := d.Challenge("play").Judge(right[d.ID])
			if err != nil || !j.Right {
				t.Errorf("judged %+v, %v", j, err)
			}
			if p := d.Public(hunt.Viewer{Started: true, Awarded: func(string) bool { return true }}); len(p.Challenges) != len(d.Challenges) {
				t.Errorf("%d challenges are shown", len(p.Challenges))
			}
		})
	}
}

func TestStoredValuesBeyondTheBoundsAreKept(t *testing.T) {
	src, err := os.ReadFile("testdata/older/wider-bounds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, findings := ParseStored(src)
	c := d.Challenge("play")
	if c.MaxAttempts != 5000 || c.Cooldown != 48*3600_000 || c.Proof.Radius != 0.5 || len(c.Tags) != 21 || d.Limit != 400*86400_000 || len(d.Challenge("none").Bonus) != 21 {
		t.Errorf("got %+v", c)
	}
	for _, want := range []string{"5000 is out of range", "The list has 21 elements", "characters. Keep it within 200"} {
		if !strings.Contains(findings.String(), want) {
			t.Errorf("%q is not among\n%s", want, findings)
		}
	}
}

// An error remains where no definition can be made.
func TestStoredFilesThatCannotBePlayed(t *testing.T) {
	for _, src := range []string{
		"", "hunt: [", "[]", "hunt: h\ntitle: &t T\ndescription: *t\nchallenges: []\n", "hunt: h\n---\nhunt: h\n", "hunt: \x01\n",
		"hunt: Old Town\ntitle: T\nchallenges: []\n",
		"hunt: h\ntitle: T\nchallenges:\n  - {id: a, title: A, points: 1, proof: {regex: \"(\"}}\n",
		"hunt: h\ntitle: T\nchallenges:\n  - {id: a, title: A, points: 1, proof: {smell: fish}}\n",
		"hunt: h\ntitle: T\nchallenges:\n  - {id: a, title: A, points: 1, proof: {choice: {options: [p, q], answer: r}}}\n",
	} {
		for name, read := range map[string]func([]byte) (*hunt.Definition, Findings){"stored": ParseStored, "recheck": Recheck} {
			if d, findings := read([]byte(src)); d != nil || !findings.Failed() {
				t.Errorf("%s: %q becomes %+v with %s", name, src, d, findings)
			}
		}
	}
}
