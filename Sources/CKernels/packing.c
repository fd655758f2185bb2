#include "packing.h"
#include "halves.h"

#include <string.h>

ck_packing ck_packing_for(ck_type type) {
  switch (type) {
    case CK_Q4_0: return CK_PACKED_Q4;
    case CK_Q4_1: return CK_PACKED_Q4_MIN;
    case CK_Q5_1: return CK_PACKED_Q8_MIN;
    case CK_Q2_K: return CK_PACKED_Q2_K;
    case CK_Q3_K: return CK_PACKED_Q3_K;
    case CK_Q4_K: return CK_PACKED_Q4_K;
    case CK_Q5_K: return CK_PACKED_Q5_K;
    case CK_Q6_K: return CK_PACKED_Q6_K;
    case CK_IQ4_NL: return CK_PACKED_TABLE;
    default: return CK_PACKED_Q8;
  }
}

int64_t ck_packed_bytes(ck_packing packing, int64_t rows, int64_t columns) {
  if (packing <= CK_UNPACKED || packing >= CK_PACKING_COUNT) return -1;
  if (rows < 1 || columns < 1 || rows > INT32_MAX || columns > INT32_MAX) return -1;
  packing_format format = format_of(packing);
  if (format.two_levels && columns % (CK_BLOCKS_OF_TWO_LEVELS * CK_BLOCK_COLUMNS) != 0) return -1;
  int64_t blocks = (columns + CK_BLOCK_COLUMNS - 1) / CK_BLOCK_COLUMNS;
  int64_t panels = (rows + CK_PACKED_ROWS - 1) / CK_PACKED_ROWS, bytes;
  return __builtin_mul_overflow(panels, panel_bytes(format, blocks), &bytes) ? -1 : bytes;
}

// 16 values of 8 bits, shifted and masked four at a time. Nothing that is done to them carries from one to the next.
typedef uint32_t values16 __attribute__((vector_size(16)));
typedef uint8_t bytes16 __attribute__((vector_size(16)));

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// One block of one row, in a form that all formats share.
typedef struct block {
  uint8_t scale[2], minimum[2];          // halves, as stored
  int8_t group_scale[2], group_minimum[2];
  values16 values[2];                    // in order of column
} block;

ALWAYS_INLINE values16 load(const uint8_t *bytes) {
  values16 values;
  memcpy(&values, bytes, sizeof values);
  return values;
}

// `bits` bits from bit `shift` of each byte on.
ALWAYS_INLINE values16 bits_of(values16 bytes, int shift, int bits) {
  return bytes >> shift & ((1u << bits) - 1) * 0x01010101u;
}

ALWAYS_INLINE void split_nibbles(const uint8_t *nibbles, values16 *values) {
  const values16 both = load(nibbles);
  values[0] = bits_of(both, 0, 4);
  values[1] = bits_of(both, 4, 4);
}

// Bit i of `bits` becomes the fifth of value i.
ALWAYS_INLINE void add_fifth_bits(const uint8_t *bits, values16 *values) {
  const bytes16 places = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  for (int half = 0; half < 2; half++) {
    const uint8_t a = bits[2 * half], b = bits[2 * half + 1];
    const bytes16 repeated = {a, a, a, a, a, a, a, a, b, b, b, b, b, b, b, b};
    values[half] |= (values16)((repeated & places) == places) & 0x10101010u;
  }
}

// The eight 6-bit scales and minima of Q4_K and Q5_K, packed in 12 bytes.
ALWAYS_INLINE void read_scale(const uint8_t *packed, int group, block *out) {
  if (group < 4) {
    out->group_scale[0] = packed[group] & 63;
    out->group_minimum[0] = packed[group + 4] & 63;
  } else {
    out->group_scale[0] = (int8_t)((packed[group + 4] & 15) | (packed[group - 4] >> 6) << 4);
    out->group_minimum[0] = (int8_t)((packed[group + 4] >> 4) | (packed[group] >> 6) << 4);
  }
}

