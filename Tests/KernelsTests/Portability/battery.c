// Runs one instruction set's kernels over a fixed battery of inputs and prints a digest of each result:
//
//   integers NAME DIGEST   the same on every processor, by whatever instructions
//   floats NAME DIGEST     the same wherever there is a fused multiply-add
//
// With the name of an instruction set that this processor doesn't have it ends with status 3.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static const ck_kernels *kernels;
static ck_pool *pool;

// --- Repeatable inputs ---

// SplitMix64.
static uint64_t state;
static uint64_t next(void) {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// In [-1, 1).
static float number(void) { return (float)((int64_t)(next() >> 40) - (1 << 23)) / (1 << 23); }

static void *room(size_t bytes) {
  void *memory = NULL;
  if (posix_memalign(&memory, 64, bytes) != 0) abort();
  return memory;
}

static float *numbers(int64_t count) {
  float *x = room((size_t)count * sizeof(float));
  for (int64_t i = 0; i < count; i++) x[i] = number();
  return x;
}

// --- Digests ---

// FNV-1a. A NaN is a NaN, whatever its sign and payload: processors differ there.
static uint64_t digest;
static void begin(void) { digest = 0xcbf29ce484222325; }
static void add(const void *data, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) digest = (digest ^ ((const uint8_t *)data)[i]) * 0x100000001b3;
}
static void add_floats(const float *x, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const float value = isnan(x[i]) ? NAN : x[i];
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if (isnan(value)) bits = 0x7fc00000;
    add(&bits, 4);
  }
}
static void end(const char *kind, const char *name) { printf("%s %s %016llx\n", kind, name, (unsigned long long)digest); }

// --- Weights ---

typedef struct type_layout {
  const char *name;
  int elements, bytes;  // in a block
  int halves[2];        // where it has half floats, or -1
} type_layout;

static const type_layout layouts[CK_TYPE_COUNT] = {
  [CK_F32] = {"f32", 1, 4, {-1, -1}},      [CK_F16] = {"f16", 1, 2, {0, -1}},
  [CK_BF16] = {"bf16", 1, 2, {-1, -1}},    [CK_Q4_0] = {"q4_0", 32, 18, {0, -1}},
  [CK_Q4_1] = {"q4_1", 32, 20, {0, 2}},    [CK_Q5_0] = {"q5_0", 32, 22, {0, -1}},
  [CK_Q5_1] = {"q5_1", 32, 24, {0, 2}},    [CK_Q8_0] = {"q8_0", 32, 34, {0, -1}},
  [CK_Q2_K] = {"q2_k", 256, 84, {80, 82}}, [CK_Q3_K] = {"q3_k", 256, 110, {108, -1}},
  [CK_Q4_K] = {"q4_k", 256, 144, {0, 2}},  [CK_Q5_K] = {"q5_k", 256, 176, {0, 2}},
  [CK_Q6_K] = {"q6_k", 256, 210, {208, -1}}, [CK_IQ4_NL] = {"iq4_nl", 32, 18, {0, -1}},
};

// Random bytes; with `usable`, scales and floats are finite and of modest size.
static ck_matrix weights(ck_type type, int64_t rows, int64_t columns, bool usable) {
  const type_layout *layout = &layouts[type];
  const int64_t blocks = rows * columns / layout->elements;
  uint8_t *data = room((size_t)(blocks * layout->bytes));
  for (int64_t i = 0; i < blocks * layout->bytes; i++) data[i] = (uint8_t)next();
  for (int64_t b = 0; usable && b < blocks; b++) {
    uint8_t *block = data + b * layout->bytes;
    for (int i = 0; i < 2 && layout->halves[i] >= 0; i++) {
      const uint16_t half = (uint16_t)((next() & 0x83ff) | (next() % 20) << 10);
      memcpy(block + layout->halves[i], &half, 2);
    }
    const float value = number();
    if (type == CK_F32) memcpy(block, &value, 4);
    if (type == CK_BF16) memcpy(block, (const uint8_t *)&value + 2, 2);
  }
  return (ck_matrix){data, rows, columns, columns / layout->elements * layout->bytes, type, CK_UNPACKED};
}

// --- The battery ---

enum { MOST_ROWS = 21, OUTPUTS = 101, MOST_COLUMNS = 2091 };

