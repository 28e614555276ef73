// What libzmq itself needs for the two things that Greywave does with it, and nothing else done:
// the floor under a global stop, and the ceiling over grey batches. Greywave's own figures are
// compared with these, measured in the same minute on the same machine.
//
//   raw_barrier PEERS ROUNDS [BUSY]
//                              A ROUTER here, one DEALER in each of PEERS forked processes, ipc
//                              between them. A round is: `stop` to every peer, an answer from each,
//                              `go` to every peer. Its time runs from just before the first `stop`
//                              until the last `go` is handed to libzmq, as long as a world would
//                              stand still; `stopped` is the part until the last answer. Peers then
//                              confirm `go`, outside of that time, so that every round begins with
//                              everybody waiting. One tenth more rounds run before, unmeasured.
//                              In each of the first BUSY peers (0) a thread computes all the time;
//                              it looks at a word in memory, and a `stop` is answered when it has
//                              come to rest on it: the mutator of a node, and nothing else of one.
//   raw_barrier --batches [MS] One process sends 8 KiB and 64 KiB messages as fast as this one
//                              takes them, PUSH to PULL over ipc, copied and without copying, MS
//                              milliseconds each (500).
//
// One line of JSON on stdout, everything else on stderr. Exit codes: 0 ok, 1 something failed,
// 2 usage, 4 a limit was reached.
//
// Nothing is left behind: every wait has a limit, an alarm ends the whole after LIFETIME_S, peers
// are killed at the end and die with their parent, and the socket's directory is removed on every
// way out but SIGKILL.
//
// Build: cc -O2 raw_barrier.c -o raw_barrier -lzmq -lpthread

#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { MAX_PEERS = 256, MAX_ROUNDS = 100000, WAIT_MS = 10000, LIFETIME_S = 120 };

// Set before the handlers that read them are installed, and not changed while they may run.
static char directory[80];
static char endpoint[100];
static pid_t peers[MAX_PEERS];
static volatile sig_atomic_t peer_count;
static pid_t parent;

// --- leaving ------------------------------------------------------------------------------------

static void stop_peers(void) {
  signal(SIGCHLD, SIG_DFL);
  for (int i = 0; i < peer_count; i++) {
    kill(peers[i], SIGKILL);
    while (waitpid(peers[i], NULL, 0) < 0 && errno == EINTR) {
    }
  }
  peer_count = 0;
}

// Safe in a signal handler: system calls only. A peer leaves all of it to its parent.
static void clean_up(void) {
  if (getpid() != parent) return;
  stop_peers();
  if (directory[0] != 0) {
    unlink(endpoint + strlen("ipc://"));
    rmdir(directory);
  }
}

static void say(const char *text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0) return;  // nobody reads it
}

// Peers run until they are killed: one that ends by itself has failed, and nobody waits for it.
static void on_signal(int number) {
  if (number == SIGALRM) say("raw_barrier: not done within its lifetime\n");
  if (number == SIGCHLD) say("raw_barrier: a peer ended too early\n");
  clean_up();
  _exit(number == SIGALRM ? 4 : 1);
}

static void fail(const char *what) {
  int code = zmq_errno();
  fprintf(stderr, "raw_barrier: %s: %s\n", what, zmq_strerror(code));
  clean_up();
  _exit(code == EAGAIN ? 4 : 1);
}

static void check(int ok, const char *what) {
  if (!ok) fail(what);
}

// --- small tools --------------------------------------------------------------------------------

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void *make_socket(void *context, int kind) {
  void *s = zmq_socket(context, kind);
  check(s != NULL, "socket");
  int zero = 0, limit = WAIT_MS, reconnect = 1;
  zmq_setsockopt(s, ZMQ_LINGER, &zero, sizeof zero);
  zmq_setsockopt(s, ZMQ_SNDTIMEO, &limit, sizeof limit);
  zmq_setsockopt(s, ZMQ_RCVTIMEO, &limit, sizeof limit);
  zmq_setsockopt(s, ZMQ_RECONNECT_IVL, &reconnect, sizeof reconnect);
  return s;
}

static void put(void *s, const void *bytes, size_t size, int flags) {
  while (zmq_send(s, bytes, size, flags) < 0) check(errno == EINTR, "send");
}

static size_t take(void *s, void *bytes, size_t size) {
  int n;
  while ((n = zmq_recv(s, bytes, size, 0)) < 0) check(errno == EINTR, "receive");
  return (size_t)n;
}

