// The few instructions and system calls that Swift cannot say by itself: a prefetch, the futex
// calls and pidfds (`syscall` is variadic, which Swift does not import), signals as a descriptor,
// named threads, and a thread's CPU time (headers that Swift's Glibc module leaves out).

#ifndef CGREY_H
#define CGREY_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/// Asks for the cache line of `address`, to be read soon. One instruction, never a fault.
static inline void grey_prefetch(const void *_Nonnull address) { __builtin_prefetch(address, 0, 3); }

/// Sleeps while `*word == expected`, at most `timeout_ns`. Returns 0 when woken (perhaps for no
/// reason), otherwise the errno: `EAGAIN` (the word had changed), `ETIMEDOUT`, `EINTR`.
static inline int grey_futex_wait(const void *_Nonnull word, uint32_t expected, int64_t timeout_ns) {
  struct timespec limit = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  return syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, &limit, 0, 0) == 0 ? 0 : errno;
}

/// Wakes at most `count` sleepers of `word`.
static inline void grey_futex_wake(const void *_Nonnull word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, 0, 0, 0);
}

/// CPU time that the calling thread has used, in nanoseconds.
static inline uint64_t grey_thread_cpu_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/// A descriptor that becomes readable when that process ends, or -1 with `errno`.
static inline int grey_pidfd_open(int32_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/// Blocks SIGINT and SIGTERM in the calling thread (and those it starts), ignores SIGPIPE.
/// Returns a descriptor that becomes readable when one of the two comes in, or -1 with `errno`.
static inline int grey_signals_open(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, 0);
  signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/// The signal that came in, or 0.
static inline int grey_signals_take(int descriptor) {
  struct signalfd_siginfo info;
  return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

/// Starts a thread with a stack of its own size. Returns 0 or an errno.
int grey_thread_start(uint64_t *_Nonnull handle, uint64_t stack_bytes,
                      void *_Nullable (*_Nonnull body)(void *_Nullable), void *_Nullable argument);

/// Waits for that thread's end.
void grey_thread_join(uint64_t handle);

/// Names the calling thread; 15 bytes are kept.
void grey_thread_name(const char *_Nonnull name);

/// Monotonic time in nanoseconds, of the same origin for all processes of a host.
static inline uint64_t grey_monotonic_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/// The calling thread's kernel id.
static inline int32_t grey_thread_id(void) { return (int32_t)syscall(SYS_gettid); }

#endif
