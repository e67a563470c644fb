package huntfile

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"veltrix/game/hunt"
)

// typed finds answers that nobody can type, in texts and codes.
func (l linter) typed(c *hunt.Criterion, path string) {
	answers := c.Texts
	if c.Kind == hunt.KindCode {
		answers = []string{c.Code}
	}
	for i, answer := range answers {
		at := l.textPath(path, i)
		if madePlain(c.Kind, answer) == "" {
			l.wrong(at, "Nothing of this answer can be seen, so nobody can give it.", "Write what players type.")
			continue
		}
		if what := untypable(answer, c.Exact); what != "" {
			l.odd(at, "Nobody can type this answer: it has "+what+".", "Write what players type.")
		}
	}
}

func madePlain(k hunt.Kind, answer string) string {
	if k == hunt.KindCode {
		return hunt.Code(answer)
	}
	return hunt.Normal(answer)
}

// untypable says what of an answer no keyboard has, or "".
func untypable(answer string, exact bool) string {
	base := false
	for _, r := range answer {
		switch {
		case unicode.Is(unicode.Co, r):
			return fmt.Sprintf("%U, a character for private use", r)
		case r == unicode.ReplacementChar:
			return fmt.Sprintf("%U, which stands for a character that was lost", r)
		case unicode.Is(unicode.Cn, r):
			return fmt.Sprintf("%U, which is no character", r)
		case exact && hunt.Invisible(r):
			return fmt.Sprintf("%U, which cannot be seen, and exact compares it", r)
		case !unicode.Is(unicode.M, r) && !unicode.IsSpace(r) && !hunt.Invisible(r):
			base = true
		}
	}
	if !base {
		return "accents without a letter"
	}
	return ""
}

// replies finds replies that nobody reads, or that take too much away.
func (l linter) replies(c *hunt.Challenge, path string) {
	if len(c.Replies) == 0 {
		return
	}
	if !c.Proof.Kind.Replies() {
		l.wrong(path+".replies", "Only answers in text, numbers and codes have replies.", "Leave them out.")
		return
	}
	for i := range c.Replies {
		r, at := &c.Replies[i], fmt.Sprintf("%s.replies[%d]", path, i)
		for j, text := range r.Texts {
			l.replyText(c, i, text, l.textPath(at+".text", j))
		}
		if r.Regex != "" {
			l.replyPattern(c, r, at+".regex")
		}
	}
}

// replyText looks at a text of reply i.
func (l linter) replyText(c *hunt.Challenge, i int, text, path string) {
	if c.Proof.Kind == hunt.KindNumber && !numberForm.MatchString(text) {
		l.wrong(path, "The answers to this challenge are numbers.", "Write one, such as \"42\".")
		return
	}
	switch first := c.ReplyTo(text); {
	case madePlain(c.Proof.Kind, text) == "":
		l.wrong(path, "Nothing of this answer can be seen, so nobody can give it.", "Write what players type.")
	case l.isRight(c, text):
		l.odd(path, "This answer is right, so nobody reads the reply.", "Take it out.")
	case first != nil && first != &c.Replies[i]:
		l.odd(path, "An earlier reply answers this.", "Take it out of one of the two.")
	}
}

func (l linter) replyPattern(c *hunt.Challenge, r *hunt.Reply, path string) {
	everything := true
	for _, s := range nonsense {
		everything = everything && r.Matches(s)
	}
	if everything && c.Proof.Kind != hunt.KindNumber {
		l.odd(path, "The pattern matches every answer, so that no wrong one costs anything or is slowed down.", "Write what the answer has to contain.")
		return
	}
	for _, answer := range rightAnswers(&c.Proof) {
		if r.Matches(answer) {
			l.remark(path, fmt.Sprintf("The pattern matches the right answer %q, too. That stays right.", clip(answer)), "Leave it, or write a narrower pattern.")
			return
		}
	}
}

func rightAnswers(c *hunt.Criterion) []string {
	switch c.Kind {
	case hunt.KindText:
		return c.Texts
	case hunt.KindCode:
		return []string{c.Code}
	case hunt.KindNumber:
		return []string{decimal(c.Number)}
	}
	return nil
}

