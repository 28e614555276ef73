// Unix sockets that keep messages apart: what a stop line is made of (`StopLines` of GreyRuntime).

#define _GNU_SOURCE
#include "cgrey.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int line_socket(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address->sun_path, path);
  return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

// Closes `descriptor` and keeps the errno of what failed before.
static int give_up(int descriptor) {
  int failure = errno;
  close(descriptor);
  errno = failure;
  return -1;
}

int grey_line_listen(const char *path) {
  struct sockaddr_un address;
  int descriptor = line_socket(path, &address);
  if (descriptor < 0) return -1;
  // The caller holds the cluster's lock: whoever was bound there is gone.
  unlink(path);
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0 ||
      listen(descriptor, 128) < 0) {
    return give_up(descriptor);
  }
  return descriptor;
}

int grey_line_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int grey_line_connect(const char *path) {
  struct sockaddr_un address;
  int descriptor = line_socket(path, &address);
  if (descriptor < 0) return -1;
  // Between unix sockets there is no handshake: it stands at once, or it does not.
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) {
    return give_up(descriptor);
  }
  return descriptor;
}

int64_t grey_line_send(int descriptor, const void *bytes, size_t count) {
  return send(descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int64_t grey_line_receive(int descriptor, void *bytes, size_t capacity) {
  return recv(descriptor, bytes, capacity, MSG_DONTWAIT | MSG_TRUNC);
}
