package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boombuler/barcode/qr"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
)

// maxAddress bounds what a QR code says, in bytes: a larger one is hard to
// read with a phone.
const maxAddress = 500

// hostName is what a request may call the server: a name or an address, with
// or without a port.
var hostName = regexp.MustCompile(`^([A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$`)

// quiet is the width of the white margin that readers need, in modules.
const quiet = 4

// qr shows the address at which a hunt is played as a QR code.
func (a *API) qr(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "claim", "code", "scheme"); err != nil {
		return err
	}
	target, err := playURL(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	if err := a.look(ctx, r.PathValue("hunt"), func(*actor.View) {}); err != nil {
		return err
	}
	image, err := qrSVG(target)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, max-age=300") // it depends on the name that the server was asked by
	_, _ = w.Write(image)                          // a peer that has gone hears nothing
	return nil
}

// playURL is the address at which the hunt of a request is played, as its sender
// sees it: the host is the one that was asked, the scheme that of the connection
// unless the query says that something in front of the server speaks TLS.
func playURL(r *http.Request) (string, error) {
	if !hostName.MatchString(r.Host) {
		return "", badRequest("the header Host is not the name of a host")
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	switch said := r.URL.Query().Get("scheme"); said {
	case "":
	case "http", "https":
		scheme = said
	default:
		return "", badRequest(fmt.Sprintf("scheme is %q, want http or https", clip(said)))
	}
	code, claim := r.URL.Query().Get("code"), r.URL.Query().Get("claim")
	switch {
	case claim != "" && !hunt.ValidID(claim):
		return "", refuse(game.CodeUnknownChallenge, "")
	case !utf8.ValidString(code) || strings.ContainsFunc(code, unicode.IsControl):
		return "", badRequest("code has a control character, or one that is no Unicode")
	}
	target := scheme + "://" + r.Host + "/h/" + r.PathValue("hunt")
	var said []string
	if claim != "" {
		said = append(said, "claim="+claim)
	}
	if code != "" {
		said = append(said, "code="+strings.ReplaceAll(url.QueryEscape(code), "+", "%20"))
	}
	if len(said) > 0 {
		target += "#" + strings.Join(said, "&")
	}
	if len(target) > maxAddress {
		return "", badRequest(fmt.Sprintf("the address in the QR code has more than %d bytes; the code is too long", maxAddress))
	}
	return target, nil
}

// qrSVG draws a text as a QR code: white, and one path of a rectangle for each
// run of dark modules.
func qrSVG(text string) ([]byte, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("encode the QR code: %w", err)
	}
	width := code.Bounds().Dx()
	dark := func(x, y int) bool {
		if x >= width {
			return false
		}
		red, _, _, _ := code.At(x, y).RGBA()
		return red == 0
	}
	var path strings.Builder
	for y := range width {
		for x := 0; x < width; x++ {
			from := x
			for dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	size := width + 2*quiet
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">`+
		`<rect width="%d" height="%d" fill="#fff"/><path d="%s"/></svg>`+"\n", size, size, size, size, path.String()), nil
}
