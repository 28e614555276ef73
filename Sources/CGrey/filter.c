// Which of many values are not marked yet: what flushing a write barrier's buffer asks.
//
// The values are as random as the program is, so nothing here branches on one: a value is written
// to the next free place, and the place is taken if its bit is not set. With AVX-512 eight values
// are handled at a time, and those that are kept are packed by two instructions; eight of which
// none is kept are passed over, for once most is marked that is what there mostly is. Elsewhere it
// is a dozen instructions a value. Other threads set bits meanwhile: whether a look comes before or
// after is all the same, and every word is read in one piece.

#include "cgrey.h"

static uint64_t keep_unset_from(uint64_t *words, uint64_t from, uint64_t count, uint64_t kept,
                                const uint64_t *bits, uint64_t base, uint64_t limit) {
  for (uint64_t i = from; i < count; i++) {
    uint64_t word = words[i];
    uint64_t inside = word - base;
    inside = inside < limit ? inside : limit;
    uint64_t group = __atomic_load_n(&bits[inside >> 10], __ATOMIC_RELAXED);
    words[kept] = word;
    kept += (group >> (inside >> 4 & 63) & 1) ^ 1;
  }
  return kept;
}

#if defined(__x86_64__)
#include <immintrin.h>

// Two words, each read in one piece, into one register.
__attribute__((target("avx512f,avx512vl"))) static inline __m128i two(const uint64_t *low,
                                                                      const uint64_t *high) {
  __m128i pair;
  __asm__("vmovq %1, %0\n\tvmovhps %2, %0, %0" : "=&x"(pair) : "m"(*low), "m"(*high));
  return pair;
}

// Two halves of four: the narrower instructions have one more port of the processor to themselves.
__attribute__((target("avx512f,avx512vl"))) static uint64_t keep_unset_by_eight(
    uint64_t *words, uint64_t count, const uint64_t *bits, uint64_t base, uint64_t limit) {
  const __m256i bases = _mm256_set1_epi64x((long long)base);
  const __m256i limits = _mm256_set1_epi64x((long long)limit);
  const __m256i one = _mm256_set1_epi64x(1);
  uint64_t kept = 0;
  uint64_t i = 0;
  for (uint64_t end = count & ~7ul; i < end; i += 8) {
    __m256i word[2], inside[2], bit[2];
    // Not a gather: on processors that guard it against Downfall it is slower than eight loads.
    uint64_t place[8];
    for (int half = 0; half < 2; half++) {
      word[half] = _mm256_loadu_si256((const void *)(words + i + 4 * half));
      inside[half] = _mm256_min_epu64(_mm256_sub_epi64(word[half], bases), limits);
      _mm256_storeu_si256((void *)(place + 4 * half), _mm256_srli_epi64(inside[half], 10));
    }
    // Through memory: that is what loads are for, taking words out of a register is not.
    __asm__("" : "+m"(place));
    for (int half = 0; half < 2; half++) {
      const uint64_t *at = place + 4 * half;
      bit[half] = _mm256_inserti128_si256(
          _mm256_castsi128_si256(two(&bits[at[0]], &bits[at[1]])), two(&bits[at[2]], &bits[at[3]]), 1);
    }
    for (int half = 0; half < 2; half++) {
      // A rotation takes its count modulo 64.
      bit[half] = _mm256_rorv_epi64(bit[half], _mm256_srli_epi64(inside[half], 4));
    }
    if (_mm256_testn_epi64_mask(_mm256_and_si256(bit[0], bit[1]), one) == 0) continue;
    for (int half = 0; half < 2; half++) {
      __mmask8 keep = _mm256_testn_epi64_mask(bit[half], one);
      // All four places are written, which were read before.
      _mm256_storeu_si256((void *)(words + kept), _mm256_maskz_compress_epi64(keep, word[half]));
      kept += (uint64_t)__builtin_popcount(keep);
    }
  }
  return keep_unset_from(words, i, count, kept, bits, base, limit);
}
#endif

uint64_t grey_keep_unset(uint64_t *words, uint64_t count, const uint64_t *bits, uint64_t base,
                         uint64_t limit) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) {
    return keep_unset_by_eight(words, count, bits, base, limit);
  }
#endif
  return keep_unset_from(words, 0, count, 0, bits, base, limit);
}