// A process of its own that runs `body`; to be called while this process has no context, since
// libzmq's threads are not inherited.
static void start_peer(void (*body)(uint32_t, long), long argument) {
  int index = peer_count;
  signal(SIGCHLD, on_signal);
  pid_t pid = fork();
  check(pid >= 0, "fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);  // it died before the line above
    signal(SIGCHLD, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    alarm(LIFETIME_S);  // not inherited
    body((uint32_t)index, argument);
    _exit(0);
  }
  peers[index] = pid;
  peer_count = index + 1;
}

// --- the barrier --------------------------------------------------------------------------------

struct control {
  uint32_t kind;
  uint32_t round;
};
enum { HELLO = 1, STOP, STOPPED, GO, GONE };

// The first byte of a routing id must not be zero.
static void routing_id(uint32_t index, char id[8]) { snprintf(id, 8, "p%05u", index % 100000); }

// A busy peer's mutator: it runs while the word is zero, and says which stop it rests on. Stops are
// numbered, so that one who sleeps through a whole `go` rests on the next.
static atomic_uint stop_word, resting_on;
static volatile uint64_t worked;

static void futex_wait(atomic_uint *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(atomic_uint *word) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void *mutator(void *unused) {
  (void)unused;
  uint64_t number = 1;
  for (;;) {
    for (int i = 0; i < 64; i++) number = number * 6364136223846793005u + 1442695040888963407u;
    worked = number;
    uint32_t stop = atomic_load_explicit(&stop_word, memory_order_relaxed);
    if (stop == 0) continue;
    atomic_store(&resting_on, stop);
    futex_wake(&resting_on);
    while (atomic_load(&stop_word) == stop) futex_wait(&stop_word, stop);
  }
  return NULL;
}

static void stop_mutator(uint32_t number) {
  atomic_store(&stop_word, number);
  for (;;) {
    uint32_t seen = atomic_load(&resting_on);
    if (seen == number) return;
    futex_wait(&resting_on, seen);
  }
}

static void barrier_peer(uint32_t index, long busy) {
  int is_busy = (long)index < busy;
  pthread_t thread;
  if (is_busy) check(pthread_create(&thread, NULL, mutator, NULL) == 0, "thread");
  void *s = make_socket(zmq_ctx_new(), ZMQ_DEALER);
  char id[8];
  routing_id(index, id);
  zmq_setsockopt(s, ZMQ_ROUTING_ID, id, strlen(id));
  check(zmq_connect(s, endpoint) == 0, "connect");
  struct control message = {HELLO, 0};
  put(s, &message, sizeof message, 0);
  for (;;) {
    take(s, &message, sizeof message);
    if (is_busy && message.kind == STOP) stop_mutator(message.round + 1);
    if (is_busy && message.kind == GO) {
      atomic_store(&stop_word, 0);
      futex_wake(&stop_word);
    }
    message.kind = message.kind == STOP ? STOPPED : GONE;
    put(s, &message, sizeof message, 0);
  }
}

static void tell_all(void *s, uint32_t kind, uint32_t round) {
  struct control message = {kind, round};
  for (int i = 0; i < peer_count; i++) {
    char id[8];
    routing_id((uint32_t)i, id);
    put(s, id, strlen(id), ZMQ_SNDMORE);
    put(s, &message, sizeof message, 0);
  }
}

static void hear_all(void *s, uint32_t kind, uint32_t round) {
  for (int i = 0; i < peer_count; i++) {
    char id[8];
    struct control message;
    take(s, id, sizeof id);
    size_t size = take(s, &message, sizeof message);
    if (size != sizeof message || message.kind != kind || message.round != round) {
      errno = EPROTO;
      fail("an answer that belongs to no round");
    }
  }
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Nearest rank: the smallest sample that at least this share of all samples does not exceed.
static double percentile(const double *sorted, long count, long percent) {
  long rank = (count * percent + 99) / 100;
  return sorted[rank > 0 ? rank - 1 : 0];
}

static void run_barrier(long count, long rounds, long busy) {
  double *samples = calloc((size_t)rounds, sizeof *samples);
  double *stopped = calloc((size_t)rounds, sizeof *stopped);
  check(samples != NULL && stopped != NULL, "memory for the samples");
  for (long i = 0; i < count; i++) start_peer(barrier_peer, busy);

  void *s = make_socket(zmq_ctx_new(), ZMQ_ROUTER);
  int one = 1;
  zmq_setsockopt(s, ZMQ_ROUTER_MANDATORY, &one, sizeof one);
  check(zmq_bind(s, endpoint) == 0, "bind");
  hear_all(s, HELLO, 0);

  long warm_up = rounds / 10 + 1;
  for (long round = 0; round < warm_up + rounds; round++) {
    double start = now_us();
    tell_all(s, STOP, (uint32_t)round);
    hear_all(s, STOPPED, (uint32_t)round);
    double all_stopped = now_us();
    tell_all(s, GO, (uint32_t)round);
    double end = now_us();
    hear_all(s, GONE, (uint32_t)round);
    if (round < warm_up) continue;
    samples[round - warm_up] = end - start;
    stopped[round - warm_up] = all_stopped - start;
  }
  qsort(samples, (size_t)rounds, sizeof *samples, by_value);
  qsort(stopped, (size_t)rounds, sizeof *stopped, by_value);
  printf("{\"peers\":%ld,\"rounds\":%ld,\"busy\":%ld,\"p50_us\":%.1f,\"p99_us\":%.1f,"
         "\"min_us\":%.1f,\"max_us\":%.1f,\"stopped_p50_us\":%.1f,\"stopped_p99_us\":%.1f}\n",
         count, rounds, busy, percentile(samples, rounds, 50), percentile(samples, rounds, 99),
         samples[0], samples[rounds - 1], percentile(stopped, rounds, 50),
         percentile(stopped, rounds, 99));
  free(samples);
  free(stopped);
}

// --- batches ------------------------------------------------------------------------------------

enum { LARGEST = 64 * 1024, ZERO_COPY = 1 };

static void keep(void *data, void *hint) {
  (void)data;  // static memory: nothing to give back
  (void)hint;
}

// `argument`: the size of a message, plus ZERO_COPY.
static void batch_peer(uint32_t index, long argument) {
  (void)index;
  static char batch[LARGEST];
  size_t size = (size_t)(argument & ~(long)ZERO_COPY);
  memset(batch, 0x5A, sizeof batch);
  void *s = make_socket(zmq_ctx_new(), ZMQ_PUSH);
  check(zmq_connect(s, endpoint) == 0, "connect");
  for (;;) {
    if (argument & ZERO_COPY) {
      zmq_msg_t message;
      check(zmq_msg_init_data(&message, batch, size, keep, NULL) == 0, "message");
      while (zmq_msg_send(&message, s, 0) < 0) check(errno == EINTR, "send");
    } else {
      put(s, batch, size, 0);
    }
  }
}

// Bytes a second that arrive here. Received without copying, in both cases.
static double batch_rate(long argument, double limit_us) {
  start_peer(batch_peer, argument);
  void *context = zmq_ctx_new();
  void *s = make_socket(context, ZMQ_PULL);
  check(zmq_bind(s, endpoint) == 0, "bind");
  zmq_msg_t message;
  zmq_msg_init(&message);
  double start = 0, end = 0, bytes = 0;
  // The first messages wait for the connection, and fill the queues.
  for (long i = -200; i <= 0 || end - start < limit_us; i++) {
    while (zmq_msg_recv(&message, s, 0) < 0) check(errno == EINTR, "receive");
    if (i == 0) start = now_us();
    if (i > 0) bytes += (double)zmq_msg_size(&message);
    if (i > 0 && i % 16 == 0) end = now_us();
  }
  end = now_us();
  zmq_msg_close(&message);
  zmq_close(s);
  zmq_ctx_term(context);
  stop_peers();
  return bytes / (end - start) * 1e6;
}

static void run_batches(long milliseconds) {
  static const long sizes[] = {8 * 1024, 64 * 1024};
  const char *comma = "";
  printf("{\"batches\":[");
  for (int i = 0; i < 2; i++) {
    for (long zero_copy = 0; zero_copy <= ZERO_COPY; zero_copy++) {
      double rate = batch_rate(sizes[i] | zero_copy, (double)milliseconds * 1e3);
      printf("%s{\"message_bytes\":%ld,\"zero_copy\":%s,\"bytes_per_s\":%.0f,\"refs_per_s\":%.0f}",
             comma, sizes[i], zero_copy ? "true" : "false", rate, rate / 8);
      comma = ",";
    }
  }
  printf("]}\n");
}

// --- arguments ----------------------------------------------------------------------------------

static long number(const char *text, long least, long most) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (errno != 0 || *end != 0 || end == text || value < least || value > most) {
    fprintf(stderr, "raw_barrier: '%s' is not a number from %ld to %ld\n", text, least, most);
    exit(2);
  }
  return value;
}

int main(int argc, char **argv) {
  int batches = argc >= 2 && strcmp(argv[1], "--batches") == 0;
  if (batches ? argc > 3 : argc < 3 || argc > 4) {
    fprintf(stderr,
            "usage: raw_barrier PEERS ROUNDS [BUSY] | raw_barrier --batches [MILLISECONDS]\n");
    return 2;
  }
  long first = batches ? 0 : number(argv[1], 1, MAX_PEERS);
  long second = batches && argc == 2 ? 500
                                     : number(argv[2], 1, batches ? 10000 : MAX_ROUNDS);

  long busy = batches || argc < 4 ? 0 : number(argv[3], 0, first);

  parent = getpid();
  const char *base = getenv("TMPDIR");
  if (base == NULL || base[0] == 0 || strlen(base) > 50) base = "/tmp";
  snprintf(directory, sizeof directory, "%s/raw-barrier-XXXXXX", base);
  if (mkdtemp(directory) == NULL) {
    fprintf(stderr, "raw_barrier: no directory %s: %s\n", directory, strerror(errno));
    return 1;
  }
  snprintf(endpoint, sizeof endpoint, "ipc://%s/s", directory);
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGALRM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  alarm(LIFETIME_S);

  if (batches)
    run_batches(second);
  else
    run_barrier(first, second, busy);
  clean_up();
  return fflush(stdout) == 0 ? 0 : 1;
}
