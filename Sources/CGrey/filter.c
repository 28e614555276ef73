// Which of many values are not marked yet: what flushing a write barrier's buffer asks.
//
// The values are as random as the program is, so nothing here branches on one: a value is written
// to the next free place, and the place is taken if its bit is not set. With AVX-512 eight values
// are handled at a time, and those that are kept are packed by one instruction; elsewhere it is a
// dozen instructions a value. Other threads set bits meanwhile: whether a look comes before or
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

#define GROUP(n) (long long)__atomic_load_n(&bits[place[n]], __ATOMIC_RELAXED)

__attribute__((target("avx512f"))) static uint64_t keep_unset_by_eight(
    uint64_t *words, uint64_t count, const uint64_t *bits, uint64_t base, uint64_t limit) {
  const __m512i bases = _mm512_set1_epi64((long long)base);
  const __m512i limits = _mm512_set1_epi64((long long)limit);
  const __m512i low = _mm512_set1_epi64(63);
  const __m512i one = _mm512_set1_epi64(1);
  uint64_t kept = 0;
  uint64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    __m512i word = _mm512_loadu_si512(words + i);
    __m512i inside = _mm512_min_epu64(_mm512_sub_epi64(word, bases), limits);
    // Not a gather: on processors that guard it against Downfall it is slower than eight loads.
    uint64_t place[8];
    _mm512_storeu_si512(place, _mm512_srli_epi64(inside, 10));
    __m512i group = _mm512_set_epi64(GROUP(7), GROUP(6), GROUP(5), GROUP(4), GROUP(3), GROUP(2),
                                     GROUP(1), GROUP(0));
    __m512i shift = _mm512_and_si512(_mm512_srli_epi64(inside, 4), low);
    __mmask8 keep = _mm512_testn_epi64_mask(_mm512_srlv_epi64(group, shift), one);
    // All eight places are written, which were read before.
    _mm512_storeu_si512(words + kept, _mm512_maskz_compress_epi64(keep, word));
    kept += (uint64_t)__builtin_popcount(keep);
  }
  return keep_unset_from(words, i, count, kept, bits, base, limit);
}
#endif

uint64_t grey_keep_unset(uint64_t *words, uint64_t count, const uint64_t *bits, uint64_t base,
                         uint64_t limit) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    return keep_unset_by_eight(words, count, bits, base, limit);
  }
#endif
  return keep_unset_from(words, 0, count, 0, bits, base, limit);
}
