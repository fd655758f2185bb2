#include "tables.h"

// What the platform guarantees: SSE2 on x86-64, NEON (with fused multiply-add) on 64-bit Arm.
#define CK_TABLE ck_kernels_generic
#define CK_NAME "generic"
#if defined(__aarch64__)
#define CK_HAS_FMA 1
#define CK_HAS_F16C 1
#define CK_TILE_LANES 4
#define CK_TILE_COLUMNS 6
#else
#define CK_HAS_FMA 0
#define CK_HAS_F16C 0
#define CK_TILE_LANES 4
#define CK_TILE_COLUMNS 2
#endif
#define CK_HAS_AVX2 0
#define CK_HAS_VNNI 0
#define CK_ATTENTION_QUERIES 1
#define CK_HALF_VECTORS 4
#define CK_NIBBLE_SUMS 2
#define CK_BYTE_SUMS 2
#define CK_READY_SUMS 0
#define CK_INTEGER_PANELS 1
#include "Shared/kernels.inc"
