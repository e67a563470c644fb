package redis

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

// maxRules bounds how often a commit is sent with other rules: a definition
// does not change more often while one commit is under way.
const maxRules = 4

// Commit decides and keeps a batch.
//
// The hunt may have another definition than def by now. If the batch needs the
// one in force (the schedule closes the hunt with badges for places, or a
// command was judged by it), Commit reads it and sends the batch again.
//
// After an error, or a retry by the library, replies may be replays whose
// entries an earlier attempt made. Those entries are in the ledger, not in
// Result.Entries, and Result.Seq is past them.
func (s *Store) Commit(ctx context.Context, id string, def *hunt.Definition, known game.Head, batch []game.Command) (game.Result, error) {
	if err := checkBatch(id, known, batch); err != nil {
		return game.Result{}, err
	}
	for range maxRules {
		arg := s.request(id, s.compiledOf(id, def), known, batch, game.NewTurn(""))
		reply, err := s.committer.do(ctx, s.key(id, "meta"), arg, len(batch))
		if err != nil {
			return game.Result{}, classify(err)
		}
		res, needs, err := s.readReply(ctx, id, batch, reply)
		if err != nil || needs == nil {
			return res, err
		}
		if def != nil && def.Rev == needs.rev {
			batch = judgedElsewhere(batch)
		}
		if def, err = s.definition(ctx, id, needs.rev, needs.source); err != nil {
			return game.Result{}, err
		}
	}
	return game.Result{}, fmt.Errorf("%w: the definition of hunt %q keeps changing", game.ErrUnavailable, id)
}

// Launch is game.Pipeliner.Launch. Two commits of a hunt may leave on two
// connections; the script refuses the second if it comes first.
func (s *Store) Launch(ctx context.Context, id string, def *hunt.Definition, known game.Head, batch []game.Command, turn game.Turn) (wait func() (game.Result, error)) {
	err := checkBatch(id, known, batch)
	var reply func() (string, error)
	if err == nil {
		reply, err = s.committer.begin(ctx, s.key(id, "meta"), s.request(id, s.compiledOf(id, def), known, batch, turn), len(batch))
		err = classify(err)
	}
	if err != nil {
		return func() (game.Result, error) { return game.Result{}, err }
	}
	return func() (game.Result, error) {
		text, err := reply()
		if err != nil {
			return game.Result{}, classify(err)
		}
		res, needs, err := s.readReply(ctx, id, batch, text)
		if needs != nil {
			err = fmt.Errorf("hunt %q has another definition: %w", id, game.ErrOutOfTurn)
		}
		return res, err
	}
}

func checkBatch(id string, known game.Head, batch []game.Command) error {
	if len(batch) > game.MaxBatch {
		return fmt.Errorf("redis: batch of %d commands, at most %d", len(batch), game.MaxBatch)
	}
	if err := known.Check(); err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	if !hunt.ValidID(id) {
		return unknownHunt(id)
	}
	return nil
}

// needed is the definition that a batch has to come with.
type needed struct {
	rev    int64
	source []byte // digest
}

// readReply takes what commit.lua returns: a result, or what the batch needs.
func (s *Store) readReply(ctx context.Context, id string, batch []game.Command, reply string) (game.Result, *needed, error) {
	u := &unpacker{b: []byte(reply)}
	switch word := u.str(); word {
	case "ok":
		res := u.result()
		if u.err != nil || len(res.Replies) != len(batch) {
			return game.Result{}, nil, fmt.Errorf("redis: %d replies to %d commands: %w", len(res.Replies), len(batch), u.err)
		}
		return res, nil, s.committed(ctx, id, batch, res)
	case "turn":
		return game.Result{}, nil, fmt.Errorf("hunt %q: %w", id, game.ErrOutOfTurn)
	case "unknown":
		return game.Result{}, nil, unknownHunt(id)
	case "format":
		return game.Result{}, nil, otherFormat(id, u.int())
	case "rules":
		return game.Result{}, &needed{u.int(), u.raw()}, nil
	default:
		return game.Result{}, nil, fmt.Errorf("redis: the commit script answered %q", word)
	}
}

// judgedElsewhere returns the batch with no revision at all: the hunt has
// another definition of that number, since history forked.
func judgedElsewhere(batch []game.Command) []game.Command {
	batch = slices.Clone(batch)
	for i := range batch {
		batch[i].Rev = 0
	}
	return batch
}

// committed remembers the epoch of a result, and lists a new hunt.
func (s *Store) committed(ctx context.Context, id string, batch []game.Command, res game.Result) error {
	s.sawEpoch(id, res.Epoch)
	for i := range batch {
		if batch[i].Type == game.CmdDefine && res.Replies[i].Outcome == game.OutDone {
			return s.list(ctx, id)
		}
	}
	return nil
}

// list adds a hunt to the list of hunts. The list has a key of its own, which
// a script about one hunt could not reach in a cluster.
func (s *Store) list(ctx context.Context, id string) error {
	s.mu.Lock()
	known := s.listed[id]
	s.mu.Unlock()
	if known {
		return nil
	}
	if err := s.rdb.SAdd(ctx, s.huntsKey(), id).Err(); err != nil {
		return classify(err)
	}
	s.mu.Lock()
	s.listed[id] = true
	s.mu.Unlock()
	return nil
}

func (s *Store) compiledOf(id string, def *hunt.Definition) *compiled {
	if def == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.compiled[id]
	if c == nil || c.def != def {
		c = compile(def)
		s.compiled[id] = c
	}
	return c
}

