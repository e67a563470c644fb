package machine

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// fileSystem is the kind of a directory's file system, "" when it is none of
// those that are known here, and how many bytes an ordinary user has left.
func fileSystem(dir string) (kind string, free int64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return "", 0, err
	}
	kinds := map[int64]string{
		unix.EXT4_SUPER_MAGIC: "ext4", unix.XFS_SUPER_MAGIC: "xfs", unix.BTRFS_SUPER_MAGIC: "btrfs", unix.TMPFS_MAGIC: "tmpfs",
		unix.RAMFS_MAGIC: "ramfs", unix.NFS_SUPER_MAGIC: "nfs", unix.SMB2_SUPER_MAGIC: "cifs", unix.CIFS_SUPER_MAGIC: "cifs",
		unix.OVERLAYFS_SUPER_MAGIC: "overlayfs", 0x2fc12fc1: "zfs",
	}
	return kinds[int64(s.Type)], int64(s.Bavail) * int64(s.Bsize), nil //nolint:unconvert // other widths on some systems
}

// manyWait is the queue that a reconnect storm of thousands wants: the kernel
// refuses nobody while the server takes some thousand a second.
const manyWait = 4096

// Backlog says how many connections may wait to be accepted: Go's listener asks
// for as many as the machine allows. An error says that they are few, and the
// remedy.
func Backlog() (string, error) {
	const file = "/proc/sys/net/core/somaxconn"
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	if n < manyWait {
		return "", fmt.Errorf("%d connections may wait to be accepted; when thousands come back at once some are refused: sysctl -w net.core.somaxconn=%d", n, manyWait)
	}
	return fmt.Sprintf("%d connections may wait to be accepted", n), nil
}
