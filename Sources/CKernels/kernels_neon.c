#if defined(__aarch64__)
#include "tables.h"

#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define CK_TABLE ck_kernels_neon
#define CK_NAME "neon"
#define CK_HAS_FMA 1
#define CK_HAS_F16C 1
#define CK_HAS_AVX2 0
#define CK_HAS_VNNI 0
#define CK_HAS_DOT_PRODUCT 1
#define CK_TILE_LANES 4
#define CK_TILE_COLUMNS 6
#define CK_ATTENTION_QUERIES 1
#define CK_HALF_VECTORS 4
#define CK_NIBBLE_SUMS 4
#define CK_BYTE_SUMS 4
#define CK_READY_SUMS 0
#define CK_INTEGER_PANELS 1
#include "Shared/kernels.inc"
#pragma clang attribute pop
#endif
