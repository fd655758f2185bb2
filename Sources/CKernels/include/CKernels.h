#ifndef CKERNELS_H
#define CKERNELS_H

// The hot loops, in C: one source (Shared/*.inc) built for several instruction sets, chosen once at run time.
//
// Every kernel is row-invariant: each output element is reduced in one fixed order, whatever the number of rows, the
// place of the row among them, the tile that it falls in, or the thread that computes it. Reductions over an inner
// dimension run in 16 interleaved chains (element i belongs to chain i mod 16) that are added pairwise at the end:
// chain i + chain i+8, then +4, +2, +1. All builds keep the same order with fused multiply-add and agree bit for
// bit, but for the generic one on x86-64, which rounds each product and differs in the last places.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Storage types; the numbers are this library's own.
typedef enum ck_type {
  CK_F32 = 0, CK_F16, CK_BF16, CK_Q4_0, CK_Q4_1, CK_Q5_0, CK_Q5_1, CK_Q8_0,
  CK_Q2_K, CK_Q3_K, CK_Q4_K, CK_Q5_K, CK_Q6_K, CK_IQ4_NL, CK_TYPE_COUNT
} ck_type;

enum {
  CK_BLOCK_POSITIONS = 32,  // positions in one block of keys and values
  CK_CHUNK_BLOCKS = 16,     // blocks of a sequence whose attention is computed by itself: 512 positions
  CK_MAX_HEAD_DIM = 512,    // the widest head that attention has room for
  CK_MAXIMUM_BLOCK = 64     // logits that have one maximum where a row has many
};

// How weights are packed for products of integers: see packing.h. CK_UNPACKED lies as in the file.
typedef enum ck_packing {
  CK_UNPACKED = 0,
  CK_PACKED_Q4,       // 4 bits, half scale, offset 8: Q4_0
  CK_PACKED_Q4_MIN,   // 4 bits, half scale and minimum: Q4_1
  CK_PACKED_TABLE,    // 4 bits that index IQ4_NL's table, half scale
  CK_PACKED_Q8,       // 8 bits, half scale, offset 128: Q8_0, Q5_0, and what is quantised from F32, F16 and BF16
  CK_PACKED_Q8_MIN,   // 8 bits, half scale and minimum: Q5_1
  CK_PACKED_Q2_K, CK_PACKED_Q3_K, CK_PACKED_Q4_K, CK_PACKED_Q5_K, CK_PACKED_Q6_K,
  CK_PACKING_COUNT
} ck_packing;

enum {
  CK_PACKED_ROWS = 16,   // rows of weights that lie side by side
  CK_BLOCK_COLUMNS = 32  // columns that share a scale, of weights and of inputs
};

// A weight matrix: [rows, columns]; y = W x has `rows` elements. Unpacked, it lies as in a file, each row `row_bytes`
// long; packed, `row_bytes` means nothing.
typedef struct ck_matrix {
  const void *data;
  int64_t rows, columns, row_bytes;
  ck_type type;
  ck_packing packing;
} ck_matrix;

// What goes with 32 quantised inputs q: x = scale * q, to within scale / 2.
typedef struct ck_input_block {
  float scale;
  int32_t sums[2];   // of the first and the last 16 q
  float scaled_sum;  // scale * (sums[0] + sums[1])
  // What sums of products with weights q + offset begin with, so that they end as those with q: -8 and -128 times the sum
  // of all, -32 times those of the first and the last 16. Where an instruction set adds weights of 4 bits up in pairs of
  // 16 bits, the first number is such a pair.
  int32_t starts[4];
} ck_input_block;

// Rows of inputs, quantised block by block.
typedef struct ck_inputs {
  int8_t *values;          // [rows, 32 * blocks], -127 to 127
  ck_input_block *blocks;  // [rows, blocks]
  int64_t block_count;     // in a row: columns / 32, rounded up
} ck_inputs;

// One product of a fused multiplication: out[r, :] = W x[r, :] (+ bias) (+ what stood there).
typedef struct ck_product {
  ck_matrix weight;
  const float *bias;    // [weight.rows] or NULL
  float *out;           // [x rows, out_stride]
  int64_t out_stride;
  bool accumulate;      // add to what `out` holds: a residual connection
} ck_product;

enum { CK_MAX_PRODUCTS = 3 };

// How a vector is normalised: x / sqrt(mean(x²) + epsilon) * weight; centred (LayerNorm): the same of x less its mean,
// plus the bias.
typedef struct ck_norm {
  const float *weight;  // NULL: no norm
  const float *bias;    // or NULL; read where it is centred
  float epsilon;
  bool centred;
} ck_norm;