// isRight reports whether an answer as the file writes it is right.
func (l linter) isRight(c *hunt.Challenge, answer string) bool {
	p := hunt.Proof{Text: &answer}
	switch c.Proof.Kind {
	case hunt.KindCode:
		p = hunt.Proof{Code: &answer}
	case hunt.KindNumber:
		v, err := strconv.ParseFloat(answer, 64)
		if err != nil {
			return false
		}
		p = hunt.Proof{Number: &v}
	}
	j, err := c.Judge(p)
	return err == nil && j.Right
}

// longGuess is the time from which on nobody tries all answers.
const longGuess = 14 * 86400_000

// guessing says how long trying all answers takes.
func (l linter) guessing() {
	for i := range l.d.Challenges {
		c, path := &l.d.Challenges[i], challengePath(i)+".proof"
		n, what := answersLike(&c.Proof)
		if n == 0 || c.MaxAttempts != 0 || c.Proof.Kind == hunt.KindChoice && !c.Proof.Multiple && c.Cooldown == 0 {
			continue // the limit of attempts says enough, or its absence has been found
		}
		brake, takes := "the brake on guessing", hunt.GuessTime(n)
		if c.Cooldown != 0 {
			brake, takes = "the cooldown", (n-1)*c.Cooldown
		}
		l.guess(path+"."+string(c.Proof.Kind), what, brake, takes, "Leave it, or add attempts: {max: 5}.")
	}
	const remedy = "Leave it, or write a longer one."
	if n := codesLike(hunt.Code(l.d.JoinCode)); n > 0 {
		l.guess("join_code", "A code like this", "the brake on guessing", hunt.GuessTime(n), remedy)
	}
	for i, d := range l.d.Divisions {
		if n := codesLike(hunt.Code(d.Code)); n > 0 {
			l.guess(fmt.Sprintf("divisions[%d].code", i), "A code like this", "the brake on guessing", hunt.GuessTime(n), remedy)
		}
	}
}

func (l linter) guess(path, what, brake string, takes int64, remedy string) {
	switch {
	case takes >= longGuess:
	case takes == 0:
		l.remark(path, fmt.Sprintf("%s: all can be tried at once.", what), remedy)
	default:
		l.remark(path, fmt.Sprintf("%s: with %s, trying all takes about %s.", what, brake, roughly(takes)), remedy)
	}
}

// manyAnswers is more than anybody tries, and far from an overflow.
const manyAnswers = int64(1e9)

// answersLike is how many answers look like the right one, and what those are; 0 is
// unknown.
func answersLike(c *hunt.Criterion) (answers int64, what string) {
	switch c.Kind {
	case hunt.KindChoice:
		n := int64(len(c.Options))
		if !c.Multiple {
			return n, count(n, "option")
		}
		n = 1<<min(n, 30) - 1
		return n, count(n, "combination")
	case hunt.KindNumber:
		digits := strings.NewReplacer("-", "", ".", "").Replace(decimal(c.Number))
		_, decimals, _ := strings.Cut(decimal(c.Number), ".")
		covered := math.Min(math.Floor(2*c.Tolerance*math.Pow10(len(decimals)))+1, float64(manyAnswers))
		n := max(1, codesLike(digits)/int64(covered))
		if covered > 1 {
			return n, fmt.Sprintf("%d numbers that the tolerance tells apart", n)
		}
		return n, count(len(digits), "digit")
	case hunt.KindText, hunt.KindCode:
		var least int64
		for _, answer := range c.Accepted() {
			onlyDigits := strings.Trim(answer, "0123456789") == ""
			if n := codesLike(answer); n > 0 && (onlyDigits || c.Kind == hunt.KindCode) && (least == 0 || n < least) {
				least = n
				what = "A code like this"
				if onlyDigits {
					what = count(len(answer), "digit")
				}
			}
		}
		return least, what
	}
	return 0, ""
}

// codesLike is how many codes have letters and digits where this one has them; 0
// is unknown.
func codesLike(code string) int64 {
	var letters, digits int
	for _, r := range code {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	each := 36.0
	switch {
	case letters+digits == 0:
		return 0
	case letters == 0:
		each = 10
	case digits == 0:
		each = 26
	}
	return int64(math.Min(math.Pow(each, float64(letters+digits)), float64(manyAnswers)))
}

// roughly writes a duration in its largest unit.
func roughly(ms int64) string {
	unit := int64(60_000)
	for _, u := range []int64{3_600_000, 86_400_000} {
		if ms >= 2*u {
			unit = u
		}
	}
	return hunt.SpellDuration((ms + unit/2) / unit * unit)
}