static void dequantization(void) {
  for (ck_type type = 0; type < CK_TYPE_COUNT; type++) {
    for (int usable = 0; usable < 2; usable++) {
      enum { COUNT = 1024 };
      const ck_matrix matrix = weights(type, 3, COUNT / 4, usable);
      float out[3 * COUNT / 4];
      kernels->dequantize(type, matrix.data, 3 * COUNT / 4, out);
      char name[64];
      snprintf(name, sizeof name, "dequantize/%s/%s", layouts[type].name, usable ? "usable" : "any");
      begin();
      add_floats(out, 3 * COUNT / 4);
      end("integers", name);
      free((void *)matrix.data);
    }
  }
}

// One product by 1 to 21 rows, of which the odd ones come with a bias and a residual connection.
static void products(const char *kind, const char *what, const ck_matrix *matrix) {
  const int64_t blocks = (matrix->columns + CK_BLOCK_COLUMNS - 1) / CK_BLOCK_COLUMNS;
  float *x = numbers(MOST_ROWS * matrix->columns), *bias = numbers(OUTPUTS);
  float *out = room(MOST_ROWS * OUTPUTS * sizeof(float));
  x[7] *= 1e6f;
  for (int i = 0; i < 32; i++) x[matrix->columns + 64 + i] *= 1e-35f;
  ck_inputs inputs = {room((size_t)(MOST_ROWS * blocks * CK_BLOCK_COLUMNS)),
                      room((size_t)(MOST_ROWS * blocks) * sizeof(ck_input_block)), blocks};
  for (int rows = 1; rows <= MOST_ROWS; rows++) {
    for (int i = 0; i < rows * OUTPUTS; i++) out[i] = (float)i;
    const bool full = rows % 2 == 1;
    ck_matmul job = {.x = x, .x_stride = matrix->columns, .rows = rows, .product_count = 1, .inputs = inputs};
    job.products[0] = (ck_product){*matrix, full ? bias : NULL, out, OUTPUTS, full};
    ck_pool_matmul(pool, kernels, &job);
    char name[64];
    snprintf(name, sizeof name, "%s/%s/%d", what, layouts[matrix->type].name, rows);
    begin();
    add_floats(out, rows * OUTPUTS);
    end(kind, name);
  }
  free(x), free(bias), free(out), free(inputs.values), free(inputs.blocks);
}

static void matmul(void) {
  for (ck_type type = 0; type < CK_TYPE_COUNT; type++) {
    const int elements = layouts[type].elements;
    const int64_t columns = type == CK_F32 ? MOST_COLUMNS : elements == 1 ? 269 : elements == 32 ? 9 * 32 : 512;
    ck_matrix matrix = weights(type, OUTPUTS, columns, true), packed = matrix;
    products("floats", "matmul", &matrix);
    packed.packing = ck_packing_for(type);
    packed.data = room((size_t)ck_packed_bytes(packed.packing, OUTPUTS, columns));
    for (int64_t panel = 0; panel * CK_PACKED_ROWS < OUTPUTS; panel++)
      ck_pack(kernels, &matrix, panel, (void *)packed.data);
    products("integers", "packed", &packed);
    free((void *)matrix.data), free((void *)packed.data);
  }
}

static void quantization(void) {
  const float odd[] = {NAN, INFINITY, -INFINITY, 3e38f, 1e-30f, 1e-31f, -0.0f, 1e-40f};
  const int whole[] = {128, 160, 288, 576};  // blocks, of which four go together
  for (int i = 0; i < 18; i++) {
    const int columns = i < 14 ? 1 + 23 * i : whole[i - 14];
    for (int with = 0; with <= 8; with++) {
      float *x = numbers(columns);
      if (with > 0) x[(columns - 1) / 2] = odd[with - 1];
      for (int k = 0; with > 4 && k < columns; k++) x[k] = k % 3 == 0 ? odd[with - 1] : 0;
      const int blocks = (columns + CK_BLOCK_COLUMNS - 1) / CK_BLOCK_COLUMNS;
      int8_t *values = room((size_t)blocks * CK_BLOCK_COLUMNS);
      ck_input_block *scales = room((size_t)blocks * sizeof(ck_input_block));
      kernels->quantize(x, columns, values, scales);
      char name[64];
      snprintf(name, sizeof name, "quantize/%d/%d", columns, with);
      begin();
      add(values, (size_t)blocks * CK_BLOCK_COLUMNS);
      for (int b = 0; b < blocks; b++) {
        add_floats(&scales[b].scale, 1);
        add(scales[b].sums, sizeof scales[b].sums);
        add_floats(&scales[b].scaled_sum, 1);
      }
      end("integers", name);
      free(x), free(values), free(scales);
    }
  }
}

