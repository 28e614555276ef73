// What the header promises and need not be inline: each is a system call, or as rare as one.

#define _GNU_SOURCE
#include "cgrey.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(pthread_t) <= sizeof(uint64_t), "a thread's handle fits a word");

int grey_futex_wait(const void *word, uint32_t expected, int64_t timeout_ns) {
  struct timespec limit = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  return syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, &limit, 0, 0) == 0 ? 0 : errno;
}

void grey_futex_wake(const void *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, 0, 0, 0);
}

static uint64_t clock_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t grey_thread_cpu_ns(void) { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }

uint64_t grey_monotonic_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

int grey_end_with_parent(int32_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return 0;
  // It may have ended before the kernel was told.
  return getppid() == parent;
}

int grey_pidfd_open(int32_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int64_t grey_received_bytes(int descriptor) {
  // A kernel of before 4.1 does not count, and leaves the rest of the structure as it is.
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return -1;
  return (int64_t)info.tcpi_bytes_received;
}

int grey_exchange(const char *one, const char *other) {
  return (int)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 1u << 1);
}

int grey_signals_open(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, 0);
  signal(SIGPIPE, SIG_IGN);
  // A file at its limit is an error of that write, as a full disk is.
  signal(SIGXFSZ, SIG_IGN);
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int grey_signals_take(int descriptor) {
  struct signalfd_siginfo info;
  return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int grey_thread_start(uint64_t *handle, uint64_t stack_bytes, void *(*body)(void *),
                      void *argument) {
  pthread_attr_t attributes;
  pthread_t thread;
  int status = pthread_attr_init(&attributes);
  if (status != 0) return status;
  pthread_attr_setstacksize(&attributes, stack_bytes);
  status = pthread_create(&thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  if (status == 0) *handle = (uint64_t)thread;
  return status;
}

void grey_thread_join(uint64_t handle) { pthread_join((pthread_t)handle, 0); }

void grey_thread_name(const char *name) {
  char kept[16];
  strncpy(kept, name, sizeof kept - 1);
  kept[sizeof kept - 1] = 0;
  pthread_setname_np(pthread_self(), kept);
}
