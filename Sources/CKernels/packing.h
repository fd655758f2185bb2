#ifndef CK_PACKING_H
#define CK_PACKING_H

#include "CKernels.h"

// Packed weights: panels of 16 rows by blocks of 32 columns, one block after the other, so that one vector holds 4
// columns of all 16 rows and one integer dot product instruction, with 4 inputs repeated in every lane, serves 16
// outputs. Byte 4 i + k of vector g belongs to row i:
//
//   8 bits: vectors 0 to 7; column 4 g + k
//   4 bits: vectors 0 to 3; column 4 g + k in the low half, 16 + 4 g + k in the high half
//
// A block is [16 half scales] [16 half minima] [vectors]; where a format has scales in two levels, its 256 columns
// begin with [16 half scales] [16 half minima of scales], and each of their 8 blocks is [16 int8 scales for each group
// of columns] [16 int8 minima for each group] [vectors]. Rows beyond the matrix's last are zeros.
typedef struct packing_format {
  int bits;             // 4 or 8
  int groups;           // groups of columns with scales of their own, in a block: 1 or 2
  bool minima;          // w = scale * q + minimum (two levels: - minimum), else scale * (q - offset)
  bool two_levels;      // scale = half scale of 256 columns * int8
  int offset;
  bool table;           // q is looked up in IQ4_NL's table, offset by 128
} packing_format;

#define CK_FORMAT_Q4 ((packing_format){4, 1, false, false, 8, false})
#define CK_FORMAT_Q4_MIN ((packing_format){4, 1, true, false, 0, false})
#define CK_FORMAT_TABLE ((packing_format){4, 1, false, false, 128, true})
#define CK_FORMAT_Q8 ((packing_format){8, 1, false, false, 128, false})
#define CK_FORMAT_Q8_MIN ((packing_format){8, 1, true, false, 0, false})
#define CK_FORMAT_Q2_K ((packing_format){4, 2, true, true, 0, false})
#define CK_FORMAT_Q3_K ((packing_format){4, 2, false, true, 4, false})
#define CK_FORMAT_Q4_K ((packing_format){4, 1, true, true, 0, false})
#define CK_FORMAT_Q5_K ((packing_format){8, 1, true, true, 0, false})
#define CK_FORMAT_Q6_K ((packing_format){8, 2, false, true, 32, false})

enum { CK_BLOCKS_OF_TWO_LEVELS = 8 };

// Bytes before the vectors of a block.
static inline int64_t scale_bytes(packing_format format) {
  int each = format.two_levels ? format.groups : 2;
  return CK_PACKED_ROWS * (int64_t)each * (format.minima ? 2 : 1);
}

// Bytes of the vectors of a block.
static inline int64_t vector_bytes(packing_format format) {
  return CK_PACKED_ROWS * CK_BLOCK_COLUMNS * format.bits / 8;
}

// Bytes before each 256 columns' blocks.
static inline int64_t header_bytes(packing_format format) {
  return format.two_levels ? CK_PACKED_ROWS * 2 * (format.minima ? 2 : 1) : 0;
}

// Bytes of a panel.
static inline int64_t panel_bytes(packing_format format, int64_t blocks) {
  return blocks * (scale_bytes(format) + vector_bytes(format)) +
         blocks / CK_BLOCKS_OF_TWO_LEVELS * header_bytes(format);
}

static inline packing_format format_of(ck_packing packing) {
  switch (packing) {
    case CK_PACKED_Q4: return CK_FORMAT_Q4;
    case CK_PACKED_Q4_MIN: return CK_FORMAT_Q4_MIN;
    case CK_PACKED_TABLE: return CK_FORMAT_TABLE;
    case CK_PACKED_Q8_MIN: return CK_FORMAT_Q8_MIN;
    case CK_PACKED_Q2_K: return CK_FORMAT_Q2_K;
    case CK_PACKED_Q3_K: return CK_FORMAT_Q3_K;
    case CK_PACKED_Q4_K: return CK_FORMAT_Q4_K;
    case CK_PACKED_Q5_K: return CK_FORMAT_Q5_K;
    case CK_PACKED_Q6_K: return CK_FORMAT_Q6_K;
    default: return CK_FORMAT_Q8;
  }
}

#endif
