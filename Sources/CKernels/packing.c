#include "packing.h"
#include "halves.h"

#include <math.h>
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

// One block of one row, in a form that all formats share.
typedef struct block {
  uint8_t scale[2], minimum[2];          // halves, as stored
  int8_t group_scale[2], group_minimum[2];
  uint8_t values[CK_BLOCK_COLUMNS];      // in order of column
} block;

static void copy_nibbles(const uint8_t *nibbles, uint8_t *values) {
  for (int i = 0; i < 16; i++) {
    values[i] = nibbles[i] & 15;
    values[16 + i] = nibbles[i] >> 4;
  }
}

static void add_fifth_bits(const uint8_t *bits, uint8_t *values) {
  uint32_t fifth;
  memcpy(&fifth, bits, 4);
  for (int i = 0; i < CK_BLOCK_COLUMNS; i++) values[i] |= (uint8_t)((fifth >> i & 1) << 4);
}

// The eight 6-bit scales and minima of Q4_K and Q5_K, packed in 12 bytes.
static void read_scale(const uint8_t *packed, int group, block *out) {
  if (group < 4) {
    out->group_scale[0] = packed[group] & 63;
    out->group_minimum[0] = packed[group + 4] & 63;
  } else {
    out->group_scale[0] = (int8_t)((packed[group + 4] & 15) | (packed[group - 4] >> 6) << 4);
    out->group_minimum[0] = (int8_t)((packed[group + 4] >> 4) | (packed[group] >> 6) << 4);
  }
}

// Block `index` of a row. For types in units of 256 columns, `index` counts through the unit's 8 blocks.
static void read_block(ck_type type, const uint8_t *row, int64_t index, block *out) {
  const uint8_t *p;
  const int64_t unit = index / CK_BLOCKS_OF_TWO_LEVELS;
  const int part = (int)(index % CK_BLOCKS_OF_TWO_LEVELS);
  switch (type) {
    case CK_Q4_0:
    case CK_IQ4_NL:
      p = row + index * 18;
      memcpy(out->scale, p, 2);
      copy_nibbles(p + 2, out->values);
      break;
    case CK_Q4_1:
      p = row + index * 20;
      memcpy(out->scale, p, 2);
      memcpy(out->minimum, p + 2, 2);
      copy_nibbles(p + 4, out->values);
      break;
    case CK_Q5_0:
      p = row + index * 22;
      memcpy(out->scale, p, 2);
      copy_nibbles(p + 6, out->values);
      add_fifth_bits(p + 2, out->values);
      for (int i = 0; i < CK_BLOCK_COLUMNS; i++) out->values[i] += 128 - 16;
      break;
    case CK_Q5_1:
      p = row + index * 24;
      memcpy(out->scale, p, 2);
      memcpy(out->minimum, p + 2, 2);
      copy_nibbles(p + 8, out->values);
      add_fifth_bits(p + 4, out->values);
      break;
    case CK_Q8_0:
      p = row + index * 34;
      memcpy(out->scale, p, 2);
      for (int i = 0; i < CK_BLOCK_COLUMNS; i++) out->values[i] = p[2 + i] ^ 128;
      break;
    case CK_Q2_K:
      p = row + unit * 84;
      memcpy(out->scale, p + 80, 2);
      memcpy(out->minimum, p + 82, 2);
      for (int side = 0; side < 2; side++) {
        out->group_scale[side] = p[2 * part + side] & 15;
        out->group_minimum[side] = (int8_t)(p[2 * part + side] >> 4);
      }
      for (int i = 0; i < CK_BLOCK_COLUMNS; i++)
        out->values[i] = p[16 + 32 * (part / 4) + i] >> (2 * (part % 4)) & 3;
      break;
    case CK_Q3_K:
      p = row + unit * 110;
      memcpy(out->scale, p + 108, 2);
      for (int side = 0; side < 2; side++) {
        int group = 2 * part + side;
        int low = group < 8 ? p[96 + group] & 15 : p[96 + group - 8] >> 4;
        int high = p[96 + 8 + group % 4] >> (2 * (group / 4)) & 3;
        out->group_scale[side] = (int8_t)((low | high << 4) - 32);
      }
      for (int i = 0; i < CK_BLOCK_COLUMNS; i++)
        out->values[i] = (uint8_t)((p[32 + 32 * (part / 4) + i] >> (2 * (part % 4)) & 3) | (p[i] >> part & 1) << 2);
      break;
    case CK_Q4_K:
      p = row + unit * 144;
      memcpy(out->scale, p, 2);
      memcpy(out->minimum, p + 2, 2);
      read_scale(p + 4, part, out);
      for (int i = 0; i < CK_BLOCK_COLUMNS; i++) out->values[i] = p[16 + 32 * (part / 2) + i] >> (4 * (part % 2)) & 15;
      break;
    case CK_Q5_K:
      p = row + unit * 176;
      memcpy(out->scale, p, 2);
      memcpy(out->minimum, p + 2, 2);
      read_scale(p + 4, part, out);
      for (int i = 0; i < CK_BLOCK_COLUMNS; i++)
        out->values[i] =
            (uint8_t)((p[48 + 32 * (part / 2) + i] >> (4 * (part % 2)) & 15) | (p[16 + i] >> part & 1) << 4);
      break;
    case CK_Q6_K: {
      p = row + unit * 210;
      memcpy(out->scale, p + 208, 2);
      int half = part / 4, quarter = part % 4;
      for (int side = 0; side < 2; side++) out->group_scale[side] = (int8_t)p[192 + 2 * part + side];
      const uint8_t *low = p + 64 * half + 32 * (quarter % 2), *high = p + 128 + 32 * half;
      for (int i = 0; i < CK_BLOCK_COLUMNS; i++)
        out->values[i] = (uint8_t)((low[i] >> (quarter < 2 ? 0 : 4) & 15) | (high[i] >> (2 * quarter) & 3) << 4);
      break;
    }
    default: break;
  }
}

