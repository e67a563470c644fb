package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// TestLiesAreFound plays through a proxy that changes the ledger on its way:
// the summary checks promises against the ledger and believes nobody.
func TestLiesAreFound(t *testing.T) {
	honest, err := open(t.Context(), &options{Server: server(t), Store: "bolt"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := honest.close(); err != nil {
			t.Error(err)
		}
	}()
	to, err := url.Parse(honest.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		lie  func(awards, others []string) []string // lines of the ledger
		says string
	}{
		{"nothing", func(a, o []string) []string { return append(o, a...) }, ""},
		{"the last award is lost", func(a, o []string) []string { return append(o, a[:len(a)-1]...) }, "is not in the ledger"},
		{"another award has its place", func(a, o []string) []string {
			a[len(a)-1] = strings.ReplaceAll(a[len(a)-2], fmt.Sprintf(`"seq":%d,`, len(o)+len(a)-1), fmt.Sprintf(`"seq":%d,`, len(o)+len(a)))
			return append(o, a...)
		}, "again, after seq"},
	} {
		t.Run(c.name, func(t *testing.T) {
			proxy := httptest.NewServer(&httputil.ReverseProxy{
				Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host },
				ModifyResponse: func(r *http.Response) error { return rewrite(r, c.lie) },
			})
			defer proxy.Close()
			code, s, said := play(t, "--target", proxy.URL, "--organizer-token", honest.organizer, "--ops", honest.ops,
				"--closed", "--players", "1", "--challenges", "20", "--watchers", "0", "--joins", "0", "--reconnects", "0", "--hint", "0", "--warmup", "0s")
			found := strings.Join(s.Verification.Problems, "\n")
			if c.says == "" {
				if code != 0 || found != "" || s.Verification.Verified != 20 {
					t.Errorf("exit code %d\n%s", code, said)
				}
			} else if code != exitBroken || !strings.Contains(found, c.says) || !strings.Contains(said, "PROBLEM") || s.Verification.Verified != 19 {
				t.Errorf("exit code %d\n%s", code, said)
			}
		})
	}
}

// rewrite puts a ledger through lie. Only joins and entries of the organizer
// come between awards, so all of them may stand before the awards.
func rewrite(r *http.Response, lie func(awards, others []string) []string) error {
	if !strings.HasSuffix(r.Request.URL.Path, "/ledger") {
		return nil
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if err := r.Body.Close(); err != nil {
		return err
	}
	var awards, others []string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, `"type":"awarded"`) {
			awards = append(awards, line)
		} else {
			others = append(others, line)
		}
	}
	changed := []byte(strings.Join(lie(awards, others), ""))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(changed)), int64(len(changed))
	r.Header.Del("Content-Length")
	return nil
}
