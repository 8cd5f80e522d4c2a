// Makes fsync and fdatasync of the process that it is preloaded into take longer, as on a disk that is busy: by
// SLOW_FSYNC_MS milliseconds.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void slow(void) {
  const char *milliseconds = getenv("SLOW_FSYNC_MS");
  if (milliseconds) usleep(1000 * (useconds_t)atoi(milliseconds));
}

int fsync(int fd) {
  slow();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd) {
  slow();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