// Two sequences that share their first block; every position is placed, and looks back.
static void attention(int heads, int kv_heads, int dim, int length, int window, ck_cache cache, bool interleaved) {
  const int padded = (dim + 15) / 16 * 16, block_count = (length + CK_BLOCK_POSITIONS - 1) / CK_BLOCK_POSITIONS;
  const int64_t block_size = (int64_t)kv_heads * CK_BLOCK_POSITIONS * (dim + padded);
  const int rotary = dim >= 4 ? dim / 4 * 4 - (dim > 40 ? 8 : 0) : dim, rows = 2 * length;
  void **blocks = room(sizeof(void *) * 2 * (size_t)block_count);
  for (int i = 0; i < 2 * block_count; i++) {
    blocks[i] = i == block_count ? blocks[0] : room((size_t)block_size * sizeof(float));
    memset(blocks[i], 0xff, (size_t)block_size * sizeof(float));  // NaN: what isn't there must not matter
  }
  float *queries = numbers((int64_t)rows * heads * dim), *keys = numbers((int64_t)rows * kv_heads * dim);
  float *values = numbers((int64_t)rows * kv_heads * dim), *norm = numbers(dim);
  float *cosines = numbers((int64_t)length * rotary), *sines = numbers((int64_t)length * rotary);
  float *out = room((size_t)rows * (size_t)(heads * dim) * sizeof(float));
  void *const **tables = room((size_t)rows * sizeof *tables);
  int32_t *positions = room((size_t)rows * sizeof *positions);
  for (int row = 0; row < rows; row++) {
    tables[row] = blocks + row / length * block_count;
    positions[row] = row % length;
  }
  const ck_placement placement = {
    .queries = queries, .keys = keys, .values = values, .rows = rows, .heads = heads, .kv_heads = kv_heads,
    .head_dim = dim, .padded_head_dim = padded, .rotary_dim = rotary, .interleaved = interleaved, .cache = cache,
    .cosines = cosines, .sines = sines, .query_norm = {.weight = window ? norm : NULL, .epsilon = 1e-5f},
    .key_norm = {.weight = window ? norm : NULL, .epsilon = 1e-5f}, .blocks = tables, .positions = positions};
  // One position after the other: where two rows write the same block, the last one stays.
  ck_pool *alone = ck_pool_create(1, 0);
  if (!alone) abort();
  ck_pool_place(alone, kernels, &placement);
  ck_pool_destroy(alone);
  const ck_attention job = {
    .queries = queries, .out = out, .query_stride = heads * dim, .out_stride = heads * dim, .rows = rows,
    .heads = heads, .kv_heads = kv_heads, .head_dim = dim, .padded_head_dim = padded, .scale = 1 / sqrtf((float)dim),
    .soft_cap = interleaved ? 2.5f : 0, .window = window, .blocks = tables, .positions = positions, .cache = cache};
  ck_pool_attend(pool, kernels, &job);
  const int chunks = (length - 1) / (CK_CHUNK_BLOCKS * CK_BLOCK_POSITIONS) + 1;
  if (chunks > 1) {
    // Shared out by chunks, it must be the same.
    ck_attention cut = job;
    cut.out = room((size_t)rows * (size_t)(heads * dim) * sizeof(float));
    cut.parts = room((size_t)rows * (size_t)(heads * chunks) * (size_t)ck_attention_part(padded) * sizeof(float));
    cut.chunks = chunks;
    ck_pool_attend(pool, kernels, &cut);
    if (memcmp(cut.out, out, (size_t)rows * (size_t)(heads * dim) * sizeof(float)) != 0) {
      fprintf(stderr, "attention in chunks differs\n");
      exit(1);
    }
    free(cut.out), free(cut.parts);
  }
  char name[64];
  snprintf(name, sizeof name, "attention/%d,%d,%d/%d,%d/%s/%s", heads, kv_heads, dim, length, window,
           (const char *[]){"f32", "f16", "int8"}[cache], interleaved ? "interleaved" : "halves");
  begin();
  add_floats(queries, (int64_t)rows * heads * dim);
  add_floats(out, (int64_t)rows * heads * dim);
  end("floats", name);
  for (int i = 0; i < 2 * block_count; i++)
    if (i != block_count) free(blocks[i]);
  free(blocks), free(queries), free(keys), free(values), free(norm), free(cosines), free(sines), free(out);
  free(tables), free(positions);
}

