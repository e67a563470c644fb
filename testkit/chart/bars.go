package chart

import "fmt"

// Bars are panels, one below the other, that compare the same names.
type Bars struct {
	Title  string // for those who cannot see the picture
	Panels []Panel
}

// Panel compares by one figure.
type Panel struct {
	Title  string
	Format string // of the figures: %.1f
	Rows   []Row
}

// Row is a bar for one name, and a dot for each run.
type Row struct {
	Name  string
	Ours  bool      // stands out
	Value float64   // the length of the bar
	Runs  []float64 // the dots; without any there is no bar but Empty
	Empty string    // text in place of a bar
}

// The geometry of the panels, in SVG units.
const (
	nameWidth = 120.0
	barWidth  = 640.0
	barHeight = 18.0
	rowHeight = 24.0
	headRoom  = 34.0
)

// SVG draws the panels, as an element for a page; File makes a document of it.
func (b *Bars) SVG() string {
	high := 8.0
	for _, panel := range b.Panels {
		high += headRoom + rowHeight*float64(len(panel.Rows))
	}
	var p picture
	p.begin(high, b.Title)
	y := 0.0
	for i := range b.Panels {
		y = b.Panels[i].draw(&p, y)
	}
	return p.end()
}

// draw draws the panel below y and returns where it ends.
func (a *Panel) draw(p *picture, y float64) float64 {
	most := 0.0
	for _, r := range a.Rows {
		for _, v := range r.Runs {
			most = max(most, v)
		}
	}
	p.text("title", 0, y+22, a.Title)
	y += headRoom
	for i := range a.Rows {
		a.Rows[i].draw(p, a.Format, most, y)
		y += rowHeight
	}
	return y
}

func (r *Row) draw(p *picture, format string, most, y float64) {
	p.text("y", nameWidth-8, y+barHeight-4, r.Name)
	if len(r.Runs) == 0 || most <= 0 {
		p.text("", nameWidth, y+barHeight-4, r.Empty)
		return
	}
	class := "peer"
	if r.Ours {
		class = "bar"
	}
	p.addf(`<rect class="%s" x="%g" y="%g" width="%.1f" height="%g" rx="2"/>`, class, nameWidth, y, r.Value/most*barWidth, barHeight)
	furthest := r.Value
	for _, v := range r.Runs {
		furthest = max(furthest, v)
		p.addf(`<circle class="run" cx="%.1f" cy="%g" r="3"/>`, nameWidth+v/most*barWidth, y+barHeight/2)
	}
	p.text("", nameWidth+furthest/most*barWidth+10, y+barHeight-4, fmt.Sprintf(format, r.Value))
}
