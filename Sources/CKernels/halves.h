#ifndef CK_HALVES_H
#define CK_HALVES_H

#include <math.h>
#include <stdint.h>
#include <string.h>

// The nearest half, ties to even. Finite and at most 65,504 in magnitude, else infinite; NaN stays NaN.
static inline uint16_t float_to_half(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  bits &= 0x7fffffff;
  if (bits > 0x7f800000) return sign | 0x7e00;
  if (bits >= 0x477ff000) return sign | 0x7c00;
  if (bits < 0x38800000) {  // subnormal: a multiple of 2^-24
    float magnitude;
    memcpy(&magnitude, &bits, 4);
    return sign | (uint16_t)lrintf(magnitude * 16777216.0f);
  }
  return sign | (uint16_t)((bits - 0x38000000 + 0xfff + (bits >> 13 & 1)) >> 13);
}

#endif
