#if defined(__aarch64__)
#include "loops.h"

#include <arm_neon.h>

#if !defined(__ARM_FEATURE_DOTPROD)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define CML_POP 1
#endif

enum { CHAINS = 16 };

static uint32_t integer_dots(int64_t rounds) {
  int32x4_t sums[CHAINS];
  int8x16_t a = vdupq_n_s8(3), b = vdupq_n_s8(5);
  for (int i = 0; i < CHAINS; i++) CML_START(sums[i]);
  for (int64_t round = 0; round < rounds; round++)
    CML_UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = vdotq_s32(sums[i], a, b);
  uint32_t sum = 0;
  for (int i = 0; i < CHAINS; i++) sum += (uint32_t)vaddvq_s32(sums[i]);
  return sum;
}

static float float_fmas(int64_t rounds) {
  float32x4_t sums[CHAINS], factor = vdupq_n_f32(0.5f), term = vdupq_n_f32(1);
  for (int i = 0; i < CHAINS; i++) CML_START(sums[i]);
  for (int64_t round = 0; round < rounds; round++)
    CML_UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = vfmaq_f32(term, sums[i], factor);
  float sum = 0;
  for (int i = 0; i < CHAINS; i++) sum += vaddvq_f32(sums[i]);
  return sum;
}

const cml_loops cml_loops_neon = {
  "neon", CHAINS * 16 * 2, CHAINS * 4 * 2, integer_dots, float_fmas,
};

#if defined(CML_POP)
#pragma clang attribute pop
#endif
#endif
