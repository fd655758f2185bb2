#if defined(__x86_64__)
#include "loops.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

enum { CHAINS = 12 };

static inline uint32_t sum_of(const __m256i sums[CHAINS]) {
  uint32_t sum = 0;
  for (int i = 0; i < CHAINS; i++)
    for (int lane = 0; lane < 4; lane++) sum += (uint32_t)((const int64_t *)&sums[i])[lane];
  return sum;
}

// Sums of 16 bits, as they are made of weights of 4 bits.
static uint32_t integer_dots(int64_t rounds) {
  __m256i sums[CHAINS], a = _mm256_set1_epi32(0x01020304), b = _mm256_set1_epi32(0x04030201);
  for (int i = 0; i < CHAINS; i++) CML_START(sums[i]);
  for (int64_t round = 0; round < rounds; round++)
    CML_UNROLL for (int i = 0; i < CHAINS; i++) {
      CML_UNKNOWN(a);
      sums[i] = _mm256_add_epi16(sums[i], _mm256_maddubs_epi16(a, b));
    }
  return sum_of(sums);
}

// AVX-VNNI adds this one instruction to AVX2.
__attribute__((target("avx2,fma,avxvnni"))) static uint32_t vnni_integer_dots(int64_t rounds) {
  __m256i sums[CHAINS], a = _mm256_set1_epi32(0x01020304), b = _mm256_set1_epi32(0x04030201);
  for (int i = 0; i < CHAINS; i++) CML_START(sums[i]);
  for (int64_t round = 0; round < rounds; round++)
    CML_UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = _mm256_dpbusd_avx_epi32(sums[i], a, b);
  return sum_of(sums);
}

static float float_fmas(int64_t rounds) {
  __m256 sums[CHAINS], factor = _mm256_set1_ps(0.5f), term = _mm256_set1_ps(1);
  for (int i = 0; i < CHAINS; i++) CML_START(sums[i]);
  for (int64_t round = 0; round < rounds; round++)
    CML_UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = _mm256_fmadd_ps(sums[i], factor, term);
  float sum = 0;
  for (int i = 0; i < CHAINS; i++)
    for (int lane = 0; lane < 8; lane++) sum += sums[i][lane];
  return sum;
}

const cml_loops cml_loops_avx2 = {
  "avx2", CHAINS * 32 * 2, CHAINS * 8 * 2, integer_dots, float_fmas,
};

const cml_loops cml_loops_avxvnni = {
  "avxvnni", CHAINS * 32 * 2, CHAINS * 8 * 2, vnni_integer_dots, float_fmas,
};

#pragma clang attribute pop
#endif
