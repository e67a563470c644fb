package hub

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// state makes version v of a slot, with a delta from base unless that is 0.
func state(topic string, slot int, v, base uint64) State {
	st := State{Version: v, Base: base, Full: fmt.Appendf(nil, `{"topic":%q,"slot":%d,"v":%d}`, topic, slot, v)}
	if base != 0 {
		st.Delta = fmt.Appendf(nil, `{"topic":%q,"slot":%d,"v":%d,"base":%d}`, topic, slot, v, base)
	}
	return st
}

func TestStateIsFullDeltaOrNothing(t *testing.T) {
	f := byHand(t, nil)
	w := new(worker)
	join := func(held ...Held) *sink {
		k := f.sink()
		if err := f.Subscribe(k.Session, "t", held...); err != nil {
			t.Fatal(err)
		}
		return k
	}
	want := func(k *sink, msgs ...string) {
		t.Helper()
		for f.turn(w) {
		}
		if got := k.messages(t); !slices.Equal(got, msgs) {
			t.Errorf("got %q, want %q", got, msgs)
		}
	}
	full2, delta2, delta3 := `{"topic":"t","slot":0,"v":2}`, `{"topic":"t","slot":0,"v":2,"base":1}`, `{"topic":"t","slot":0,"v":3,"base":2}`
	f.SetState("t", 0, state("t", 0, 1, 0))
	f.SetState("t", 0, state("t", 0, 2, 1))
	none, old, older, current := join(), join(Held{0, 1}), join(Held{0, 77}), join(Held{0, 2})
	want(none, full2)
	want(old, delta2)
	want(older, full2)
	want(current)
	f.SetState("t", 0, state("t", 0, 3, 2))
	f.SetState("t", 0, state("t", 0, 3, 2))
	for _, k := range []*sink{none, old, older, current} {
		want(k, delta3)
	}
	if n := f.metric(t, "states_total", "skipped"); n != 4 {
		t.Errorf("%v versions skipped", n)
	}
	f.SetState("t", 0, state("t", 0, 4, 3))
	f.SetState("t", 0, state("t", 0, 5, 4))
	want(none, `{"topic":"t","slot":0,"v":5}`)
	f.SetState("t", 0, State{})
	want(join())
	for _, k := range []*sink{none, old, older, current} {
		k.messages(t)
	}
}

func TestStateDoesNotOvertakeTheSnapshot(t *testing.T) {
	f := byHand(t, nil)
	k, w := f.sink(), new(worker)
	for range 3 {
		k.Send([]byte(`"` + strings.Repeat("x", 40_000) + `"`))
	}
	k.Send([]byte(`"snapshot 1"`))
	if err := f.Subscribe(k.Session, "t", Held{0, 1}); err != nil {
		t.Fatal(err)
	}
	f.SetState("t", 0, state("t", 0, 2, 1))
	for f.turn(w) {
	}
	frames := k.frames(t)
	if len(frames) != 3 {
		t.Fatalf("%d frames", len(frames))
	}
	if want := `,"snapshot 1",{"topic":"t","slot":0,"v":2,"base":1}]`; !strings.HasSuffix(frames[2], want) {
		t.Errorf("does not end with %s", want)
	}
}

