#if defined(__x86_64__)
#include "tables.h"

#include <immintrin.h>

#pragma clang attribute push(                                                                            \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c"))), apply_to = function)
#define CK_TABLE ck_kernels_avx512
#define CK_NAME "avx512"
#define CK_HAS_FMA 1
#define CK_HAS_F16C 1
#define CK_HAS_AVX2 1
#define CK_HAS_VNNI 1
#define CK_TILE_LANES 16
#define CK_TILE_COLUMNS 6
#define CK_ATTENTION_QUERIES 4
#define CK_HALF_VECTORS 4
#define CK_NIBBLE_SUMS 16
#define CK_BYTE_SUMS 12
#define CK_READY_SUMS 0
#define CK_INTEGER_PANELS 2
#include "Shared/kernels.inc"
#pragma clang attribute pop
#endif
