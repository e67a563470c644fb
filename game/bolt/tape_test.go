package bolt

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"syscall"
	"testing"
	"unsafe"

	"go.etcd.io/bbolt"
)

// tape records what is written to a file and when it was synced, and makes
// writes and syncs fail. It stands between bbolt and its file:
// bbolt writes through one function, which the tape replaces; bbolt syncs by
// the file descriptor, whose success is recorded when what follows it happens
// (tx.write and tx.writeMeta of bbolt 1.5: the pages, fdatasync, the meta page,
// fdatasync; grow: truncate, fsync). TestFailingDisk shows that it does.
type tape struct {
	t      *testing.T
	base   []byte // the file when the recording began
	events []event
	size   int64 // of the file at the last event
	real   *os.File
	under  disk // of the file that is open now
	// fail is what goes wrong next; it happens once.
	fail  failure
	fired map[failure]int
}

// event is a write, a sync, or an acknowledgement.
type event struct {
	at     int64
	data   []byte // of a write
	size   int64  // of the file
	synced bool
	failed bool // with synced: what was not synced before may be lost for good
	acked  func(*acknowledged)
}

type failure string

const (
	nothing   failure = ""
	pageWrite failure = "writing a page"
	halfWrite failure = "writing half of a page"
	pageSync  failure = "syncing the pages"
	metaWrite failure = "writing the meta page"
	metaSync  failure = "syncing the meta page"
	settling  failure = "settling"
)

// recording makes a store that is opened with the returned function use the tape.
func recording(t *testing.T) (*tape, func(*openFile)) {
	tp := &tape{t: t, fired: map[failure]int{}}
	return tp, func(f *openFile) {
		if tp.real != nil {
			_ = tp.real.Close() // of a file that is closed by now
		}
		under := f.out.(*os.File)
		fd, err := syscall.Dup(int(under.Fd()))
		if err != nil {
			t.Error(err)
			return
		}
		tp.real, tp.under = os.NewFile(uintptr(fd), "real"), under
		f.db.AllocSize = 64 << 10 // so that it grows often
		f.out = taped{tp, under}
		// The only way to see bbolt's writes in their order.
		ops := reflect.ValueOf(f.db).Elem().FieldByName("ops").FieldByName("writeAt")
		*(*func([]byte, int64) (int, error))(unsafe.Pointer(ops.UnsafeAddr())) = func(b []byte, at int64) (int, error) {
			return tp.bboltWrites(f.db, b, at)
		}
	}
}

func (tp *tape) close() {
	if tp.real != nil {
		if err := tp.real.Close(); err != nil {
			tp.t.Error(err)
		}
	}
}

// begin starts the recording of a file that is all on disk.
func (tp *tape) begin(path string) {
	var err error
	if tp.base, err = os.ReadFile(path); err != nil {
		tp.t.Fatal(err)
	}
	tp.events, tp.size = nil, int64(len(tp.base))
}

func (tp *tape) note(e event) {
	info, err := tp.real.Stat()
	if err != nil {
		tp.t.Error(err)
		return
	}
	tp.size = info.Size()
	e.size = tp.size
	tp.events = append(tp.events, e)
}

func (tp *tape) happens(what failure) bool {
	if tp.fail != what {
		return false
	}
	tp.fail = nothing
	tp.fired[what]++
	return true
}

// bboltWrites is bbolt's writeAt.
func (tp *tape) bboltWrites(db *bbolt.DB, b []byte, at int64) (int, error) {
	if at < 2*int64(db.Info().PageSize) {
		tp.note(event{synced: true}) // bbolt has synced the pages
		if tp.happens(metaWrite) {
			return 0, syscall.EIO
		}
		n, err := tp.write(b, at)
		if tp.happens(metaSync) {
			tp.cut()
			tp.note(event{synced: true, failed: true})
		} else {
			tp.note(event{synced: true})
		}
		return n, err
	}
	switch {
	case tp.happens(pageWrite):
		return 0, syscall.ENOSPC
	case tp.happens(halfWrite):
		n, err := tp.write(b[:len(b)/2], at)
		return n, errors.Join(err, syscall.EIO)
	case tp.happens(pageSync):
		tp.cut()
	}
	return tp.write(b, at)
}

