#include "loops.h"

// What the platform guarantees, in vectors of 16 bytes: SSE2 on x86-64, which has neither products of bytes nor fused
// ones, and NEON on Arm.

typedef int16_t shorts __attribute__((vector_size(16)));
typedef float floats __attribute__((vector_size(16)));

enum { CHAINS = 12 };

static uint32_t integer_dots(int64_t rounds) {
  shorts sums[CHAINS], a = {1, 2, 3, 4, 5, 6, 7, 8}, b = {8, 7, 6, 5, 4, 3, 2, 1};
  for (int i = 0; i < CHAINS; i++) CML_START(sums[i]);
  for (int64_t round = 0; round < rounds; round++)
    CML_UNROLL for (int i = 0; i < CHAINS; i++) {
      CML_UNKNOWN(a);
      sums[i] += a * b;
    }
  uint32_t sum = 0;
  for (int i = 0; i < CHAINS; i++)
    for (int lane = 0; lane < 8; lane++) sum += (uint16_t)sums[i][lane];
  return sum;
}

static float float_fmas(int64_t rounds) {
  floats sums[CHAINS], factor = {0.5f, 0.25f, 0.5f, 0.25f}, term = {1, 2, 3, 4};
  for (int i = 0; i < CHAINS; i++) CML_START(sums[i]);
  for (int64_t round = 0; round < rounds; round++)
    CML_UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = sums[i] * factor + term;
  float sum = 0;
  for (int i = 0; i < CHAINS; i++)
    for (int lane = 0; lane < 4; lane++) sum += sums[i][lane];
  return sum;
}

const cml_loops cml_loops_generic = {
  "generic", CHAINS * 8 * 2, CHAINS * 4 * 2, integer_dots, float_fmas,
};
