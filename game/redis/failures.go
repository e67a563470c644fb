package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/game"
)

var (
	errClosed = errors.New("redis: the store is closed")
	// errGone: the server of a call is not a primary of the cluster any more.
	errGone = errors.New("redis: the primary has left the cluster")
	// errShort: executed and on the primary's disk, but not known to be on a
	// replica. Committed again it answers as a replay and is waited for again.
	errShort = errors.New("redis: no replica confirmed the commit in time")
)

// answer is an error that a server gives for a reason that may pass. The server
// refused the whole command, unless the text says otherwise.
//
// Wherever one comes from, Commit returns game.ErrUnavailable, the hunt keeps
// the batch and commits it again, and whatever did take effect answers as a
// replay. What is special about some is in the columns.
type answer struct {
	word  string
	means string
	does  string // what is done besides committing again
	// moved: the hunt has another primary; the call is sent there at once.
	moved bool
	// look: the topology may have changed; it is read before the next try.
	look bool
}

// maxClients begins the one error that has no word of its own.
const maxClients = "ERR max number of clients reached"

var answers = []answer{
	{
		word: "MOVED", means: "another primary of the cluster has the slot",
		does: "the slots are read again and the call goes to the right one at once", moved: true, look: true,
	},
	{
		word: "ASK", means: "the slot is being moved and this hunt's keys are on their way",
		does: "not followed: on the other side a part of the hunt would be missing; the hunt waits until its slot has arrived",
	},
	{word: "TRYAGAIN", means: "the slot is being moved and the hunt's keys are on both sides", does: "as ASK"},
	{word: "CLUSTERDOWN", means: "the cluster lacks a primary for some slots", does: "the slots are read again", look: true},
	{
		word: "READONLY", means: "the server became a replica",
		does: "the connection is closed, the primary is looked up again", look: true,
	},
	{word: "MASTERDOWN", means: "a replica without its primary", does: "the primary is looked up again", look: true},
	{word: "LOADING", means: "the server reads its file after a start"},
	{word: "BUSY", means: "a script of another client runs for too long; nothing else is executed"},
	{word: "NOREPLICAS", means: "fewer replicas than min-replicas-to-write are in step"},
	{word: "OOM", means: "maxmemory is reached and nothing may be evicted"},
	{word: "MISCONF", means: "the disk failed: the last snapshot or the append-only file could not be written"},
	{
		word: "NOSCRIPT", means: "the server was restarted, failed over, or its scripts were flushed",
		does: "the script's text is sent at once; only a second time is this an error",
	},
	{
		word: "UNBLOCKED", means: "WAIT was ended because the server became a replica",
		does: "the commit does not count as replicated", look: true,
	},
	{word: "EXECABORT", means: "a command of a transaction was refused, for one of these reasons"},
	{word: maxClients, means: "maxclients connections are open", does: "the connection is made again"},
}

// known returns the answer that an error of a server is, or nil.
func known(err error) *answer {
	var said goredis.Error
	if !errors.As(err, &said) {
		return nil
	}
	text := said.Error()
	for i := range answers {
		if rest, ok := strings.CutPrefix(text, answers[i].word); ok && (rest == "" || rest[0] == ' ') {
			return &answers[i]
		}
	}
	return nil
}

// elsewhere reports whether another server has to be asked, and can be at once.
func elsewhere(err error) bool {
	a := known(err)
	return errors.Is(err, errGone) || (a != nil && a.moved)
}

// lookAgain reports whether the servers may have changed their roles: one has
// said so, or cannot be reached.
func lookAgain(err error) bool {
	if a := known(err); a != nil {
		return a.look
	}
	var said goredis.Error
	return err != nil && !errors.As(err, &said) && !errors.Is(err, context.Canceled)
}

// classify wraps an error of the library. What may pass is game.ErrUnavailable:
// everything but an answer that the server would give again.
func classify(err error) error {
	var said goredis.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errClosed), errors.Is(err, goredis.ErrClosed):
		return errClosed
	case errors.As(err, &said) && known(err) == nil:
		return fmt.Errorf("redis: %w", err)
	}
	return fmt.Errorf("%w: redis: %w", game.ErrUnavailable, err)
}