// result reads what commit.lua returns after its first word.
func (u *unpacker) result() game.Result {
	res := game.Result{Now: u.int(), Epoch: u.str()}
	origin := u.int()
	res.Seq, res.Rev = u.int(), u.int()
	if origin == 0 {
		var err error
		if origin, err = strconv.ParseInt(res.Epoch, 10, 64); err != nil {
			u.fail("epoch", err)
		}
	}
	n := u.int()
	for i := int64(0); i < n && u.err == nil; i++ {
		res.Entries = append(res.Entries, u.entry(res.Epoch, origin, res.Seq-n+i+1))
	}
	for n = u.int(); n > 0 && u.err == nil; n-- {
		u.person(res.Entries)
	}
	n = u.int()
	res.Replies = make([]game.Reply, 0, max(0, min(n, game.MaxBatch)))
	for i := int64(0); i < n && u.err == nil; i++ {
		res.Replies = append(res.Replies, u.reply(origin, res.Entries))
	}
	return res
}

func (u *unpacker) reply(origin int64, entries []game.Entry) game.Reply {
	if len(u.b) > 0 && u.b[0] == packedTrue {
		u.b = u.b[1:]
		return u.awarded(entries)
	}
	r := game.Reply{
		Outcome: u.outcome(), Code: game.Code(u.str()), Why: u.str(), Replay: u.bool(), Right: u.bool(),
		Revoked: u.bool(), Seq: u.int(), At: u.int(), Points: u.int(), Bonus: u.int(), Total: u.int(), Badges: u.strs(),
		Left: u.int(), RetryAfter: u.int(), Requires: u.strs(), Rev: u.int(),
	}
	if packed := u.raw(); packed != nil {
		v := &unpacker{b: packed}
		r.Entrant = v.entrant(origin)
		if v.err != nil {
			u.fail("entrant", v.err)
		}
	}
	r.Count = u.int()
	r.Penalty, r.Practice, r.Unmet, r.From, r.Finished, r.Ends = u.int(), u.bool(), u.strs(), u.int(), u.bool(), u.int()
	return r
}

// person puts what persons wrote into the entry that it belongs to; the place of
// that entry, from 1 on, comes first.
func (u *unpacker) person(entries []game.Entry) {
	at := u.int()
	if at < 1 || at > int64(len(entries)) {
		u.fail("person", fmt.Errorf("of entry %d of %d", at, len(entries)))
		return
	}
	n := &entries[at-1]
	n.Name, n.Looks, n.Member, n.Note = u.str(), u.str(), u.str(), u.str()
}

// awarded is the reply to an award of this commit, made of its entries.
func (u *unpacker) awarded(entries []game.Entry) game.Reply {
	seq, badges := u.int(), u.int()
	if len(entries) > 0 {
		entries = entries[min(max(0, seq-entries[0].Seq), int64(len(entries))):]
	}
	if badges < 0 || badges >= int64(len(entries)) || entries[0].Seq != seq || entries[0].Type != game.Awarded {
		u.fail("award", fmt.Errorf("no entry %d with %d badges", seq, badges))
		return game.Reply{}
	}
	n := &entries[0]
	r := game.Reply{
		Outcome: game.OutAwarded, Seq: n.Seq, At: n.At, Points: n.Points, Bonus: n.Bonus, Total: entries[badges].Total,
	}
	for i := range entries[1 : badges+1] {
		r.Badges = append(r.Badges, entries[1+i].Badge)
	}
	if rest := entries[badges+1:]; len(rest) > 0 {
		r.Finished = rest[0].Type == game.Finished && rest[0].Entrant == n.Entrant && rest[0].ID == n.ID
	}
	return r
}

var outcomes = []game.Outcome{
	game.OutAwarded, game.OutAlready, game.OutWrong, game.OutLocked, game.OutCooldown, game.OutExhausted,
	game.OutClosed, game.OutPending, game.OutNear, game.OutRight, game.OutDone, game.OutRefused, game.OutStale,
}

func (u *unpacker) outcome() game.Outcome {
	word := u.raw()
	for _, o := range outcomes {
		if string(word) == string(o) {
			return o
		}
	}
	u.fail("outcome", fmt.Errorf("%q", word))
	return ""
}

// definition returns a revision of a hunt's definition, by the digest of its
// source. The last one of each hunt is kept.
func (s *Store) definition(ctx context.Context, id string, rev int64, sum []byte) (*hunt.Definition, error) {
	s.mu.Lock()
	d := s.definitions[id]
	s.mu.Unlock()
	if d != nil && d.Rev == rev && bytes.Equal(digest(d.Source), sum) {
		return d, nil
	}
	ctx, cancel := s.limit(ctx)
	defer cancel()
	source, err := s.rdb.HGet(ctx, s.key(id, "def"), strconv.FormatInt(rev, 10)).Bytes()
	if err != nil {
		return nil, fmt.Errorf("definition %d of hunt %q: %w", rev, id, classify(err))
	}
	if d, err = parsed(id, rev, source); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.definitions[id] = d
	s.mu.Unlock()
	return d, nil
}

func parsed(id string, rev int64, source []byte) (*hunt.Definition, error) {
	d, findings := huntfile.ParseStored(source)
	if d == nil {
		return nil, fmt.Errorf("redis: definition %d of hunt %q cannot be read: %v", rev, id, findings)
	}
	d.Rev = rev
	return d, nil
}

// limit bounds a round trip.
func (s *Store) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.timeout)
}
