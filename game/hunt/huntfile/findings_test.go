package huntfile

import (
	"slices"
	"strings"
	"testing"
)

func TestFindings(t *testing.T) {
	for _, tc := range findingCases {
		t.Run(tc.name, func(t *testing.T) {
			d, findings := Parse([]byte(tc.file))
			var got []string
			for _, f := range findings {
				got = append(got, f.String())
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(tc.want, "\n\t"))
			}
			if (d == nil) != findings.Failed() {
				t.Errorf("definition %v, failed %v", d != nil, findings.Failed())
			}
		})
	}
}