func TestTopicsAreBoundedAndForgotten(t *testing.T) {
	f := byHand(t, func(c *Config) { c.MaxTopics = 2 })
	k, other := f.sink(), f.sink()
	for _, name := range []string{"a", "b", "a"} {
		if err := f.Subscribe(k.Session, name); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Subscribe(k.Session, "c"); err != ErrTooManyTopics {
		t.Errorf("third topic: %v", err)
	}
	if err := f.Subscribe(other.Session, "a"); err != nil {
		t.Fatal(err)
	}
	if f.Count("a") != 2 || f.Count("b") != 1 || f.Count("c") != 0 {
		t.Error("wrong counts")
	}
	for range 2 { // the second time there is nothing to leave
		f.Unsubscribe(k.Session, "a")
		f.Unsubscribe(other.Session, "a")
		if f.Count("a") != 0 {
			t.Errorf("%d are left", f.Count("a"))
		}
	}
	k.abandon()
	k.leave()
	if n := len(f.topics.named); n != 0 {
		t.Errorf("%d topics left", n)
	}
	f.SetState("s", 0, state("s", 0, 1, 0))
	if len(f.topics.named) != 1 {
		t.Error("a topic with a state is kept")
	}
	f.SetState("s", 0, State{})
	f.SetState("none", 0, State{})
	f.Publish("none", nil)
	if n := len(f.topics.named); n != 0 {
		t.Errorf("%d topics left", n)
	}
}

// remote is what a peer knows from what it was sent.
type remote struct {
	*sink
	held map[string]uint64 // by topic and slot
	told map[string]uint64 // of held, what the hub knows
	last int               // reliable message
	sent int
	in   map[string]bool
}

type remoteMsg struct {
	N        int
	Topic    string
	Slot     int
	V, Base  uint64
	Snapshot bool
}

func key(topic string, slot int) string { return fmt.Sprint(topic, "/", slot) }

// catchUp applies what was written and checks that it may have been.
func (r *remote) catchUp(t *rapid.T, tb testing.TB, now map[string]uint64) {
	for _, text := range r.messages(tb) {
		var m remoteMsg
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if m.N != 0 {
			if m.N != r.last+1 {
				t.Fatalf("message %d after %d", m.N, r.last)
			}
			r.last = m.N
			if !m.Snapshot {
				continue
			}
			r.held[key(m.Topic, m.Slot)] = m.V
			continue
		}
		k := key(m.Topic, m.Slot)
		if !r.in[m.Topic] {
			t.Fatalf("state of a topic left: %s", text)
		}
		if m.V != now[k] {
			t.Fatalf("version %d was written when %d was the newest", m.V, now[k])
		}
		if m.Base != 0 && r.held[k] != m.Base {
			t.Fatalf("delta of %d to a peer that holds %d", m.Base, r.held[k])
		}
		if r.told[k] == m.V {
			t.Fatalf("version %d sent twice", m.V)
		}
		r.held[k], r.told[k] = m.V, m.V
	}
}

// Whatever the interleaving: reliable messages arrive in order and complete,
// every delta meets its base, and all end up with the newest of everything.
func TestOutboxProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := byHand(t, nil)
		w := new(worker)
		topics := []string{"a", "b"}
		newest := make(map[string]uint64)
		var version uint64
		remotes := make([]*remote, 3)
		for i := range remotes {
			remotes[i] = &remote{sink: f.sink(), held: make(map[string]uint64), told: make(map[string]uint64), in: make(map[string]bool)}
		}
		settle := func() {
			for _, r := range remotes {
				r.catchUp(rt, t, newest)
			}
		}
		one := func(rt *rapid.T) (*remote, string, int) {
			return rapid.SampledFrom(remotes).Draw(rt, "remote"), rapid.SampledFrom(topics).Draw(rt, "topic"), rapid.IntRange(0, 1).Draw(rt, "slot")
		}
		rt.Repeat(map[string]func(*rapid.T){
			"turn": func(*rapid.T) { f.turn(w); settle() },
			"set": func(rt *rapid.T) {
				_, topic, slot := one(rt)
				k := key(topic, slot)
				base := newest[k]
				if rapid.IntRange(0, 9).Draw(rt, "rebuilt") == 0 {
					base = 0
				}
				version++
				newest[k] = version
				f.SetState(topic, slot, state(topic, slot, version, base))
			},
			"send": func(rt *rapid.T) {
				r, _, _ := one(rt)
				r.sent++
				pad := rapid.SampledFrom([]int{1, 1, 1, 1, 30_000}).Draw(rt, "size")
				r.Send(fmt.Appendf(nil, `{"n":%*d}`, pad, r.sent))
			},
			"publish": func(rt *rapid.T) {
				// Messages are numbered for each remote, so these topics have
				// one member.
				r, _, _ := one(rt)
				own := fmt.Sprint("own", slices.Index(remotes, r))
				if err := f.Subscribe(r.Session, own); err != nil {
					rt.Fatal(err)
				}
				r.sent++
				f.Publish(own, fmt.Appendf(nil, `{"n":%d}`, r.sent))
			},
			"subscribe": func(rt *rapid.T) {
				r, topic, slot := one(rt)
				k := key(topic, slot)
				var held []Held
				if rapid.Bool().Draw(rt, "snapshot") && newest[k] != 0 {
					f.Unsubscribe(r.Session, topic)
					r.sent++
					r.Send(fmt.Appendf(nil, `{"n":%d,"snapshot":true,"topic":%q,"slot":%d,"v":%d}`, r.sent, topic, slot, newest[k]))
					held = []Held{{slot, newest[k]}}
					delete(r.in, topic)
				}
				if !r.in[topic] { // what the hub knew is forgotten
					r.told[key(topic, 0)], r.told[key(topic, 1)] = 0, 0
				}
				if len(held) > 0 {
					r.told[k] = newest[k]
				}
				r.in[topic] = true
				if err := f.Subscribe(r.Session, topic, held...); err != nil {
					rt.Fatal(err)
				}
			},
			"unsubscribe": func(rt *rapid.T) {
				r, topic, _ := one(rt)
				f.Unsubscribe(r.Session, topic)
				delete(r.in, topic)
			},
		})
		for f.turn(w) {
		}
		settle()
		for i, r := range remotes {
			if r.phase != open { // overflowing is tested elsewhere
				continue
			}
			if r.last != r.sent {
				rt.Fatalf("remote %d has %d messages of %d", i, r.last, r.sent)
			}
			for topic := range r.in {
				for slot := range 2 {
					if k := key(topic, slot); r.held[k] != newest[k] {
						rt.Fatalf("remote %d holds %d of %s, newest is %d", i, r.held[k], k, newest[k])
					}
				}
			}
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	f := newFixture(t, func(c *Config) { c.MaxQueue = 64 << 20 })
	const sinks, publishers, each = 20, 4, 300
	var all []*sink
	for range sinks {
		k := f.sink()
		if err := f.Subscribe(k.Session, "steady"); err != nil {
			t.Fatal(err)
		}
		all = append(all, k)
	}
	f.wg.Add(1) // as long as there are sessions
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for i := range each {
				f.Publish("steady", fmt.Appendf(nil, `{"p":%d,"i":%d}`, p, i))
				f.SetState("steady", p, state("steady", p, uint64(i+1), uint64(i)))
				k := all[(p+i)%sinks]
				k.Put("own", []byte(`{"p":-1}`))
				if err := f.Subscribe(k.Session, fmt.Sprint("t", i%3)); err != nil {
					t.Error(err)
				}
				f.Publish(fmt.Sprint("t", i%3), []byte(`{"p":-1}`))
				f.Unsubscribe(k.Session, fmt.Sprint("t", i%3))
				for _, s := range f.members("t0") {
					s.Send([]byte(`{"p":-1}`))
				}
			}
		})
	}
	wg.Wait()
	for waiting := true; waiting; time.Sleep(f.pause) {
		f.ready.mu.Lock()
		waiting = f.ready.list[urgent].head != nil || f.ready.list[bulk].head != nil
		f.ready.mu.Unlock()
	}
	f.wg.Done()
	f.wg.Wait() // the workers have written everything
	for _, k := range all {
		next := make([]int, publishers)
		held := make([]uint64, Slots)
		for _, text := range k.messages(t) {
			var m struct {
				P, I, Slot int
				V, Base    uint64
			}
			if err := json.Unmarshal([]byte(text), &m); err != nil {
				t.Fatal(err)
			}
			switch {
			case m.V != 0:
				if m.Base != 0 && held[m.Slot] != m.Base || held[m.Slot] >= m.V {
					t.Fatalf("%s to one that holds %d", text, held[m.Slot])
				}
				held[m.Slot] = m.V
			case m.P >= 0:
				if m.I != next[m.P] {
					t.Fatalf("%s, want %d", text, next[m.P])
				}
				next[m.P]++
			}
		}
		for p := range publishers {
			if next[p] != each || held[p] != each {
				t.Fatalf("publisher %d: %d messages, version %d, want %d", p, next[p], held[p], each)
			}
		}
	}
}