// What is between the two products of a feed-forward layer.
typedef enum ck_activation {
  CK_NO_ACTIVATION = 0,
  CK_SILU,        // x / (1 + exp(-x))
  CK_GELU,        // x / 2 (1 + erf(x / sqrt 2))
  CK_GELU_TANH,   // x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³)))
  CK_RELU,        // max(x, 0)
  CK_RELU_SQUARED // max(x, 0)²
} ck_activation;

// How a job's x is made, a row at a time, before it is multiplied with. Nothing: it is there.
typedef struct ck_preparation {
  float *x;                  // the job's own
  const float *norm_input;   // [rows, columns] or NULL: x = its norm
  ck_norm norm;
  ck_activation activation;  // x = activation(x)
  const float *up;           // [rows, columns] or NULL: times up
} ck_preparation;

// Up to three products of the same input, split over columns of the output.
typedef struct ck_matmul {
  const float *x;       // [rows, x_stride], 16-element tails need not be padded
  int64_t x_stride, rows;
  int32_t product_count;
  ck_product products[CK_MAX_PRODUCTS];
  ck_preparation preparation;
  ck_inputs inputs;     // x quantised, for products with packed weights; all of a job's weights have the same columns
} ck_matmul;

// What blocks hold keys and values in.
typedef enum ck_cache {
  CK_CACHE_F32 = 0,
  CK_CACHE_F16,
  CK_CACHE_INT8  // bytes from -127 to 127 with a float scale for each CK_BLOCK_COLUMNS elements of a key, or of a value
} ck_cache;

// Where, in bytes, the parts of one head of keys and values lie in a block, from the first key on.
typedef struct ck_head_layout {
  int64_t element_bytes, groups;  // groups that have a scale, of a key or a value; none where there are no scales
  int64_t key_scales;             // [groups, CK_BLOCK_POSITIONS]; after the keys, [head_dim, CK_BLOCK_POSITIONS]
  int64_t values;                 // [CK_BLOCK_POSITIONS, padded_head_dim]
  int64_t value_scales;           // [groups, CK_BLOCK_POSITIONS]
  int64_t bytes;                  // of all of it
} ck_head_layout;

static inline ck_head_layout ck_layout_of_head(ck_cache cache, int64_t head_dim, int64_t padded_head_dim) {
  ck_head_layout layout = {.element_bytes = cache == CK_CACHE_F32 ? 4 : cache == CK_CACHE_F16 ? 2 : 1};
  if (cache == CK_CACHE_INT8) layout.groups = (head_dim + CK_BLOCK_COLUMNS - 1) / CK_BLOCK_COLUMNS;
  const int64_t row = CK_BLOCK_POSITIONS * layout.element_bytes, scales = layout.groups * CK_BLOCK_POSITIONS * 4;
  layout.key_scales = head_dim * row;
  layout.values = layout.key_scales + scales;
  layout.value_scales = layout.values + padded_head_dim * row;
  layout.bytes = layout.value_scales + scales;
  return layout;
}

// Attention of a batch of query rows over blocks of keys and values, for one layer.
typedef struct ck_attention {
  const float *queries;           // [rows, query_stride], heads side by side
  float *out;                     // [rows, out_stride], heads side by side
  int64_t query_stride, out_stride;
  int32_t rows, heads, kv_heads, head_dim, padded_head_dim;
  float scale;                    // on the products of queries and keys
  float soft_cap;                 // c: a scaled product p becomes c tanh(p / c); 0: it stays
  int32_t window;                 // positions looked back on, the present one included; 0: all
  int64_t layer_offset;           // bytes from a block's start to this layer
  void *const *const *blocks;     // [rows] -> the row's sequence's blocks, in order of position
  const int32_t *positions;       // [rows]: the last position that the row attends to: its own, or its canvas's last
  ck_cache cache;
  float *parts;                   // [rows, heads, chunks, ck_attention_part(padded_head_dim)], or NULL: see ck_pool_attend
  int32_t first_chunk, chunks;    // that any row looks at
} ck_attention;

// Floats that one query has of one chunk.
static inline int64_t ck_attention_part(int32_t padded_head_dim) { return padded_head_dim + 16; }

// Which vectors of queries and keys are normalised.
typedef enum ck_head_norm {
  CK_EVERY_HEAD = 0,   // each head, all with the same [head_dim] weights
  CK_HEAD_BY_HEAD,     // each head, with weights of its own: [heads * head_dim]
  CK_WHOLE_WIDTH       // all heads together: [heads * head_dim]
} ck_head_norm;

