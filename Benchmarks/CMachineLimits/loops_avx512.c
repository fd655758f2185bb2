#if defined(__x86_64__)
#include "loops.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vnni,avx2,fma"))), apply_to = function)

enum { CHAINS = 16 };

static uint32_t integer_dots(int64_t rounds) {
  __m512i sums[CHAINS], a = _mm512_set1_epi32(0x01020304), b = _mm512_set1_epi32(0x04030201);
  for (int i = 0; i < CHAINS; i++) CML_START(sums[i]);
  for (int64_t round = 0; round < rounds; round++)
    CML_UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = _mm512_dpbusd_epi32(sums[i], a, b);
  uint32_t sum = 0;
  for (int i = 0; i < CHAINS; i++) sum += (uint32_t)_mm512_reduce_add_epi32(sums[i]);
  return sum;
}

static float float_fmas(int64_t rounds) {
  __m512 sums[CHAINS], factor = _mm512_set1_ps(0.5f), term = _mm512_set1_ps(1);
  for (int i = 0; i < CHAINS; i++) CML_START(sums[i]);
  for (int64_t round = 0; round < rounds; round++)
    CML_UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = _mm512_fmadd_ps(sums[i], factor, term);
  float sum = 0;
  for (int i = 0; i < CHAINS; i++) sum += _mm512_reduce_add_ps(sums[i]);
  return sum;
}

const cml_loops cml_loops_avx512 = {
  "avx512", CHAINS * 64 * 2, CHAINS * 16 * 2, integer_dots, float_fmas,
};

#pragma clang attribute pop
#endif
