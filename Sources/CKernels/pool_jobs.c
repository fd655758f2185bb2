#include "tables.h"

// How one layer's products and attention are cut into tasks. The cut never changes a result: each output element is
// computed whole by one task.

typedef struct matmul_context {
  const ck_kernels *kernels;
  const ck_matmul *job;
  int64_t share;                               // columns a task
  int32_t first_task[CK_MAX_PRODUCTS + 1];     // the products' first tasks
} matmul_context;

static void matmul_task(void *pointer, int32_t index, float *scratch) {
  const matmul_context *context = pointer;
  int32_t product = 0;
  while (index >= context->first_task[product + 1]) product++;
  int64_t begin = (index - context->first_task[product]) * context->share;
  int64_t rows = context->job->products[product].weight.rows;
  int64_t end = begin + context->share < rows ? begin + context->share : rows;
  context->kernels->matmul(context->job, product, begin, end, scratch);
}

// Elements of x that one task quantises.
enum { QUANTIZED_SHARE = 4096 };

typedef struct quantize_context {
  const ck_kernels *kernels;
  const ck_matmul *job;
  int64_t columns, share;  // share: rows a task
} quantize_context;

static void quantize_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const quantize_context *context = pointer;
  const ck_matmul *job = context->job;
  const int64_t blocks = job->inputs.block_count, begin = index * context->share;
  const int64_t end = begin + context->share < job->rows ? begin + context->share : job->rows;
  for (int64_t row = begin; row < end; row++)
    context->kernels->quantize(job->x + row * job->x_stride, context->columns,
                               job->inputs.values + row * blocks * CK_BLOCK_COLUMNS, job->inputs.blocks + row * blocks);
}

static void quantize_inputs(ck_pool *pool, const ck_kernels *kernels, const ck_matmul *job) {
  bool packed = false;
  for (int32_t i = 0; i < job->product_count; i++) packed = packed || job->products[i].weight.packing != CK_UNPACKED;
  if (!packed) return;
  quantize_context context = {.kernels = kernels, .job = job, .columns = job->products[0].weight.columns};
  context.share = QUANTIZED_SHARE / context.columns > 0 ? QUANTIZED_SHARE / context.columns : 1;
  ck_pool_run(pool, quantize_task, &context, (int32_t)((job->rows + context.share - 1) / context.share));
}

void ck_pool_matmul(ck_pool *pool, const ck_kernels *kernels, const ck_matmul *job) {
  quantize_inputs(pool, kernels, job);
  matmul_context context = {.kernels = kernels, .job = job};
  int64_t total = 0;
  for (int32_t i = 0; i < job->product_count; i++) total += job->products[i].weight.rows;
  // About eight tasks a thread, so that a thread that is held up costs little; whole panels, so that none is cut.
  int64_t tasks = 8 * (int64_t)ck_pool_threads(pool);
  context.share = (total / tasks + CK_PANEL_COLUMNS) / CK_PANEL_COLUMNS * CK_PANEL_COLUMNS;
  for (int32_t i = 0; i < job->product_count; i++)
    context.first_task[i + 1] =
        context.first_task[i] + (int32_t)((job->products[i].weight.rows + context.share - 1) / context.share);
  ck_pool_run(pool, matmul_task, &context, context.first_task[job->product_count]);
}

typedef struct pack_context {
  const ck_kernels *kernels;
  const ck_matrix *source;
  void *data;
} pack_context;

enum { PACKED_SHARE = 4 };  // panels a task

static void pack_task(void *pointer, int32_t index, float *scratch) {
  const pack_context *context = pointer;
  int64_t panels = (context->source->rows + CK_PACKED_ROWS - 1) / CK_PACKED_ROWS;
  for (int64_t panel = (int64_t)index * PACKED_SHARE; panel < ((int64_t)index + 1) * PACKED_SHARE && panel < panels; panel++)
    ck_pack(context->kernels, context->source, panel, context->data, scratch);
}

void ck_pool_pack(ck_pool *pool, const ck_kernels *kernels, const ck_matrix *source, void *data) {
  pack_context context = {.kernels = kernels, .source = source, .data = data};
  int64_t panels = (source->rows + CK_PACKED_ROWS - 1) / CK_PACKED_ROWS;
  ck_pool_run(pool, pack_task, &context, (int32_t)((panels + PACKED_SHARE - 1) / PACKED_SHARE));
}

// Rows that go through the blocks of their sequences together.
enum { ATTENTION_ROWS = 16 };

