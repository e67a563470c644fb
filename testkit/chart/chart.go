// Package chart draws the pictures of reports as SVG: Plot has lines or bars
// over an axis, Bars compares a few names by one figure each. It is the only
// writer of charts, used by load tests, the comparison and the soak.
//
// Guarantees:
//   - A chart brings its own style, is readable on light and on dark pages, loads
//     nothing and runs nothing.
//   - Every text is escaped, and no figure is NaN or infinite as long as the data
//     are not.
package chart

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// width of every chart, in SVG units.
const width = 860.0

// colours that colour-blind people can distinguish (Okabe and Ito).
var colours = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7"}

// style is that of every chart. A picture in a document of its own takes the
// scheme of the reader; inside a page it takes the colour of the text around it.
const style = `<style>.chart{font:12px system-ui,sans-serif}.chart text{fill:currentColor}` +
	`.chart .title{font-size:15px;font-weight:600}.chart .x{text-anchor:middle}.chart .y{text-anchor:end}` +
	`.chart .grid{stroke:#8885;fill:none}.chart .line{fill:none;stroke-width:2;stroke-linejoin:round}.chart .warmup{fill:#8882}` +
	`.chart .bar{fill:#0072b2}.chart .peer{fill:#a0a0a0}.chart .run{fill:#d55e00;fill-opacity:.75}` +
	`@media(prefers-color-scheme:dark){.chart .bar{fill:#56a8dd}.chart .peer{fill:#6b6b6b}}</style>`

// File makes a document of its own of a chart.
func File(svg string) string {
	const own = `<style>svg{color:#555}@media(prefers-color-scheme:dark){svg{color:#c8c8c8}}</style>`
	head, rest, _ := strings.Cut(svg, "<style>")
	return strings.Replace(head, "<svg ", `<svg xmlns="http://www.w3.org/2000/svg" `, 1) + own + "<style>" + rest + "\n"
}

// picture is a chart that is being drawn.
type picture struct{ strings.Builder }

func (p *picture) addf(format string, args ...any) { fmt.Fprintf(&p.Builder, format, args...) }

// begin writes what every chart begins with.
func (p *picture) begin(height float64, title string) {
	p.addf(`<svg class="chart" viewBox="0 0 %g %g" role="img"><title>%s</title>%s`, width, height, html.EscapeString(title), style)
}

// text writes escaped text with a class, which may be empty.
func (p *picture) text(class string, x, y float64, text string) {
	if class != "" {
		class = ` class="` + class + `"`
	}
	p.addf(`<text%s x="%.1f" y="%.1f">%s</text>`, class, x, y, html.EscapeString(text))
}

// end returns the chart.
func (p *picture) end() string {
	p.WriteString("</svg>")
	return p.String()
}

// nice is the next number up of which a quarter is easily read.
func nice(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8} {
		if v <= step*unit {
			return step * unit
		}
	}
	return 10 * unit
}
