#ifndef CK_TABLES_H
#define CK_TABLES_H

#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "halves.h"
#include "packing.h"

// Weight rows that are brought to float32 at a time when they serve many rows of input: a multiple of every tile's
// columns, small enough for the second-level cache (48 × 1,536 floats are 288 KiB).
#define CK_PANEL_COLUMNS 48

extern const ck_kernels ck_kernels_generic;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2;
extern const ck_kernels ck_kernels_avxvnni;
extern const ck_kernels ck_kernels_avx512;
#elif defined(__aarch64__)
extern const ck_kernels ck_kernels_neon;
#endif

#endif
