#if defined(__x86_64__)
#include "tables.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avxvnni,avx2,fma,f16c"))), apply_to = function)
#define CK_TABLE ck_kernels_avxvnni
#define CK_NAME "avxvnni"
#define CK_HAS_FMA 1
#define CK_HAS_F16C 1
#define CK_HAS_AVX2 1
#define CK_HAS_VNNI 0
#define CK_HAS_AVX_VNNI 1
#define CK_TILE_LANES 8
#define CK_TILE_COLUMNS 3
#define CK_ATTENTION_QUERIES 1
#define CK_HALF_VECTORS 2
#define CK_NIBBLE_SUMS 6
#define CK_BYTE_SUMS 6
#define CK_READY_SUMS 0
#define CK_INTEGER_PANELS 1
#include "Shared/kernels.inc"
#pragma clang attribute pop
#endif
