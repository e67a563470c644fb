package lab

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
)

// CutPower kills the server and cuts from the end of its append-only files what
// was not on the disk yet: all of it, or a part, since a disk may have written
// the rest already. It returns how many bytes are gone.
func (r *Redis) CutPower(source *rand.Rand) (gone int64, err error) {
	if err := r.Kill(); err != nil {
		return 0, err
	}
	kept, err := r.onDisk()
	if err != nil {
		return 0, err
	}
	files, err := filepath.Glob(filepath.Join(r.Dir(), "appendonlydir", "*"))
	for _, path := range files {
		info, statErr := os.Stat(path)
		if statErr != nil {
			return gone, errors.Join(err, statErr)
		}
		open := info.Size() - kept[inode(info)]
		if open <= 0 {
			continue
		}
		cut := open
		if source.IntN(2) == 0 {
			cut = 1 + source.Int64N(open)
		}
		err = errors.Join(err, os.Truncate(path, info.Size()-cut))
		gone += cut
	}
	return gone, err
}

// onDisk is how many bytes of each inode were there after the last sync.
func (r *Redis) onDisk() (map[uint64]int64, error) {
	notes, err := os.ReadFile(r.synced)
	if err != nil {
		return nil, err
	}
	kept := map[uint64]int64{}
	for in := bytes.NewReader(notes); in.Len() > 0; {
		var record struct{ Inode, Bytes uint64 }
		if err := binary.Read(in, binary.NativeEndian, &record); err != nil {
			return nil, err
		}
		kept[record.Inode] = int64(record.Bytes)
	}
	return kept, nil
}

func inode(info os.FileInfo) uint64 {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	return stat.Ino
}