// Block `index` of a row. For types in units of 256 columns, `index` counts through the unit's 8 blocks.
ALWAYS_INLINE void read_block(ck_type type, const uint8_t *row, int64_t index, block *out) {
  const uint8_t *p;
  const int64_t unit = index / CK_BLOCKS_OF_TWO_LEVELS;
  const int part = (int)(index % CK_BLOCKS_OF_TWO_LEVELS);
  switch (type) {
    case CK_Q4_0:
    case CK_IQ4_NL:
      p = row + index * 18;
      memcpy(out->scale, p, 2);
      split_nibbles(p + 2, out->values);
      break;
    case CK_Q4_1:
      p = row + index * 20;
      memcpy(out->scale, p, 2);
      memcpy(out->minimum, p + 2, 2);
      split_nibbles(p + 4, out->values);
      break;
    case CK_Q5_0:
      p = row + index * 22;
      memcpy(out->scale, p, 2);
      split_nibbles(p + 6, out->values);
      add_fifth_bits(p + 2, out->values);
      for (int half = 0; half < 2; half++) out->values[half] += (128 - 16) * 0x01010101u;
      break;
    case CK_Q5_1:
      p = row + index * 24;
      memcpy(out->scale, p, 2);
      memcpy(out->minimum, p + 2, 2);
      split_nibbles(p + 8, out->values);
      add_fifth_bits(p + 4, out->values);
      break;
    case CK_Q8_0:
      p = row + index * 34;
      memcpy(out->scale, p, 2);
      for (int half = 0; half < 2; half++) out->values[half] = load(p + 2 + 16 * half) ^ 0x80808080u;
      break;
    case CK_Q2_K:
      p = row + unit * 84;
      memcpy(out->scale, p + 80, 2);
      memcpy(out->minimum, p + 82, 2);
      for (int side = 0; side < 2; side++) {
        out->group_scale[side] = p[2 * part + side] & 15;
        out->group_minimum[side] = (int8_t)(p[2 * part + side] >> 4);
        out->values[side] = bits_of(load(p + 16 + 32 * (part / 4) + 16 * side), 2 * (part % 4), 2);
      }
      break;
    case CK_Q3_K:
      p = row + unit * 110;
      memcpy(out->scale, p + 108, 2);
      for (int side = 0; side < 2; side++) {
        int group = 2 * part + side;
        int low = group < 8 ? p[96 + group] & 15 : p[96 + group - 8] >> 4;
        int high = p[96 + 8 + group % 4] >> (2 * (group / 4)) & 3;
        out->group_scale[side] = (int8_t)((low | high << 4) - 32);
        out->values[side] = bits_of(load(p + 32 + 32 * (part / 4) + 16 * side), 2 * (part % 4), 2) |
                            bits_of(load(p + 16 * side), part, 1) << 2;
      }
      break;
    case CK_Q4_K:
      p = row + unit * 144;
      memcpy(out->scale, p, 2);
      memcpy(out->minimum, p + 2, 2);
      read_scale(p + 4, part, out);
      for (int half = 0; half < 2; half++)
        out->values[half] = bits_of(load(p + 16 + 32 * (part / 2) + 16 * half), 4 * (part % 2), 4);
      break;
    case CK_Q5_K:
      p = row + unit * 176;
      memcpy(out->scale, p, 2);
      memcpy(out->minimum, p + 2, 2);
      read_scale(p + 4, part, out);
      for (int half = 0; half < 2; half++)
        out->values[half] = bits_of(load(p + 48 + 32 * (part / 2) + 16 * half), 4 * (part % 2), 4) |
                            bits_of(load(p + 16 + 16 * half), part, 1) << 4;
      break;
    case CK_Q6_K:
      p = row + unit * 210;
      memcpy(out->scale, p + 208, 2);
      for (int side = 0; side < 2; side++) {
        const uint8_t *low = p + 64 * (part / 4) + 32 * (part % 2), *high = p + 128 + 32 * (part / 4);
        out->group_scale[side] = (int8_t)p[192 + 2 * part + side];
        out->values[side] = bits_of(load(low + 16 * side), part % 4 < 2 ? 0 : 4, 4) |
                            bits_of(load(high + 16 * side), 2 * (part % 4), 2) << 4;
      }
      break;
    default: break;
  }
}

