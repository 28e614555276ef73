// The few instructions and system calls that Swift cannot say by itself: a prefetch, the futex
// calls and pidfds (`syscall` is variadic, which Swift does not import), signals as a descriptor,
// threads with a name and a stack of their own, clocks in nanoseconds, what the kernel counts of a
// connection, and a filter without branches.
//
// It includes no system header but <stdint.h>, so that no type of the system becomes one of this
// module's.

#ifndef CGREY_H
#define CGREY_H

#include <stddef.h>
#include <stdint.h>

/// Asks for the cache line of `address`, to be read soon. One instruction, never a fault.
static inline void grey_prefetch(const void *_Nonnull address) {
  __builtin_prefetch(address, 0, 3);
}

/// Of `count` words, keeps those whose bit is not set; they move to the front, in their order, and
/// the number of them is returned. The bit of a word is the one of its distance from `base` in
/// granules of 16 bytes; a distance beyond `limit` counts as `limit`.
uint64_t grey_keep_unset(uint64_t *_Nonnull words, uint64_t count, const uint64_t *_Nonnull bits,
                         uint64_t base, uint64_t limit);

/// Sleeps while `*word == expected`, at most `timeout_ns`. Returns 0 when woken (perhaps for no
/// reason), otherwise the errno: `EAGAIN` (the word had changed), `ETIMEDOUT`, `EINTR`.
int grey_futex_wait(const void *_Nonnull word, uint32_t expected, int64_t timeout_ns);

/// Wakes at most `count` sleepers of `word`.
void grey_futex_wake(const void *_Nonnull word, int count);

/// CPU time that the calling thread has used, in nanoseconds.
uint64_t grey_thread_cpu_ns(void);

/// Monotonic time in nanoseconds, of the same origin for all processes of a host.
uint64_t grey_monotonic_ns(void);

/// A descriptor that becomes readable when that process ends, or -1 with `errno`.
int grey_pidfd_open(int32_t pid);

/// From now on this process is killed when the thread that started it ends. False: it has ended
/// already, or the kernel refuses.
int grey_end_with_parent(int32_t parent);

/// Bytes that a TCP connection has received so far, or -1 for any other descriptor.
int64_t grey_received_bytes(int descriptor);

/// From now on a descriptor is held back, with which connections can be refused when there is no
/// other (accept.c).
void grey_reserve_descriptor(void);

/// Connections that were refused for want of a descriptor.
uint64_t grey_refused_connections(void);

/// A listening unix socket of messages at `path`, where nobody else listens; or -1 with `errno`. None
/// of the descriptors of a line ever blocks, and none survives `exec`.
int grey_line_listen(const char *_Nonnull path);

/// The next connection, or -1 with `errno`.
int grey_line_accept(int listener);

/// A connection to who listens at `path`, or -1 with `errno`.
int grey_line_connect(const char *_Nonnull path);

/// Sends one message, whole. Returns -1 with `errno` when it was not sent.
int64_t grey_line_send(int descriptor, const void *_Nonnull bytes, size_t count);

/// Takes one message and returns its length, also where that is beyond `capacity` (the rest of it is
/// gone); 0 when the other end is closed; -1 with `errno`, `EAGAIN` when there is none.
int64_t grey_line_receive(int descriptor, void *_Nonnull bytes, size_t capacity);

/// Two files change places. Returns 0, or -1 with `errno`.
int grey_exchange(const char *_Nonnull one, const char *_Nonnull other);

/// Blocks SIGINT and SIGTERM in the calling thread (and those it starts), ignores SIGPIPE and
/// SIGXFSZ. Returns a descriptor that becomes readable when one of the two comes in, or -1 with `errno`.
int grey_signals_open(void);

/// The signal that came in, or 0.
int grey_signals_take(int descriptor);

/// Starts a thread with a stack of its own size. Returns 0 or an errno.
int grey_thread_start(uint64_t *_Nonnull handle, uint64_t stack_bytes,
                      void *_Nullable (*_Nonnull body)(void *_Nullable), void *_Nullable argument);

/// Waits for that thread's end.
void grey_thread_join(uint64_t handle);

/// Names the calling thread; 15 bytes are kept.
void grey_thread_name(const char *_Nonnull name);

#endif
