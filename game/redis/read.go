package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/game"
	"veltrix/game/hunt"
)

// Hunts lists the ids of all hunts.
func (s *Store) Hunts(ctx context.Context) ([]string, error) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	ids, err := s.rdb.SMembers(ctx, s.huntsKey()).Result()
	slices.Sort(ids)
	return ids, classify(err)
}

// headsPage is how many heads are read in one round trip.
const headsPage = 256

// Heads is game.Store.Heads: with an error it returns the heads of the primaries
// that answered.
func (s *Store) Heads(ctx context.Context, hunts []string) ([]game.Head, error) {
	heads := make([]game.Head, 0, len(hunts))
	var failed error
	for page := range slices.Chunk(hunts, headsPage) {
		read, err := s.heads(ctx, page)
		heads = append(heads, read...)
		if failed == nil {
			failed = err
		}
	}
	return heads, failed
}

func (s *Store) heads(ctx context.Context, page []string) ([]game.Head, error) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	metas := make([]*goredis.SliceCmd, 0, len(page))
	errs := s.readMany(ctx, page, func(pipe goredis.Pipeliner, id string) goredis.Cmder {
		meta := pipe.HMGet(ctx, s.key(id, "meta"), "epoch", "seq", "nonce")
		metas = append(metas, meta)
		return meta
	})
	heads := make([]game.Head, len(page))
	var failed error
	for i, err := range errs {
		if err == nil {
			heads[i], err = headOf(metas[i].Val())
		} else {
			err = classify(err)
		}
		if err != nil && failed == nil {
			failed = fmt.Errorf("head of hunt %q: %w", page[i], err)
		}
	}
	return heads, failed
}

// headOf reads epoch, seq and nonce of a meta; all are nil without a hunt.
func headOf(meta []any) (game.Head, error) {
	epoch, ok := meta[0].(string)
	if !ok {
		return game.Head{}, nil
	}
	digits, _ := meta[1].(string)
	nonce, _ := meta[2].(string)
	seq, err := strconv.ParseInt(digits, 10, 64)
	return game.Head{Epoch: epoch, Seq: seq, Nonce: nonceText(nonce)}, err
}

// Load returns a hunt without its entrants, all of it as at one moment. It adds
// the hunt to the list of hunts if a node died before it could.
func (s *Store) Load(ctx context.Context, id string) (*game.Summary, error) {
	if !hunt.ValidID(id) {
		return nil, unknownHunt(id)
	}
	limited, cancel := s.limit(ctx)
	defer cancel()
	var meta, tally, frozen, skips *goredis.MapStringStringCmd
	var entrants *goredis.IntCmd
	err := s.read(limited, id, func(tx goredis.Pipeliner) {
		meta = tx.HGetAll(limited, s.key(id, "meta"))
		tally = tx.HGetAll(limited, s.key(id, "tally"))
		frozen = tx.HGetAll(limited, s.key(id, "frozen_tally"))
		skips = tx.HGetAll(limited, s.key(id, "skips"))
		entrants = tx.ZCard(limited, s.key(id, "board"))
	})
	if err != nil {
		return nil, classify(err)
	}
	if len(meta.Val()) == 0 {
		return nil, unknownHunt(id)
	}
	if format, _ := strconv.ParseInt(meta.Val()["format"], 10, 64); format != metaFormat {
		return nil, otherFormat(id, format)
	}
	sum, rev, source, err := summary(meta.Val())
	if err != nil {
		return nil, fmt.Errorf("redis: hunt %q: %w", id, err)
	}
	sum.Entrants, sum.Skips = entrants.Val(), map[string]bool{}
	for challenge := range skips.Val() {
		sum.Skips[challenge] = true
	}
	if sum.Tallies, err = tallies(tally.Val()); err != nil {
		return nil, err
	}
	if sum.Frozen {
		if sum.FrozenTallies, err = tallies(frozen.Val()); err != nil {
			return nil, err
		}
	}
	if sum.Definition, err = s.definition(ctx, id, rev, source); err != nil {
		return nil, err
	}
	s.sawEpoch(id, sum.Epoch)
	return sum, s.list(limited, id)
}

// summary reads the meta of a hunt, the revision in force and the digest of
// its source.
func summary(meta map[string]string) (sum *game.Summary, rev int64, source []byte, err error) {
	seq, err := strconv.ParseInt(meta["seq"], 10, 64)
	if err != nil {
		return nil, 0, nil, fmt.Errorf("seq: %w", err)
	}
	u := &unpacker{b: []byte(meta["state"])}
	rev = u.int()
	sum = &game.Summary{
		Epoch: meta["epoch"], Seq: seq, Nonce: nonceText(meta["nonce"]), Phase: game.Phase(u.str()),
		OpenedAt: u.int(), ClosedAt: u.int(), PausedAt: u.int(), Shift: u.int(), Frozen: u.int() != 0, FrozenSeq: u.int(),
	}
	_ = u.int() // freeze_changed
	sum.OpensAt, sum.ClosesAt = u.int(), u.int()
	_, _ = u.int(), u.int() // freeze, places
	_ = u.str()             // mode
	source = u.raw()
	_ = u.int() // origin
	sum.Extra, sum.DeletedAt, sum.Joined = u.int(), u.int(), u.int()
	return sum, rev, source, u.err
}