// The value of a half that is finite and not negative.
static float half_value(uint16_t half) {
  if (half < 0x400) return (float)half * 5.9604644775390625e-8f;
  uint32_t bits = ((uint32_t)half << 13) + 0x38000000;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

// Floats to 8 bits: the scale is the largest magnitude / 127, as a half. What is not finite, or too large for a half to
// scale, makes the scale NaN.
static void quantize_block(const float *x, block *out) {
  int32_t bits[CK_BLOCK_COLUMNS], most = 0;
  memcpy(bits, x, sizeof bits);
  // Magnitudes are in the order of their bits, those that are not finite last.
  for (int i = 0; i < CK_BLOCK_COLUMNS; i++) most = (bits[i] & INT32_MAX) > most ? bits[i] & INT32_MAX : most;
  float largest;
  memcpy(&largest, &most, sizeof largest);
  const uint16_t half = most < 0x7f800000 ? float_to_half(largest / 127) : 0x7e00;
  const bool has_scale = half < 0x7c00;
  const float scale = has_scale ? half_value(half) : 0, inverse = scale > 0 ? 1 / scale : 0;
  const uint16_t stored = has_scale ? half : 0x7e00;
  memcpy(out->scale, &stored, sizeof stored);
  // A float of the size of 3 * 2^22 has no room for fractions: adding it rounds, ties to even, and the last bits are the
  // value.
  float rounded[CK_BLOCK_COLUMNS];
  for (int i = 0; i < CK_BLOCK_COLUMNS; i++) {
    float scaled = x[i] * inverse;
    scaled = scaled < 127 ? scaled : 127;
    rounded[i] = (scaled > -127 ? scaled : -127) + (float)(3 << 22);
  }
  uint8_t values[CK_BLOCK_COLUMNS];
  if (has_scale) {
    memcpy(bits, rounded, sizeof bits);
    for (int i = 0; i < CK_BLOCK_COLUMNS; i++) values[i] = (uint8_t)(bits[i] + 128);
  } else {
    memset(values, 128, sizeof values);
  }
  memcpy(out->values, values, sizeof values);
}

// Puts the blocks of four rows, of which `lane` is the first, among their panel's.
ALWAYS_INLINE void write_blocks(packing_format format, const block *blocks, int lane, uint8_t *header, uint8_t *scales) {
  uint8_t *vectors = scales + scale_bytes(format) + 4 * lane;
  uint8_t *halves = format.two_levels ? header : scales;
  for (int i = 0; i < 4; i++) {
    memcpy(halves + 2 * (lane + i), blocks[i].scale, 2);
    if (format.minima) memcpy(halves + 2 * (CK_PACKED_ROWS + lane + i), blocks[i].minimum, 2);
    if (!format.two_levels) continue;
    for (int group = 0; group < format.groups; group++) {
      scales[CK_PACKED_ROWS * group + lane + i] = (uint8_t)blocks[i].group_scale[group];
      if (format.minima)
        scales[CK_PACKED_ROWS * (format.groups + group) + lane + i] = (uint8_t)blocks[i].group_minimum[group];
    }
  }
  // A word holds four columns of a row; a vector, the same four of every row.
  for (int part = 0; part < format.bits / 4; part++) {
    values16 rows[4];
    for (int i = 0; i < 4; i++)
      rows[i] = format.bits == 8 ? blocks[i].values[part] : blocks[i].values[0] | blocks[i].values[1] << 4;
    for (int g = 0; g < 4; g++) {
      const values16 column = {rows[0][g], rows[1][g], rows[2][g], rows[3][g]};
      memcpy(vectors + 64 * (4 * part + g), &column, sizeof column);
    }
  }
}

// One panel. `type` is a constant wherever this is called.
ALWAYS_INLINE void pack_panel(ck_type type, const ck_kernels *kernels, const ck_matrix *source, int64_t first,
                              uint8_t *out) {
  const packing_format format = format_of(ck_packing_for(type));
  const int64_t blocks = (source->columns + CK_BLOCK_COLUMNS - 1) / CK_BLOCK_COLUMNS;
  const int64_t float_bytes = type == CK_F32 ? 4 : type == CK_F16 || type == CK_BF16 ? 2 : 0;
  uint8_t *header = out, *scales = out;
  // Block by block, so that what is written stays in the fastest cache until it is whole.
  for (int64_t b = 0; b < blocks; b++) {
    if (b % CK_BLOCKS_OF_TWO_LEVELS == 0) {
      header = scales;
      scales += header_bytes(format);
    }
    const int64_t column = b * CK_BLOCK_COLUMNS, rest = source->columns - column;
    for (int lane = 0; lane < CK_PACKED_ROWS; lane += 4) {
      block four[4] = {0};
      for (int i = 0; i < 4 && first + lane + i < source->rows; i++) {
        const uint8_t *row = (const uint8_t *)source->data + (first + lane + i) * source->row_bytes;
        if (float_bytes) {
          float x[CK_BLOCK_COLUMNS] = {0};
          kernels->dequantize(type, row + column * float_bytes, rest < CK_BLOCK_COLUMNS ? rest : CK_BLOCK_COLUMNS, x);
          quantize_block(x, &four[i]);
        } else {
          read_block(type, row, b, &four[i]);
        }
      }
      write_blocks(format, four, lane, header, scales);
    }
    scales += scale_bytes(format) + vector_bytes(format);
  }
}

void ck_pack(const ck_kernels *kernels, const ck_matrix *source, int64_t panel, void *data) {
  const int64_t blocks = (source->columns + CK_BLOCK_COLUMNS - 1) / CK_BLOCK_COLUMNS;
  uint8_t *out = (uint8_t *)data + panel * panel_bytes(format_of(ck_packing_for(source->type)), blocks);
  const int64_t first = panel * CK_PACKED_ROWS;
#define PACK(type) \
  case type: pack_panel(type, kernels, source, first, out); break
  switch (source->type) {
    PACK(CK_F32);
    PACK(CK_F16);
    PACK(CK_BF16);
    PACK(CK_Q4_0);
    PACK(CK_Q4_1);
    PACK(CK_Q5_0);
    PACK(CK_Q5_1);
    PACK(CK_Q8_0);
    PACK(CK_Q2_K);
    PACK(CK_Q3_K);
    PACK(CK_Q4_K);
    PACK(CK_Q5_K);
    PACK(CK_Q6_K);
    PACK(CK_IQ4_NL);
    default: break;
  }
#undef PACK
}
