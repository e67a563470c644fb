package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	store "veltrix/game/redis"
	"veltrix/loadtest/crowd"
	"veltrix/loadtest/drive"
	"veltrix/testkit/redisserver"
)

// bare is a hunt in a store with nothing before it. Its claims are those of the
// generator: everybody claims one challenge after the other.
type bare struct {
	store   game.Store
	id      string
	def     *hunt.Definition
	players []string
	claimed int
}

// newBare makes the generator's hunt.
func newBare(ctx context.Context, s game.Store, challenges int) (*bare, error) {
	text, err := json.Marshal(crowd.HuntFile(echoHunt, challenges))
	if err != nil {
		return nil, err
	}
	def, findings := huntfile.Parse(text)
	if def == nil {
		return nil, fmt.Errorf("%v", findings)
	}
	b := &bare{store: s, id: echoHunt}
	if err := b.commit(ctx, []game.Command{{Type: game.CmdDefine, Definition: def, By: "load"}}); err != nil {
		return nil, err
	}
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	return b, b.commit(ctx, []game.Command{{Type: game.CmdPhase, ID: uuid.NewString(), Phase: game.Open, By: "load"}})
}

// load reads the definition with its revision.
func (b *bare) load(ctx context.Context) error {
	sum, err := b.store.Load(ctx, b.id)
	if err == nil {
		b.def = sum.Definition
	}
	return err
}

func (b *bare) commit(ctx context.Context, batch []game.Command) error {
	if b.def != nil {
		for i := range batch {
			batch[i].Rev = b.def.Rev
		}
	}
	res, err := b.store.Commit(ctx, b.id, b.def, game.Head{}, batch)
	if err != nil {
		return err
	}
	for i := range res.Replies {
		if o := res.Replies[i].Outcome; o != game.OutDone && o != game.OutAwarded {
			return fmt.Errorf("%s was answered %+v", batch[i].Type, res.Replies[i])
		}
	}
	return nil
}

// join lets n more enter, of whom only the first plays are kept to claim.
func (b *bare) join(ctx context.Context, n, plays int) error {
	batch := make([]game.Command, 0, game.MaxBatch)
	for i := range n {
		p := uuid.NewString()
		if i < plays {
			b.players = append(b.players, p)
		}
		batch = append(batch, game.Command{
			Type: game.CmdJoin, Entrant: p, Player: p, Name: "Player " + strconv.Itoa(i+1), Found: true, Admitted: true,
		})
		if len(batch) < game.MaxBatch && i < n-1 {
			continue
		}
		if err := b.commit(ctx, batch); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return nil
}

// claim makes n claims in batches of a size.
func (b *bare) claim(ctx context.Context, n, size int) error {
	batch := make([]game.Command, 0, size)
	for i := range n {
		p := b.players[b.claimed%len(b.players)]
		batch = append(batch, game.Command{
			Type: game.CmdClaim, ID: uuid.NewString(), Entrant: p, Player: p,
			Challenge: crowd.Challenge(b.claimed / len(b.players)), Right: true, Digest: "AAAAAAAA",
		})
		b.claimed++
		if len(batch) < size && i < n-1 {
			continue
		}
		if err := b.commit(ctx, batch); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return nil
}

// database is a Redis that one measurement has for itself.
type database struct {
	dir    string
	server *redisserver.Server // nil when it did not start
	rdb    *redis.Client
}

// newDatabase starts one with the generator's settings.
func newDatabase(ctx context.Context, more ...string) (d *database, err error) {
	d = new(database)
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	if d.dir, err = os.MkdirTemp("", "vxbare"); err != nil {
		return d, err
	}
	server, err := drive.StartRedis(ctx, d.dir, more...)
	if err != nil {
		return d, err
	}
	d.server = server
	d.rdb = redis.NewClient(&redis.Options{Network: "unix", Addr: server.Socket()})
	return d, nil
}

func (d *database) open(ctx context.Context, ack store.Ack) (*store.Store, error) {
	return store.Open(ctx, store.Options{URL: d.server.UnixURL(), Ack: ack}, zap.NewNop())
}

func (d *database) close() error {
	var errs []error
	if d.rdb != nil {
		errs = append(errs, d.rdb.Close())
	}
	if d.server != nil {
		errs = append(errs, d.server.Stop())
	}
	if d.dir != "" {
		errs = append(errs, os.RemoveAll(d.dir))
	}
	return errors.Join(errs...)
}

// used is what a Redis has used so far.
type used struct {
	cpu  float64 // seconds
	file float64 // bytes of the append-only file
}

func readRedis(ctx context.Context, rdb *redis.Client) (u used, err error) {
	info, err := rdb.InfoMap(ctx, "cpu", "persistence").Result()
	if err != nil {
		return u, err
	}
	number := func(section, name string) float64 {
		n, bad := strconv.ParseFloat(info[section][name], 64)
		err = errors.Join(err, bad)
		return n
	}
	u.cpu = number("CPU", "used_cpu_user") + number("CPU", "used_cpu_sys")
	u.file = number("Persistence", "aof_current_size")
	return u, err
}

// award is the cost of one award.
type award struct {
	cpu  float64 // µs: of Redis, or of the process that holds a bolt store
	file float64 // bytes of the append-only file
}

// awardsOn measures awards of a hunt in Redis.
func (d *database) awards(ctx context.Context, b *bare, n, size int) (award, error) {
	before, err := readRedis(ctx, d.rdb)
	if err != nil {
		return award{}, err
	}
	if err := b.claim(ctx, n, size); err != nil {
		return award{}, err
	}
	after, err := readRedis(ctx, d.rdb)
	return award{(after.cpu - before.cpu) * 1e6 / float64(n), (after.file - before.file) / float64(n)}, err
}

// awardsOnRedis measures n awards in batches of a size on a new Redis.
func awardsOnRedis(ctx context.Context, players, n, size int) (a award, err error) {
	d, err := newDatabase(ctx)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	s, err := d.open(ctx, store.AckFsync)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	b, err := enter(ctx, s, players, n)
	if err != nil {
		return a, err
	}
	return d.awards(ctx, b, n, size)
}

// awardsOnBolt measures n awards in batches of a size on a new file, in this
// process, which does nothing else meanwhile.
func awardsOnBolt(ctx context.Context, players, n, size int) (a award, err error) {
	dir, err := os.MkdirTemp("", "vxbare")
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := bolt.Open(dir, bolt.Options{}, zap.NewNop())
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	b, err := enter(ctx, s, players, n)
	if err != nil {
		return a, err
	}
	return b.awards(ctx, n, size)
}

// awards measures the awards of a hunt in a store that is part of this process.
func (b *bare) awards(ctx context.Context, n, size int) (award, error) {
	before := crowd.CPU()
	err := b.claim(ctx, n, size)
	return award{cpu: float64((crowd.CPU() - before).Microseconds()) / float64(n)}, err
}

// enter makes a hunt in which so many can make n claims.
func enter(ctx context.Context, s game.Store, players, n int) (*bare, error) {
	b, err := newBare(ctx, s, (n+players-1)/players)
	if err != nil {
		return nil, err
	}
	return b, b.join(ctx, players, players)
}
