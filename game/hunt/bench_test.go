package hunt

import "testing"

func BenchmarkDecodeProof(b *testing.B) {
	for _, c := range []struct{ name, proof string }{
		{"text", `{"text":"1874"}`},
		{"number", `{"number":52.5}`},
		{"choice", `{"choice":["red","blue"]}`},
		{"location", `{"location":{"lat":53.5461,"lon":9.9937,"accuracy":12.5}}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			src := []byte(c.proof)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := DecodeProof(src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