// What comes before it: heads normalised where a model does so, queries and keys turned by their positions, keys and
// values stored in blocks.
typedef struct ck_placement {
  float *queries, *keys;          // [rows, heads * head_dim], [rows, kv_heads * head_dim]: changed in place
  const float *values;            // [rows, kv_heads * head_dim]
  int32_t rows, heads, kv_heads, head_dim, padded_head_dim;
  int32_t rotary_dim;             // elements of a head that are turned; 0: none
  bool interleaved;
  ck_cache cache;
  const float *cosines, *sines;   // [positions, rotary_dim / 2]
  ck_norm query_norm, key_norm;
  ck_head_norm head_norm;
  bool norm_last;                 // normalised after they are turned, not before
  const float *query_scales;      // [rows]: on the queries, or NULL
  int64_t layer_offset;           // the rest as in ck_attention
  void *const *const *blocks;
  const int32_t *positions;
} ck_placement;

// What a block's output becomes before it is added: residual += scale * norm(x).
typedef struct ck_residual {
  float *residual;      // [rows, columns]
  float *x;             // [rows, columns]: changed in place
  int64_t rows, columns;
  ck_norm norm;         // without weight: none
  float scale;
} ck_residual;

// One adapter's update of a projection: y + scale (B (A x) + up_bias); with a gain g, and c the bias that y holds,
// (y - c + scale (B (A x) + up_bias)) g + c.
typedef struct ck_low_rank {
  const float *down;     // A: [rank, inputs]
  const float *up;       // the transpose of B: [rank, outputs]
  const float *up_bias;  // [outputs] or NULL
  const float *gain;     // [outputs] or NULL
  const float *bias;     // [outputs] or NULL; read with a gain alone
  int64_t rank;
  float scale;
} ck_low_rank;

// Some rows of a projection's output, which all get the same updates, one after the other.
typedef struct ck_adaptation {
  const float *x;        // [.., x_stride]: the projection's input
  float *out;            // [.., out_stride]: its output
  int64_t x_stride, out_stride, inputs, outputs;
  const float *shift;    // [outputs] or NULL: added first
  const int32_t *rows;   // [row_count] into x and out
  const ck_low_rank *updates;
  int32_t row_count, update_count;
} ck_adaptation;

// One instruction set's build.
typedef struct ck_kernels {
  const char *name;
  // out[0..<count] = the exact float32 values of `count` elements; count is a multiple of the type's block.
  void (*dequantize)(ck_type type, const void *data, int64_t count, float *out);
  // One share of the work: columns `begin` to `end` of one product. `scratch` holds ck_matmul_scratch floats.
  void (*matmul)(const ck_matmul *job, int32_t product, int64_t begin, int64_t end, float *scratch);
  // One row of x for products with packed weights. What is not finite makes its block's scale NaN, and so every
  // product with it; 32 inputs whose largest magnitude is below 1e-30 count as zeros.
  void (*quantize)(const float *x, int64_t columns, int8_t *values, ck_input_block *blocks);
  // `rows` rows from `row` on, and one head of keys and values: its whole group of query heads. All chunks, where `chunk`
  // is negative, or one, whose part is left to join_parts.
  void (*attend)(const ck_attention *job, int32_t row, int32_t rows, int32_t kv_head, int32_t chunk);
  // Puts the parts of one row and one head of keys and values together.
  void (*join_parts)(const ck_attention *job, int32_t row, int32_t kv_head);
  // `rows` rows from `row` on.
  void (*place)(const ck_placement *job, int32_t row, int32_t rows);
  // out = x / sqrt(mean(x²) + epsilon) * weight
  void (*rms_norm)(const float *x, const float *weight, float epsilon, int64_t count, float *out);
  // The norm of any kind; `out` may be `x`.
  void (*normalize)(const ck_norm *norm, const float *x, int64_t count, float *out);
  // gate = gate / (1 + exp(-gate)) * up
  void (*silu_multiply)(float *gate, const float *up, int64_t count);
  // x = activation(x), times up where there is one
  void (*activate)(ck_activation activation, float *x, const float *up, int64_t count);
  // y += scale * x
  void (*add_scaled)(float *y, const float *x, float scale, int64_t count);
  // x = cap tanh(x scale / cap); without a cap (0) x scale
  void (*scale_and_cap)(float *x, float scale, float cap, int64_t count);
  // Turns `dimension` elements of each head by cosines and sines of [dimension / 2].
  void (*rotate)(float *x, int32_t heads, int32_t head_dim, int32_t dimension, bool interleaved,
                 const float *cosines, const float *sines);
  // Whether every element is a finite number.
  bool (*all_finite)(const float *x, int64_t count);
  // The greatest element, and whether none is NaN.
  float (*row_maximum)(const float *x, int64_t count, bool *ordered);
  // The greatest of each CK_MAXIMUM_BLOCK elements, none of which is NaN.
  void (*block_maxima)(const float *x, int64_t count, float *maxima);
  // The sum of exp(x - maximum), with the same bits for every instruction set.
  double (*exponential_sum)(const float *x, int64_t count, float maximum);
  // Updates one row `out` of `outputs` elements, where t = A x is known.
  void (*low_rank_up)(const ck_low_rank *update, const float *t, int64_t outputs, float *out);
  // All rows and updates of a job. `scratch` holds the largest rank's floats.
  void (*adapt)(const ck_adaptation *job, float *scratch);
} ck_kernels;