func TestStatesThatDoNotFitOneFrame(t *testing.T) {
	f := byHand(t, nil)
	k, w := f.sink(), new(worker)
	if err := f.Subscribe(k.Session, "t"); err != nil {
		t.Fatal(err)
	}
	big := func(c string) []byte { return []byte(`"` + strings.Repeat(c, 50_000) + `"`) }
	k.Put("own", big("p"))
	k.Put("more", big("q"))
	f.SetState("t", 0, State{Version: 1, Full: big("x")})
	f.SetState("t", 3, State{Version: 1, Full: big("y")})
	for f.turn(w) {
	}
	frames := k.frames(t)
	if want := []string{string(big("p")), string(big("q")), string(big("x")), string(big("y"))}; !slices.Equal(frames, want) {
		t.Errorf("%d frames", len(frames))
	}
}

// A topic is forgotten with its last member; a session that subscribes meanwhile
// must not end up in the forgotten one.
func TestSubscribeWhileTheTopicIsForgotten(t *testing.T) {
	f := newFixture(t, nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			k := f.sink()
			for range 3000 {
				if err := f.Subscribe(k.Session, "t"); err != nil {
					t.Error(err)
				}
				if !slices.Contains(f.members("t"), k.Session) {
					t.Error("the subscriber is not in the topic")
					return
				}
				f.Unsubscribe(k.Session, "t")
			}
		})
	}
	wg.Wait()
	if n := len(f.topics.named); n != 0 {
		t.Errorf("%d topics left", n)
	}
}

func TestFanOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := byHand(t, nil)
		w := new(worker)
		for range 3 {
			if err := f.Subscribe(f.sink().Session, "t"); err != nil {
				t.Fatal(err)
			}
		}
		want := func(d time.Duration) {
			t.Helper()
			if got := f.FanOut(); got != d {
				t.Errorf("%v, want %v", got, d)
			}
		}
		send := func(each time.Duration) {
			f.Publish("t", []byte(`1`))
			for range 3 {
				time.Sleep(each)
				f.turn(w)
			}
		}
		want(0)
		send(time.Second)
		want(3 * time.Second)
		time.Sleep(time.Minute) // in which nothing was to be sent
		want(3 * time.Second)
		send(time.Millisecond)
		want(3 * time.Millisecond)
		f.Publish("t", []byte(`1`))
		f.turn(w)
		time.Sleep(time.Hour)
		want(time.Hour) // two wait still
		for f.turn(w) {
		}
	})
}