typedef struct attention_context {
  const ck_kernels *kernels;
  const ck_attention *job;
  int32_t share, shares;  // rows a task, and tasks for each head of keys and values
} attention_context;

static void attention_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const attention_context *context = pointer;
  const int32_t total = context->job->rows;
  // The last rows of a prompt have the most to look at, so they come first.
  int32_t row = (context->shares - 1 - index / context->job->kv_heads) * context->share;
  int32_t rows = row + context->share < total ? context->share : total - row;
  context->kernels->attend(context->job, row, rows, index % context->job->kv_heads);
}

void ck_pool_attend(ck_pool *pool, const ck_kernels *kernels, const ck_attention *job) {
  attention_context context = {.kernels = kernels, .job = job};
  // A few tasks a thread at least, and as many rows a task as that leaves.
  int64_t share = (int64_t)job->rows * job->kv_heads / (4 * (int64_t)ck_pool_threads(pool));
  context.share = share < 1 ? 1 : share > ATTENTION_ROWS ? ATTENTION_ROWS : (int32_t)share;
  context.shares = (job->rows + context.share - 1) / context.share;
  ck_pool_run(pool, attention_task, &context, context.shares * job->kv_heads);
}

// --- Row by row ---

// Elements that make a task worth handing over.
enum { ELEMENTWISE_SHARE = 4096 };

typedef struct rows_context {
  const ck_kernels *kernels;
  const ck_placement *placement;
  const float *x, *weight;
  float *out;
  float epsilon;
  int64_t rows, count, share;
} rows_context;

static int64_t share_end(const rows_context *context, int64_t begin) {
  return begin + context->share < context->rows ? begin + context->share : context->rows;
}

static void run_rows(ck_pool *pool, ck_task task, rows_context *context) {
  context->share = ELEMENTWISE_SHARE / context->count > 0 ? ELEMENTWISE_SHARE / context->count : 1;
  ck_pool_run(pool, task, context, (int32_t)((context->rows + context->share - 1) / context->share));
}

static void place_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const rows_context *context = pointer;
  int64_t begin = index * context->share, end = share_end(context, begin);
  for (int64_t row = begin; row < end; row++) context->kernels->place(context->placement, (int32_t)row);
}

void ck_pool_place(ck_pool *pool, const ck_kernels *kernels, const ck_placement *job) {
  rows_context context = {.kernels = kernels, .placement = job, .rows = job->rows};
  context.count = (int64_t)(job->heads + 2 * job->kv_heads) * job->head_dim;
  run_rows(pool, place_task, &context);
}

static void rms_norm_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const rows_context *context = pointer;
  int64_t begin = index * context->share, end = share_end(context, begin), count = context->count;
  for (int64_t row = begin; row < end; row++)
    context->kernels->rms_norm(context->x + row * count, context->weight, context->epsilon, count,
                               context->out + row * count);
}

void ck_pool_rms_norm(ck_pool *pool, const ck_kernels *kernels, const float *x, const float *weight, float epsilon,
                      int64_t rows, int64_t count, float *out) {
  rows_context context = {.kernels = kernels, .x = x, .weight = weight, .out = out, .epsilon = epsilon, .rows = rows,
                          .count = count};
  run_rows(pool, rms_norm_task, &context);
}

static void silu_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const rows_context *context = pointer;
  int64_t begin = index * context->share;
  context->kernels->silu_multiply(context->out + begin, context->x + begin, share_end(context, begin) - begin);
}

void ck_pool_silu_multiply(ck_pool *pool, const ck_kernels *kernels, float *gate, const float *up, int64_t count) {
  // Whole vectors in every task, so that the cut changes no bit.
  rows_context context = {.kernels = kernels, .x = up, .out = gate, .rows = count, .count = 1};
  run_rows(pool, silu_task, &context);
}

typedef struct adaptation_context {
  const ck_kernels *kernels;
  const ck_adaptation *jobs;
} adaptation_context;

static void adaptation_task(void *pointer, int32_t index, float *scratch) {
  const adaptation_context *context = pointer;
  context->kernels->adapt(&context->jobs[index], scratch);
}

void ck_pool_adapt(ck_pool *pool, const ck_kernels *kernels, const ck_adaptation *jobs, int32_t count) {
  adaptation_context context = {.kernels = kernels, .jobs = jobs};
  ck_pool_run(pool, adaptation_task, &context, count);
}