// The build for an instruction set ("generic", "avx2", "avxvnni", "avx512", "neon"), or NULL where this processor or this build doesn't
// have it.
const ck_kernels *ck_select(const char *name);
// The best that this processor has.
const ck_kernels *ck_select_best(void);

// The packing for weights of a type.
ck_packing ck_packing_for(ck_type type);
// Bytes of a packed matrix, or -1 for extents that no matrix of the packing has, or that overflow.
int64_t ck_packed_bytes(ck_packing packing, int64_t rows, int64_t columns);
// Packs rows 16 * `panel` to 16 * `panel` + 15 (fewer at the end) of `source` into `data`, the whole packed matrix.
// Floats are quantised to 8 bits; all other types keep their exact values.
void ck_pack(const ck_kernels *kernels, const ck_matrix *source, int64_t panel, void *data);

// Floats of scratch that ck_kernels.matmul needs for matrices of at most `columns` columns.
int64_t ck_matmul_scratch(int64_t columns);

// --- Threads ---

// A fixed set of threads that share one job at a time. Workers spin for a moment between jobs and then sleep.
typedef struct ck_pool ck_pool;
typedef void (*ck_task)(void *context, int32_t index, float *scratch);

// Makes `threads` - 1 workers (the caller is the last one), each with `scratch_floats` of scratch; fewer where no more
// threads, or no more memory, are to be had: see ck_pool_threads. NULL: there is no memory for the caller alone.
ck_pool *ck_pool_create(int32_t threads, int64_t scratch_floats);
void ck_pool_destroy(ck_pool *pool);
int32_t ck_pool_threads(const ck_pool *pool);
// Calls task(context, i, scratch) once for each i in 0 ..< count, on any of the threads, and returns when all are done.
// One caller at a time. Counts of 2^22 and more run on the caller alone; jobs are cut into far fewer.
void ck_pool_run(ck_pool *pool, ck_task task, void *context, int32_t count);

// A thread of its own, with a stack of CK_THREAD_STACK bytes, that runs one function.
typedef struct ck_thread ck_thread;
enum { CK_THREAD_STACK = 8 << 20 };
// Calls body(context) on a new thread, which must be joined. NULL: no thread could be started, and nothing is called.
ck_thread *ck_thread_start(void (*body)(void *), void *context);
// Waits for the thread's end and frees it.
void ck_thread_join(ck_thread *thread);
// Calls body(context) on a new thread that nobody joins. Returns whether one could be started.
bool ck_thread_detach(void (*body)(void *), void *context);
// Names the thread that calls it, for debuggers; at most 15 bytes.
void ck_name_thread(const char *name);
// How many threads can run at once, the caller included, up to `most`: by starting them.
int32_t ck_startable_threads(int32_t most);

// The jobs above, over a pool. A job with packed weights brings room for its inputs (`inputs.values` and
// `inputs.blocks`), which is filled first.
void ck_pool_matmul(ck_pool *pool, const ck_kernels *kernels, const ck_matmul *job);
// Where there is room for parts, chunks are tasks of their own.
void ck_pool_attend(ck_pool *pool, const ck_kernels *kernels, const ck_attention *job);
void ck_pool_place(ck_pool *pool, const ck_kernels *kernels, const ck_placement *job);
void ck_pool_add(ck_pool *pool, const ck_kernels *kernels, const ck_residual *job);
// x[i, :], `rows` of them: see ck_kernels.scale_and_cap.
void ck_pool_scale_and_cap(ck_pool *pool, const ck_kernels *kernels, float *x, int64_t rows, int64_t columns,
                           float scale, float cap);
// `count` jobs that share no row of output, each as one task.
void ck_pool_adapt(ck_pool *pool, const ck_kernels *kernels, const ck_adaptation *jobs, int32_t count);

// Physical cores that this process may run on, at least 1; on Apple silicon the performance cores alone, since jobs are
// cut into even parts, and the slowest thread would hold up the rest.
int32_t ck_physical_cores(void);

#endif
