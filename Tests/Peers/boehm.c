// The Boehm-Demers-Weiser collector at the work that Greywave is measured at.
//
//   boehm mark SHAPE OBJECTS SLOTS SEED INTERIOR ROUNDS
//   boehm allocate COUNT LIVE      32 bytes each, garbage at once, LIVE others kept
//   boehm trees DEPTH              binary-trees
//   boehm gcbench DEPTH ARRAY
//
// One mutator. One line of JSON on stdout. The collector finds pointers conservatively in whatever
// it did not get as free of them; interior pointers count, as they do by default.
//
// Build: cc -O2 boehm.c -o boehm -lgc

#define _GNU_SOURCE
#include <gc.h>
#include <time.h>

#include "graph.h"

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fail(const char *what) {
  fprintf(stderr, "boehm: %s\n", what);
  exit(1);
}

// --- marking ------------------------------------------------------------------------------------

static void **objects;
static void *root;

static void set(void *unused, uint64_t object, uint64_t k, uint64_t target, uint64_t word) {
  (void)unused;
  ((void **)objects[object])[k] = (void **)objects[target] + word;
}

// What is timed is a whole collection with the world stopped; sweeping comes later, when memory is
// asked for.
static void mark(struct graph g, int rounds) {
  GC_set_dont_expand(0);
  GC_disable();
  objects = GC_MALLOC_UNCOLLECTABLE(g.objects * sizeof *objects);
  for (uint64_t i = 0; i < g.objects; i++) objects[i] = GC_MALLOC(g.slots * 8);
  uint64_t checksum = graph_edges(&g, set, NULL);
  root = objects[graph_root(&g)];
  GC_FREE(objects);
  objects = NULL;
  GC_enable();
  GC_gcollect();
  printf("{\"checksum\":\"%llu\",\"mark_ms\":[", (unsigned long long)checksum);
  for (int i = 0; i < rounds; i++) {
    double start = now_ms();
    GC_gcollect();
    printf("%s%.4f", i ? "," : "", now_ms() - start);
  }
  printf("]}\n");
  if (root == NULL) fail("the root is gone");
}

// --- allocation ---------------------------------------------------------------------------------

static void *volatile sink;

static void allocate(long count, long live) {
  void ***kept = live > 0 ? GC_MALLOC((size_t)live * sizeof *kept) : NULL;
  for (long i = 0; i < live; i++) kept[i] = GC_MALLOC(32);
  double start = now_ms();
  for (long i = 0; i < count; i++) sink = GC_MALLOC(32);
  double end = now_ms();
  if (live > 0 && kept[live - 1] == NULL) fail("a live object is gone");
  printf("{\"ns_per_object\":%.4f,\"cycles\":%lu}\n", (end - start) * 1e6 / (double)count,
         (unsigned long)GC_get_gc_no());
}

// --- trees --------------------------------------------------------------------------------------

struct node {
  struct node *left, *right;
};
struct fat_node {
  struct fat_node *left, *right;
  long i, j;
};

static struct node *bottom_up(int depth) {
  struct node *left = NULL, *right = NULL;
  if (depth > 0) {
    left = bottom_up(depth - 1);
    right = bottom_up(depth - 1);
  }
  struct node *node = GC_MALLOC(sizeof *node);
  node->left = left;
  node->right = right;
  return node;
}

static long count(const struct node *node) {
  return node->left == NULL ? 1 : 1 + count(node->left) + count(node->right);
}

static void expect(long counted, int depth) {
  if (counted != (1L << (depth + 1)) - 1) fail("a tree has another number of nodes");
}

static void trees(int depth) {
  double start = now_ms();
  long made = 2;
  expect(count(bottom_up(depth + 1)), depth + 1);
  struct node *long_lived = bottom_up(depth);
  expect(count(long_lived), depth);
  for (int d = 4; d <= depth; d += 2) {
    for (long left = 1L << (depth - d + 4); left > 0; left--, made++) expect(count(bottom_up(d)), d);
  }
  expect(count(long_lived), depth);
  printf("{\"trees\":%ld,\"wall_ms\":%.3f}\n", made, now_ms() - start);
}

static struct fat_node *fat_up(int depth) {
  struct fat_node *left = NULL, *right = NULL;
  if (depth > 0) {
    left = fat_up(depth - 1);
    right = fat_up(depth - 1);
  }
  struct fat_node *node = GC_MALLOC(sizeof *node);
  node->left = left;
  node->right = right;
  return node;
}

static void fat_down(struct fat_node *node, int depth) {
  if (depth == 0) return;
  node->left = GC_MALLOC(sizeof *node);
  node->right = GC_MALLOC(sizeof *node);
  fat_down(node->left, depth - 1);
  fat_down(node->right, depth - 1);
}

static struct fat_node *fat_from_top(int depth) {
  struct fat_node *node = GC_MALLOC(sizeof *node);
  fat_down(node, depth);
  return node;
}

static long fat_count(const struct fat_node *node) {
  return node->left == NULL ? 1 : 1 + fat_count(node->left) + fat_count(node->right);
}

static void gcbench(int depth, long numbers) {
  double start = now_ms();
  long made = 2, nodes = (1L << (depth + 3)) - 1;
  expect(fat_count(fat_up(depth + 2)), depth + 2);
  struct fat_node *long_lived = fat_from_top(depth);
  expect(fat_count(long_lived), depth);
  double *array = GC_MALLOC_ATOMIC((size_t)numbers * sizeof *array);
  for (long i = 1; i < numbers / 2; i++) array[i] = 1.0 / (double)i;
  for (int d = 4; d <= depth; d += 2) {
    long each = 2 * nodes / ((1L << (d + 1)) - 1);
    for (long i = 0; i < each; i++, made++) expect(fat_count(fat_from_top(d)), d);
    for (long i = 0; i < each; i++, made++) expect(fat_count(fat_up(d)), d);
  }
  expect(fat_count(long_lived), depth);
  for (long i = 1; i < numbers / 2; i++) {
    if (array[i] != 1.0 / (double)i) fail("the array has changed");
  }
  printf("{\"trees\":%ld,\"wall_ms\":%.3f}\n", made, now_ms() - start);
}

int main(int argc, char **argv) {
  GC_INIT();
  const char *what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "mark") == 0) {
    mark(graph_arguments(argv + 2, argc - 2), argc > 7 ? atoi(argv[7]) : 5);
  } else if (strcmp(what, "allocate") == 0 && argc == 4) {
    allocate(atol(argv[2]), atol(argv[3]));
  } else if (strcmp(what, "trees") == 0 && argc == 3) {
    trees(atoi(argv[2]));
  } else if (strcmp(what, "gcbench") == 0 && argc == 4) {
    gcbench(atoi(argv[2]), atol(argv[3]));
  } else {
    fprintf(stderr, "usage: see the head of boehm.c\n");
    return 2;
  }
  return 0;
}