// The value of a half that is not negative.
static float half_value(uint16_t half) {
  if (half < 0x400) return (float)half * 5.9604644775390625e-8f;
  if (half >= 0x7c00) return half == 0x7c00 ? INFINITY : NAN;
  uint32_t bits = ((uint32_t)half << 13) + 0x38000000;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

// Floats to 8 bits: the scale is the largest magnitude / 127, as a half. What is not finite, or too large for a half to
// scale, makes the scale NaN.
static void quantize_block(const float *x, int64_t count, block *out) {
  float largest = 0;
  bool finite = true;
  for (int64_t i = 0; i < count; i++) {
    float magnitude = fabsf(x[i]);
    finite = finite && magnitude <= 3.4028234664e38f;
    largest = magnitude > largest ? magnitude : largest;
  }
  uint16_t half = float_to_half(largest / 127);
  float scale = half_value(half);
  if (!finite || half >= 0x7c00) half = 0x7e00;
  memcpy(out->scale, &half, 2);
  float inverse = scale > 0 && half < 0x7c00 ? 1 / scale : 0;
  for (int64_t i = 0; i < CK_BLOCK_COLUMNS; i++) {
    float scaled = i < count && inverse > 0 ? x[i] * inverse : 0;
    scaled = scaled > 127 ? 127 : scaled < -127 ? -127 : scaled;
    out->values[i] = (uint8_t)((int)lrintf(scaled) + 128);
  }
}

// Puts one row's block among its panel's.
static void write_block(packing_format format, const block *block, int lane, uint8_t *header, uint8_t *scales) {
  uint8_t *vectors = scales + scale_bytes(format);
  uint8_t *halves = format.two_levels ? header : scales;
  memcpy(halves + 2 * lane, block->scale, 2);
  if (format.minima) memcpy(halves + 2 * CK_PACKED_ROWS + 2 * lane, block->minimum, 2);
  if (format.two_levels) {
    for (int group = 0; group < format.groups; group++) {
      scales[CK_PACKED_ROWS * group + lane] = (uint8_t)block->group_scale[group];
      if (format.minima)
        scales[CK_PACKED_ROWS * (format.groups + group) + lane] = (uint8_t)block->group_minimum[group];
    }
  }
  for (int g = 0; g < format.bits; g++) {
    uint8_t *out = vectors + 64 * g + 4 * lane;
    for (int k = 0; k < 4; k++)
      out[k] = format.bits == 8 ? block->values[4 * g + k]
                                : (uint8_t)(block->values[4 * g + k] | block->values[16 + 4 * g + k] << 4);
  }
}

void ck_pack(const ck_kernels *kernels, const ck_matrix *source, int64_t panel, void *data, float *scratch) {
  const packing_format format = format_of(ck_packing_for(source->type));
  const int64_t blocks = (source->columns + CK_BLOCK_COLUMNS - 1) / CK_BLOCK_COLUMNS;
  const bool floats = source->type == CK_F32 || source->type == CK_F16 || source->type == CK_BF16;
  uint8_t *out = (uint8_t *)data + panel * panel_bytes(format, blocks);
  for (int lane = 0; lane < CK_PACKED_ROWS; lane++) {
    const int64_t row = panel * CK_PACKED_ROWS + lane;
    const uint8_t *bytes = (const uint8_t *)source->data + row * source->row_bytes;
    if (floats && row < source->rows) kernels->dequantize(source->type, bytes, source->columns, scratch);
    uint8_t *header = out, *scales = out;
    for (int64_t b = 0; b < blocks; b++) {
      if (b % CK_BLOCKS_OF_TWO_LEVELS == 0) {
        header = scales;
        scales += header_bytes(format);
      }
      block block = {0};
      if (row < source->rows) {
        int64_t rest = source->columns - b * CK_BLOCK_COLUMNS;
        if (floats)
          quantize_block(scratch + b * CK_BLOCK_COLUMNS, rest < CK_BLOCK_COLUMNS ? rest : CK_BLOCK_COLUMNS, &block);
        else
          read_block(source->type, bytes, b, &block);
      }
      write_block(format, &block, lane, header, scales);
      scales += scale_bytes(format) + vector_bytes(format);
    }
  }
}
