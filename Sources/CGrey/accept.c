// Accepting connections in a process that has run out of descriptors.
//
// A connection that cannot be accepted stays in the kernel's queue, so the listening descriptor
// stays readable. libzmq tries again at once, for ever, on a core of its own; and its listener for
// unix sockets does not know EMFILE at all and aborts the process. It cannot be told to do
// otherwise, so what it calls is replaced: this `accept4` stands before the C library's in the
// dynamic linker's search order.
//
// The way out is an old one. One descriptor is held in reserve; when there is no other, it is given
// up for as long as it takes to accept the connection and close it. The peer learns that it is
// refused, the queue becomes empty, and nobody waits or spins. libzmq hears of a connection that
// was aborted, which it expects. Where even the reserve is lost (another thread was quicker), it
// hears ENFILE, which both of its listeners know.

#define _GNU_SOURCE
#include "cgrey.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// -1: there is none.
static atomic_int reserve = -1;
static atomic_uint_least64_t refused;

static void keep_reserve(void) {
  if (atomic_load(&reserve) >= 0) return;
  int fresh = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int none = -1;
  if (fresh >= 0 && !atomic_compare_exchange_strong(&reserve, &none, fresh)) close(fresh);
}

void grey_reserve_descriptor(void) { keep_reserve(); }

uint64_t grey_refused_connections(void) { return atomic_load(&refused); }

static int accept_now(int listener, struct sockaddr *address, socklen_t *size, int flags) {
  return (int)syscall(SYS_accept4, listener, address, size, flags);
}

int accept4(int listener, struct sockaddr *address, socklen_t *size, int flags) {
  int connection = accept_now(listener, address, size, flags);
  if (connection >= 0 || errno != EMFILE) return connection;
  int spare = atomic_exchange(&reserve, -1);
  if (spare < 0) {
    // It may have been lost before, and there is one again.
    keep_reserve();
    errno = ENFILE;
    return -1;
  }
  close(spare);
  connection = accept_now(listener, 0, 0, SOCK_CLOEXEC);
  int failure = errno;
  if (connection >= 0) {
    close(connection);
    atomic_fetch_add(&refused, 1);
    failure = ECONNABORTED;
  } else if (failure == EMFILE) {
    failure = ENFILE;
  }
  keep_reserve();
  errno = failure;
  return -1;
}