// metaFormat is the form in which a hunt is kept. A hunt of another form is
// refused.
const metaFormat = 2

// otherFormat is the error for a hunt that another version keeps in another form.
func otherFormat(id string, format int64) error {
	which := "an older version of veltrix; export it with that version (veltrix hunt export), and apply it under another --prefix"
	if format > metaFormat {
		which = "a newer version of veltrix; run that one"
	}
	return fmt.Errorf("redis: hunt %q is kept in the form of %s", id, which)
}

func tallies(packed map[string]string) (map[string]game.Tally, error) {
	m := make(map[string]game.Tally, len(packed))
	for id, value := range packed {
		u := &unpacker{b: []byte(value)}
		m[id] = game.Tally{Solves: u.int(), Given: u.int()}
		if u.err != nil {
			return nil, fmt.Errorf("redis: tally of %s: %w", id, u.err)
		}
	}
	return m, nil
}

// Entrant returns an entrant, all of it as at one moment.
func (s *Store) Entrant(ctx context.Context, id, entrant string) (*game.Entrant, error) {
	if !hunt.ValidID(id) {
		return nil, unknownHunt(id)
	}
	ctx, cancel := s.limit(ctx)
	defer cancel()
	reply, err := entrantScript.Run(ctx, s.rdb, callKeys(s.key(id, "meta")), entrant).Text()
	if err != nil {
		return nil, classify(err)
	}
	u := &unpacker{b: []byte(reply)}
	switch u.str() {
	case "unknown_hunt":
		return nil, unknownHunt(id)
	case "unknown_entrant":
		return nil, fmt.Errorf("entrant %q: %w", entrant, game.ErrUnknownEntrant)
	case "format":
		return nil, otherFormat(id, u.int())
	}
	e := u.entrant(u.int())
	if u.err != nil {
		return nil, fmt.Errorf("redis: entrant %q: %w", entrant, u.err)
	}
	return e, nil
}

// EntrantOf returns the id of a player's entrant.
func (s *Store) EntrantOf(ctx context.Context, id, player string) (string, error) {
	if !hunt.ValidID(id) {
		return "", unknownHunt(id)
	}
	ctx, cancel := s.limit(ctx)
	defer cancel()
	var hunt *goredis.IntCmd
	var entrant *goredis.StringCmd
	err := s.read(ctx, id, func(tx goredis.Pipeliner) {
		hunt = tx.Exists(ctx, s.key(id, "meta"))
		entrant = tx.HGet(ctx, s.key(id, "players"), player)
	})
	if err != nil && !errors.Is(err, goredis.Nil) {
		return "", classify(err)
	}
	switch {
	case hunt.Val() == 0:
		return "", unknownHunt(id)
	case errors.Is(entrant.Err(), goredis.Nil):
		return "", fmt.Errorf("player %q: %w", player, game.ErrUnknownEntrant)
	case entrant.Val() == "":
		return player, nil
	}
	return entrant.Val(), nil
}

// Reviews lists the claims that wait for an organizer.
func (s *Store) Reviews(ctx context.Context, id string) ([]game.Review, error) {
	if !hunt.ValidID(id) {
		return nil, unknownHunt(id)
	}
	ctx, cancel := s.limit(ctx)
	defer cancel()
	var hunt *goredis.IntCmd
	var waiting *goredis.MapStringStringCmd
	err := s.read(ctx, id, func(tx goredis.Pipeliner) {
		hunt = tx.Exists(ctx, s.key(id, "meta"))
		waiting = tx.HGetAll(ctx, s.key(id, "waiting"))
	})
	if err != nil {
		return nil, classify(err)
	}
	if hunt.Val() == 0 {
		return nil, unknownHunt(id)
	}
	list := make([]game.Review, 0, len(waiting.Val()))
	for where, packed := range waiting.Val() {
		r, err := unpackReview(packed)
		if err != nil {
			return nil, fmt.Errorf("redis: review %s: %w", where, err)
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b game.Review) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID),
			cmp.Compare(a.Entrant, b.Entrant), cmp.Compare(a.Challenge, b.Challenge))
	})
	return list, nil
}

