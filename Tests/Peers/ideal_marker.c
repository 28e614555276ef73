// The marker that knows everything beforehand: what the memory of this machine allows.
//
//   ideal_marker SHAPE OBJECTS SLOTS SEED INTERIOR ROUNDS
//
// One size of object in one block, one thread, no colours but black, no barrier, no type: a byte a
// mark, a stack of object numbers, and a FIFO of sixteen prefetched objects between stack and scan.
// One line of JSON: the checksum of the graph, how many objects were reached, and the milliseconds
// of each round.
//
// Build: cc -O2 ideal_marker.c -o ideal_marker

#define _GNU_SOURCE
#include <time.h>

#include "graph.h"

static uint64_t *heap;
static uint8_t *marks;
static uint32_t *stack;
static uint64_t slots, shift, heap_bytes;

static void set(void *unused, uint64_t object, uint64_t k, uint64_t target, uint64_t word) {
  (void)unused;
  heap[object * slots + k] = (uint64_t)(heap + target * slots + word);
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

// `s` is a constant where this is called, so that the loop over the slots unrolls.
static inline __attribute__((always_inline)) uint64_t mark_slots(uint64_t root, const uint64_t s) {
  uint32_t ring[16];
  uint64_t top = 0, hand = 0, in_ring = 0, count = 1, base = (uint64_t)heap;
  marks[root] = 1;
  stack[top++] = (uint32_t)root;
  for (;;) {
    while (in_ring < 16 && top > 0) {
      uint32_t next = stack[--top];
      __builtin_prefetch(heap + next * s);
      ring[(hand + in_ring++) & 15] = next;
    }
    if (in_ring == 0) return count;
    const uint64_t *object = heap + ring[hand] * s;
    hand = (hand + 1) & 15;
    in_ring--;
    for (uint64_t k = 0; k < s; k++) {
      uint64_t offset = object[k] - base;
      if (offset >= heap_bytes) continue;
      uint64_t child = offset >> shift;
      if (marks[child]) continue;
      marks[child] = 1;
      stack[top++] = (uint32_t)child;
      count++;
    }
  }
}

static __attribute__((noinline)) uint64_t mark(uint64_t root) {
  return slots == 2 ? mark_slots(root, 2) : mark_slots(root, 4);
}

int main(int argc, char **argv) {
  struct graph g = graph_arguments(argv + 1, argc - 1);
  int rounds = argc > 6 ? atoi(argv[6]) : 5;
  if (g.slots != 2 && g.slots != 4) {
    fprintf(stderr, "ideal_marker: 2 or 4 slots\n");
    return 2;
  }
  slots = g.slots;
  shift = slots == 2 ? 4 : 5;
  heap_bytes = g.objects * slots * 8;
  heap = aligned_alloc(1 << 21, (heap_bytes + (1 << 21)) & ~(uint64_t)((1 << 21) - 1));
  marks = calloc(g.objects, 1);
  stack = malloc(g.objects * sizeof *stack);
  if (heap == NULL || marks == NULL || stack == NULL) return 1;
  memset(heap, 0, heap_bytes);
  memset(stack, 0, g.objects * sizeof *stack);
  uint64_t checksum = graph_edges(&g, set, NULL), reached = 0;
  mark(graph_root(&g));  // warms up
  printf("{\"checksum\":\"%llu\",\"mark_ms\":[", (unsigned long long)checksum);
  for (int i = 0; i < rounds; i++) {
    memset(marks, 0, g.objects);
    double start = now_ms();
    reached = mark(graph_root(&g));
    printf("%s%.4f", i ? "," : "", now_ms() - start);
  }
  printf("],\"reached\":%llu}\n", (unsigned long long)reached);
  return 0;
}