func (tp *tape) write(b []byte, at int64) (int, error) {
	n, err := tp.real.WriteAt(b, at)
	tp.note(event{at: at, data: slices.Clone(b[:n])})
	return n, err
}

// cut makes the next sync of bbolt's file descriptor fail, until mend.
func (tp *tape) cut() {
	broken, err := os.Open(os.DevNull)
	if err == nil {
		err = errors.Join(syscall.Dup3(int(broken.Fd()), int(tp.under.(*os.File).Fd()), syscall.O_CLOEXEC), broken.Close())
	}
	if err != nil {
		tp.t.Error(err)
	}
}

// mend puts bbolt's file descriptor right again, after a failed commit.
func (tp *tape) mend() {
	if err := syscall.Dup3(int(tp.real.Fd()), int(tp.under.(*os.File).Fd()), syscall.O_CLOEXEC); err != nil {
		tp.t.Error(err)
	}
}

// taped is the disk that settle uses.
type taped struct {
	*tape
	disk
}

func (d taped) WriteAt(b []byte, at int64) (int, error) {
	if d.happens(settling) {
		return 0, syscall.ENOSPC
	}
	return d.write(b, at)
}

func (d taped) Sync() error {
	err := d.disk.Sync()
	d.note(event{synced: true, failed: err != nil})
	return err
}

func (d taped) ReadAt(b []byte, at int64) (int, error) { return d.disk.ReadAt(b, at) }
func (d taped) Stat() (os.FileInfo, error)             { return d.disk.Stat() }

var _ io.WriterAt = taped{}

// sector is how many bytes a disk writes whole.
const sector = 512

// afterMeta are the moments just after bbolt wrote a meta page.
func (tp *tape) afterMeta() (moments []int) {
	for i, e := range tp.events {
		if e.data != nil && e.at < 2*int64(os.Getpagesize()) {
			moments = append(moments, i+1)
		}
	}
	return moments
}

// cutPower returns a file as a power cut after so many events may leave it, and
// what had been acknowledged. What was not synced is there, missing or torn, in
// any order; what was not synced when a sync failed may be missing for good.
// grain is how many bytes are written whole.
func (tp *tape) cutPower(after, grain int, r *rand.Rand) (image []byte, acked acknowledged) {
	acked = acknowledged{}
	image = slices.Clone(tp.base)
	var pending []event
	apply := func(e event, part int) {
		for from := 0; from < len(e.data); from += part {
			if part == grain && r.IntN(2) == 0 {
				continue
			}
			to := min(from+part, len(e.data))
			if end := e.at + int64(to); end > int64(len(image)) {
				image = append(image, make([]byte, end-int64(len(image)))...)
			}
			copy(image[e.at+int64(from):], e.data[from:to])
		}
	}
	for _, e := range tp.events[:after] {
		if grown := e.size - int64(len(image)); grown > 0 {
			image = append(image, make([]byte, grown)...)
		}
		switch {
		case e.acked != nil:
			e.acked(&acked)
		case !e.synced:
			pending = append(pending, e)
		default:
			for _, p := range pending {
				if !e.failed || r.IntN(2) == 0 {
					apply(p, len(p.data))
				}
			}
			pending = pending[:0]
		}
	}
	r.Shuffle(len(pending), func(i, j int) { pending[i], pending[j] = pending[j], pending[i] })
	for _, e := range pending {
		switch r.IntN(3) {
		case 0: // lost
		case 1:
			apply(e, len(e.data))
		case 2:
			apply(e, grain)
		}
	}
	return image, acked
}
