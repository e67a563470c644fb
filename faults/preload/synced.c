// Loaded into a program with LD_PRELOAD, this notes in the file $SYNCED how much
// of each regular file was on the disk after each fsync and fdatasync: records
// of two unsigned 64-bit numbers, inode and bytes. A test that kills the
// program can then cut off what a power cut would have lost.
//
// A sync begins five milliseconds late, as on a slow disk, so that a kill at a
// random moment meets bytes that are not synced.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int synced(const char *name, int fd) {
  int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  struct stat before;
  if (fstat(fd, &before) != 0 || !S_ISREG(before.st_mode)) return sync(fd);
  usleep(5000);
  int result = sync(fd);
  if (result != 0) return result;
  const uint64_t record[2] = {before.st_ino, (uint64_t)before.st_size};
  int notes = open(getenv("SYNCED"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (notes < 0 || write(notes, record, sizeof record) != sizeof record) abort();
  close(notes);
  return 0;
}

int fsync(int fd) { return synced("fsync", fd); }

int fdatasync(int fd) { return synced("fdatasync", fd); }