static void elementwise(void) {
  const int counts[] = {1, 15, 16, 17, 31, 64, 100, 577};
  for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
    const int count = counts[c];
    float *x = numbers(count), *y = numbers(count), *out = room((size_t)count * sizeof(float));
    char name[64];
    kernels->rms_norm(x, y, 1e-5f, count, out);
    begin();
    add_floats(out, count);
    snprintf(name, sizeof name, "rms_norm/%d", count);
    end("floats", name);

    for (int i = 0; i < count; i++) x[i] *= 100;
    bool ordered = false;
    const float maximum = kernels->row_maximum(x, count, &ordered);
    const double sum = kernels->exponential_sum(x, count, maximum);
    bool finite = kernels->all_finite(x, count);
    begin();
    add_floats(&maximum, 1);
    kernels->block_maxima(x, count, out);
    add_floats(out, (count + CK_MAXIMUM_BLOCK - 1) / CK_MAXIMUM_BLOCK);
    add(&sum, sizeof sum);
    x[count / 2] = NAN;
    finite = finite && !kernels->all_finite(x, count);
    kernels->row_maximum(x, count, &finite);
    add(&ordered, sizeof ordered);
    add(&finite, sizeof finite);
    snprintf(name, sizeof name, "logits/%d", count);
    end("integers", name);

    x[0] = -INFINITY;
    kernels->silu_multiply(x, y, count);
    begin();
    add_floats(x, count);
    snprintf(name, sizeof name, "silu/%d", count);
    end("floats", name);

    for (int i = 0; i < count; i++) x[i] = y[count - 1 - i] * 3;
    for (int activation = CK_SILU; activation <= CK_RELU_SQUARED; activation++) {
      memcpy(out, x, (size_t)count * sizeof(float));
      kernels->activate(activation, out, activation % 2 ? y : NULL, count);
      begin();
      add_floats(out, count);
      snprintf(name, sizeof name, "activation/%d/%d", activation, count);
      end("floats", name);
    }
    const ck_norm norm = {.weight = y, .bias = x, .epsilon = 1e-5f, .centred = true};
    kernels->normalize(&norm, x, count, out);
    begin();
    add_floats(out, count);
    kernels->add_scaled(out, y, 0.37f, count);
    add_floats(out, count);
    kernels->scale_and_cap(out, 1.3f, 0.8f, count);
    add_floats(out, count);
    snprintf(name, sizeof name, "layer_norm/%d", count);
    end("floats", name);
    free(x), free(y), free(out);
  }
}

static void low_rank(int rank, bool full) {
  enum { INPUTS = 45, ROWS = 5 };
  float *x = numbers(ROWS * INPUTS), *out = numbers(ROWS * OUTPUTS), *down = numbers(rank * INPUTS);
  float *up = numbers(rank * OUTPUTS), *extra = numbers(4 * OUTPUTS);
  const int32_t rows[] = {3, 0, 4};
  const ck_low_rank update = {down, up, full ? extra : NULL, full ? extra + OUTPUTS : NULL,
                              full ? extra + 2 * OUTPUTS : NULL, rank, 0.75f};
  const ck_adaptation job = {x, out, INPUTS, OUTPUTS, INPUTS, OUTPUTS, full ? extra + 3 * OUTPUTS : NULL, rows, &update,
                             3, 1};
  ck_pool_adapt(pool, kernels, &job, 1);
  char name[64];
  snprintf(name, sizeof name, "low_rank/%d/%s", rank, full ? "full" : "plain");
  begin();
  add_floats(out, ROWS * OUTPUTS);
  end("floats", name);
  free(x), free(out), free(down), free(up), free(extra);
}

int main(int count, char **arguments) {
  kernels = count == 2 ? ck_select(arguments[1]) : ck_select_best();
  if (!kernels) return 3;
  pool = ck_pool_create(2, ck_matmul_scratch(MOST_COLUMNS));
  if (!pool) return 1;
  dequantization();
  quantization();
  matmul();
  const int dims[] = {2, 20, 64, 80, 128, 510};
  for (size_t i = 0; i < sizeof dims / sizeof dims[0]; i++) {
    for (int kind = 0; kind < 6; kind++) {
      const ck_cache cache = kind % 3;
      attention(6, 2, dims[i], 40, 0, cache, kind / 3);
      attention(3, 3, dims[i], 33, 17, cache, kind / 3);
      if (dims[i] == 20) attention(2, 1, 20, 16 + CK_CHUNK_BLOCKS * CK_BLOCK_POSITIONS, 0, cache, kind / 3);
    }
  }
  elementwise();
  for (int rank = 1; rank <= 9; rank += 2) {
    low_rank(rank, false);
    low_rank(rank, true);
  }
  ck_pool_destroy(pool);
  return 0;
}
