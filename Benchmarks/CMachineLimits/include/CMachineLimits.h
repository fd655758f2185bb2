#ifndef CMACHINELIMITS_H
#define CMACHINELIMITS_H

// What a machine can do at most, by loops that do nothing else: the limits that kernels are compared with.

#include <stdint.h>

typedef enum cml_operation {
  CML_INTEGER_DOTS,  // products of 8-bit integers (16-bit where there are none such), added up
  CML_FLOAT_FMAS,    // float32 products, added up: fused where the instruction set can
} cml_operation;

// Operations a second, a product and its addition counting as two, that `threads` threads do together with an
// instruction set ("generic", "avx2", "avxvnni", "avx512", "neon"), the best of several runs. 0 where this processor or
// this build doesn't have the set, or there are no threads to be had.
double cml_peak(const char *instruction_set, cml_operation operation, int32_t threads);

// Bytes a second that `threads` threads read together, each from its own part of `bytes` bytes: the best of several runs
// of several ways to read. 0 where there is no memory or no threads to be had.
double cml_read_bandwidth(int32_t threads, int64_t bytes);

// The compiler of this target, which is that of the kernels.
const char *cml_compiler(void);

#endif
