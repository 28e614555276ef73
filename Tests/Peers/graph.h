// The graphs that markers are compared on: the same in C, Go, Java and Swift, edge for edge.
//
// A graph has `objects` objects of `slots` reference slots each, numbered in the order in which they
// are allocated. Everything random about it comes from SplitMix64 as a function of a place: draw e
// of a seed is the e-th number of that generator, so each edge is computed by itself.
//
//   seq    slot k of object i refers to object i + 1 + k, around the end
//   tree   slots 0 and 1 refer to 2i + 1 and 2i + 2, the others are null
//   perm   the same tree, whose i-th node is object order[i] of a random permutation
//   rand   slot k of object i refers to any object: draw i * slots + k
//   list   one chain through all objects, in the order of a random permutation, in slot 0
//
// The root is object 0, or order[0] where there is a permutation. With interior references, the one
// in slot k of object i leads to word 1 + (i + k) mod (slots - 1) of its target, else to word 0.
//
// The checksum is the sum over all slots of mix(place * 2^32 xor value), where the value of a null is
// 0 and of any other reference 1 + target * 8 + word. A sum, so that the order does not matter.

#ifndef GREYWAVE_PEERS_GRAPH_H
#define GREYWAVE_PEERS_GRAPH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct graph {
  const char *shape;
  uint64_t objects, slots, seed;
  int interior;
  uint32_t *order;  // of perm and list
};

static inline uint64_t graph_mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// The number at this place of the generator.
static inline uint64_t graph_draw(uint64_t seed, uint64_t place) {
  return graph_mix(seed + (place + 1) * 0x9E3779B97F4A7C15u);
}

static inline uint64_t graph_below(uint64_t draw, uint64_t bound) {
  return (uint64_t)(((unsigned __int128)draw * bound) >> 64);
}

// -1: no such shape, or no memory.
static inline int graph_prepare(struct graph *g) {
  static const char *shapes[] = {"seq", "tree", "perm", "rand", "list"};
  int known = 0;
  for (int i = 0; i < 5; i++) known |= strcmp(shapes[i], g->shape) == 0;
  if (!known || g->slots < 2 || g->objects < 8) return -1;
  g->order = NULL;
  if (g->shape[0] != 'p' && g->shape[0] != 'l') return 0;
  g->order = malloc(g->objects * sizeof *g->order);
  if (g->order == NULL) return -1;
  for (uint64_t i = 0; i < g->objects; i++) g->order[i] = (uint32_t)i;
  for (uint64_t i = g->objects - 1; i > 0; i--) {
    uint64_t j = graph_below(graph_draw(g->seed, i), i + 1);
    uint32_t other = g->order[j];
    g->order[j] = g->order[i];
    g->order[i] = other;
  }
  return 0;
}

static inline uint64_t graph_root(const struct graph *g) { return g->order ? g->order[0] : 0; }

// Calls `set(context, object, slot, target, word)` for every slot that is not null, and returns the
// checksum.
static inline uint64_t graph_edges(
    const struct graph *g, void (*set)(void *, uint64_t, uint64_t, uint64_t, uint64_t),
    void *context) {
  uint64_t sum = 0, n = g->objects, s = g->slots;
  for (uint64_t place = 0; place < n; place++) {
    uint64_t object = g->order ? g->order[place] : place;
    for (uint64_t k = 0; k < s; k++) {
      uint64_t target = n;  // null
      switch (g->shape[0]) {
        case 's': target = (object + 1 + k) % n; break;
        case 't':
        case 'p':
          if (k < 2 && 2 * place + 1 + k < n) {
            target = 2 * place + 1 + k;
            if (g->order) target = g->order[target];
          }
          break;
        case 'r': target = graph_below(graph_draw(g->seed, object * s + k), n); break;
        default:
          if (k == 0 && place + 1 < n) target = g->order[place + 1];
      }
      uint64_t slot = object * s + k, value = 0;
      if (target < n) {
        uint64_t word = g->interior ? 1 + (object + k) % (s - 1) : 0;
        value = 1 + target * 8 + word;
        set(context, object, k, target, word);
      }
      sum += graph_mix((slot << 32) ^ value);
    }
  }
  return sum;
}

// SHAPE OBJECTS SLOTS SEED INTERIOR, from `argv` on; exits with 2 if they are wrong.
static inline struct graph graph_arguments(char **argv, int count) {
  if (count < 5) {
    fprintf(stderr, "wanted: SHAPE OBJECTS SLOTS SEED INTERIOR(0|1)\n");
    exit(2);
  }
  struct graph g = {argv[0],      strtoull(argv[1], NULL, 10), strtoull(argv[2], NULL, 10),
                    strtoull(argv[3], NULL, 10), argv[4][0] == '1', NULL};
  if (graph_prepare(&g) != 0) {
    fprintf(stderr, "no such graph: %s of %s objects, %s slots\n", argv[0], argv[1], argv[2]);
    exit(2);
  }
  return g;
}

#endif
