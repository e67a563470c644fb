package auth

import "slices"

// What holds an emoji together.
const (
	colourful = '\ufe0f' // variation selector 16: as a picture
	keycap    = '\u20e3'
	blackFlag = 0x1f3f4
	tagEnd    = 0xe007f
)

// emoji returns of how many characters the emoji at the beginning is, 0 when there
// is none or when it is one character that needs no care. The grammar is that of
// Unicode Technical Standard 51: keycaps, flags of regions, and pictures that may
// have a selector or a skin tone and may be joined to the next picture.
func emoji(runes []rune) int {
	if len(runes) < 2 {
		return 0
	}
	if r := runes[0]; r >= '0' && r <= '9' || r == '#' || r == '*' {
		if len(runes) > 2 && runes[1] == colourful && runes[2] == keycap {
			return 3
		}
		return 0
	}
	for _, region := range regions {
		if len(runes) >= len(region) && slices.Equal(runes[:len(region)], region) {
			return len(region)
		}
	}
	n := 0
	for pictograph(runes[n]) {
		n++
		if n < len(runes) && runes[n] == colourful {
			n++
		}
		if n < len(runes) && runes[n] >= 0x1f3fb && runes[n] <= 0x1f3ff { // skin tones
			n++
		}
		if n+1 >= len(runes) || runes[n] != zwJoiner || !pictograph(runes[n+1]) {
			break
		}
		n++
	}
	return n
}

// regions are the flags that are spelled with tags. There are three; other tags
// would be an invisible text behind a black flag.
var regions = [][]rune{regionFlag("gbeng"), regionFlag("gbsct"), regionFlag("gbwls")}

func regionFlag(code string) []rune {
	flag := []rune{blackFlag}
	for _, r := range code {
		flag = append(flag, 0xe0000+r)
	}
	return append(flag, tagEnd)
}

// pictograph reports whether a character may be a picture: the blocks in which
// Unicode has those with the property Extended_Pictographic.
func pictograph(r rune) bool {
	for _, block := range pictographs {
		if r >= block[0] && r <= block[1] {
			return true
		}
	}
	return false
}

var pictographs = [][2]rune{
	{0x1f000, 0x1faff},
	{0x2600, 0x27bf},
	{0x2190, 0x21ff},
	{0x2300, 0x23ff},
	{0x25a0, 0x25ff},
	{0x2900, 0x297f},
	{0x2b00, 0x2bff},
	{0xa9, 0xa9},
	{0xae, 0xae},
	{0x203c, 0x203c},
	{0x2049, 0x2049},
	{0x2122, 0x2122},
	{0x2139, 0x2139},
	{0x24c2, 0x24c2},
	{0x3030, 0x3030},
	{0x303d, 0x303d},
	{0x3297, 0x3297},
	{0x3299, 0x3299},
}