func unpackReview(packed string) (game.Review, error) {
	u := &unpacker{b: []byte(packed)}
	r := game.Review{ID: u.id(), Entrant: u.str()}
	r.Player, r.Challenge, r.Note, r.At, r.Seq = u.relative(r.Entrant), u.str(), u.str(), u.int(), u.int()
	return r, u.err
}

// Definition returns a revision of the hunt file.
func (s *Store) Definition(ctx context.Context, id string, rev int64) (*hunt.Definition, error) {
	if !hunt.ValidID(id) {
		return nil, unknownHunt(id)
	}
	ctx, cancel := s.limit(ctx)
	defer cancel()
	var meta *goredis.IntCmd
	var source *goredis.StringCmd
	err := s.read(ctx, id, func(tx goredis.Pipeliner) {
		meta = tx.Exists(ctx, s.key(id, "meta"))
		source = tx.HGet(ctx, s.key(id, "def"), strconv.FormatInt(rev, 10))
	})
	switch {
	case err != nil && !errors.Is(err, goredis.Nil):
		return nil, classify(err)
	case meta.Val() == 0:
		return nil, unknownHunt(id)
	case err != nil:
		return nil, fmt.Errorf("revision %d of hunt %q: %w", rev, id, game.ErrUnknownRevision)
	}
	return parsed(id, rev, []byte(source.Val()))
}

// digestSize is how many characters a digest has.
const digestSize = 8

// givenPage is how many fields one call of HSCAN looks at.
const givenPage = 1000

// Answers lists the wrong answers to a challenge. They are read in pages: one that
// comes meanwhile may be there or not.
func (s *Store) Answers(ctx context.Context, id, challenge string) ([]game.Given, error) {
	if !hunt.ValidID(id) {
		return nil, unknownHunt(id)
	}
	limited, cancel := s.limit(ctx)
	defer cancel()
	var meta *goredis.IntCmd
	var said *goredis.MapStringStringCmd
	err := s.read(limited, id, func(tx goredis.Pipeliner) {
		meta = tx.Exists(limited, s.key(id, "meta"))
		said = tx.HGetAll(limited, s.key(id, "said:"+challenge))
	})
	if err != nil {
		return nil, classify(err)
	}
	if meta.Val() == 0 {
		return nil, unknownHunt(id)
	}
	given := make(map[string]*game.Given, len(said.Val()))
	for digest, text := range said.Val() {
		given[digest] = &game.Given{Digest: digest, Text: text}
	}
	if err := s.readGiven(ctx, s.key(id, "gave:"+challenge), given); err != nil {
		return nil, err
	}
	list := make([]game.Given, 0, len(given))
	for _, g := range given {
		slices.Sort(g.Entrants)
		g.Entrants = slices.Compact(g.Entrants) // HSCAN may list one twice
		list = append(list, *g)
	}
	slices.SortFunc(list, game.CompareGiven)
	return list, nil
}

// readGiven adds who gave the answers.
func (s *Store) readGiven(ctx context.Context, key string, given map[string]*game.Given) error {
	for cursor := uint64(0); ; {
		limited, cancel := s.limit(ctx)
		fields, next, err := s.rdb.HScan(limited, key, cursor, "", givenPage).Result()
		cancel()
		if err != nil {
			return classify(err)
		}
		for i := 0; i < len(fields); i += 2 {
			if len(fields[i]) <= digestSize {
				return fmt.Errorf("redis: a field of %d characters in %s", len(fields[i]), key)
			}
			if g := given[fields[i][:digestSize]]; g != nil {
				g.Entrants = append(g.Entrants, fields[i][digestSize:])
			}
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

// purgePage is how many entrants one call of the script removes: about a
// millisecond of Redis.
const purgePage = 100

// Purge removes a hunt that lay in the bin for long, a part a call.
func (s *Store) Purge(ctx context.Context, id string, before int64) error {
	if !hunt.ValidID(id) {
		return unknownHunt(id)
	}
	for {
		limited, cancel := s.limit(ctx)
		word, err := purgeScript.Run(limited, s.rdb, callKeys(s.key(id, "meta")), before, purgePage).Text()
		cancel()
		switch {
		case err != nil:
			return classify(err)
		case word == "kept":
			return nil
		case word == "done":
			s.Forget(id)
			return classify(s.rdb.SRem(ctx, s.huntsKey(), id).Err())
		}
	}
}

// Secret returns the value kept under name, or keeps fresh.
func (s *Store) Secret(ctx context.Context, name, fresh string) (string, error) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	// SET with NX and GET answers with the value that was there, in one step.
	kept, err := s.rdb.SetArgs(ctx, s.prefix+":secret:"+name, fresh, goredis.SetArgs{Mode: "NX", Get: true}).Result()
	if errors.Is(err, goredis.Nil) {
		return fresh, nil
	}
	return kept, classify(err)
}
