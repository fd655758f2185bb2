#include "tables.h"

// How one layer's products and attention are cut into tasks. The cut never changes a result: each output element is
// computed whole by one task, or, in attention, put together of chunks that are the same however it is cut.

// The products' columns, one product after the other, in units that aren't cut, are dealt out evenly: a task may end in
// another product than it begins in.
typedef struct matmul_context {
  const ck_kernels *kernels;
  const ck_matmul *job;
  int64_t unit;   // columns
  int64_t units, tasks;
} matmul_context;

static int64_t units_of(const matmul_context *context, int32_t product) {
  return (context->job->products[product].weight.rows + context->unit - 1) / context->unit;
}

// Where a task begins, in units; the first tasks have the odd ones.
static int64_t first_unit(const matmul_context *context, int64_t task) {
  return (task * context->units + context->tasks - 1) / context->tasks;
}

static void matmul_task(void *pointer, int32_t index, float *scratch) {
  const matmul_context *context = pointer;
  const ck_matmul *job = context->job;
  int64_t begin = first_unit(context, index), end = first_unit(context, index + 1);
  for (int32_t product = 0; product < job->product_count && end > 0; product++) {
    const int64_t units = units_of(context, product), rows = job->products[product].weight.rows;
    if (begin < units) {
      const int64_t to = (end < units ? end : units) * context->unit;
      context->kernels->matmul(job, product, begin * context->unit, to < rows ? to : rows, scratch);
    }
    begin = begin > units ? begin - units : 0;
    end -= units;
  }
}

// --- Row by row ---

// Elements that make a task worth handing over, and, of keys and values, one that finds its blocks in cache.
enum { ROWS_SHARE = 4096, PLACED_SHARE = 4 * ROWS_SHARE };

// Rows a task: about `elements`, and as many tasks for each thread.
static int64_t row_share(const ck_pool *pool, int64_t rows, int64_t columns, int64_t elements) {
  const int64_t threads = ck_pool_threads(pool), round = elements * threads;
  const int64_t tasks = (rows * columns + round - 1) / round * threads;
  return rows <= tasks ? 1 : (rows + tasks - 1) / tasks;
}

typedef struct rows_context {
  const ck_kernels *kernels;
  const ck_matmul *matmul;
  const ck_placement *placement;
  const ck_residual *residual;
  int64_t rows, columns, share;
} rows_context;

static void run_rows(ck_pool *pool, ck_task task, rows_context *context, int64_t elements) {
  context->share = row_share(pool, context->rows, context->columns, elements);
  ck_pool_run(pool, task, context, (int32_t)((context->rows + context->share - 1) / context->share));
}

static int64_t share_end(const rows_context *context, int64_t begin) {
  return begin + context->share < context->rows ? begin + context->share : context->rows;
}

static bool takes_integers(const ck_matmul *job) {
  for (int32_t i = 0; i < job->product_count; i++)
    if (job->products[i].weight.packing != CK_UNPACKED) return true;
  return false;
}

static void prepare_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const rows_context *context = pointer;
  const ck_kernels *kernels = context->kernels;
  const ck_matmul *job = context->matmul;
  const ck_preparation *preparation = &job->preparation;
  const int64_t columns = context->columns, blocks = job->inputs.block_count, begin = index * context->share;
  const bool integers = takes_integers(job);
  for (int64_t row = begin; row < share_end(context, begin); row++) {
    float *x = preparation->x + row * job->x_stride;
    if (preparation->norm_input)
      kernels->normalize(&preparation->norm, preparation->norm_input + row * columns, columns, x);
    const float *up = preparation->up ? preparation->up + row * columns : NULL;
    if (preparation->activation == CK_SILU && up) kernels->silu_multiply(x, up, columns);
    else if (preparation->activation) kernels->activate(preparation->activation, x, up, columns);
    if (integers)
      kernels->quantize(job->x + row * job->x_stride, columns, job->inputs.values + row * blocks * CK_BLOCK_COLUMNS,
                        job->inputs.blocks + row * blocks);
  }
}

static void place_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const rows_context *context = pointer;
  int64_t begin = index * context->share;
  context->kernels->place(context->placement, (int32_t)begin, (int32_t)(share_end(context, begin) - begin));
}

void ck_pool_place(ck_pool *pool, const ck_kernels *kernels, const ck_placement *job) {
  rows_context context = {.kernels = kernels, .placement = job, .rows = job->rows};
  context.columns = (int64_t)(job->heads + 2 * job->kv_heads) * job->head_dim;
  run_rows(pool, place_task, &context, PLACED_SHARE);
}

static void add_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const rows_context *context = pointer;
  const ck_residual *job = context->residual;
  const int64_t begin = index * context->share;
  for (int64_t row = begin; row < share_end(context, begin); row++) {
    float *x = job->x + row * job->columns;
    if (job->norm.weight) context->kernels->normalize(&job->norm, x, job->columns, x);
    context->kernels->add_scaled(job->residual + row * job->columns, x, job->scale, job->columns);
  }
}

void ck_pool_add(ck_pool *pool, const ck_kernels *kernels, const ck_residual *job) {
  rows_context context = {.kernels = kernels, .residual = job, .rows = job->rows, .columns = job->columns};
  run_rows(pool, add_task, &context, ROWS_SHARE);
}

typedef struct cap_context {
  const ck_kernels *kernels;
  float *x;
  int64_t count, share;
  float scale, cap;
} cap_context;

static void cap_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const cap_context *context = pointer;
  const int64_t begin = index * context->share, rest = context->count - begin;
  context->kernels->scale_and_cap(context->x + begin, context->scale, context->cap,
                                  rest < context->share ? rest : context->share);
}

void ck_pool_scale_and_cap(ck_pool *pool, const ck_kernels *kernels, float *x, int64_t rows, int64_t columns,
                           float scale, float cap) {
  cap_context context = {.kernels = kernels, .x = x, .count = rows * columns, .scale = scale, .cap = cap};
  // Each element is by itself, so any cut will do; whole vectors.
  const int64_t tasks = 4 * (int64_t)ck_pool_threads(pool);
  context.share = ((context.count + tasks - 1) / tasks + ROWS_SHARE - 1) / ROWS_SHARE * ROWS_SHARE;
  ck_pool_run(pool, cap_task, &context, (int32_t)((context.count + context.share - 1) / context.share));
}

// --- Products ---

// Tasks for each thread. Of dequantised weights many, so that a thread that is held up costs little. Packed weights are
// read faster than that pays for: what lies together is read fastest by one thread. So there are few of them, until each
// would be more than 2^23 products, some 50 microseconds or more.
enum { PACKED_TASKS = 2, DEQUANTIZED_TASKS = 8, PACKED_TASK_PRODUCTS = 1 << 23 };

static int64_t most_tasks(const ck_pool *pool, const matmul_context *context, bool integers) {
  const int64_t threads = ck_pool_threads(pool);
  if (!integers) return threads * DEQUANTIZED_TASKS;
  const double products = (double)context->job->rows * (double)context->job->products[0].weight.columns *
                          (double)(context->units * context->unit);
  const int64_t each = (int64_t)(products / PACKED_TASK_PRODUCTS / (double)threads);
  return threads * (each > PACKED_TASKS ? each : PACKED_TASKS);
}

void ck_pool_matmul(ck_pool *pool, const ck_kernels *kernels, const ck_matmul *job) {
  const bool integers = takes_integers(job);
  if (integers || job->preparation.norm_input || job->preparation.activation) {
    rows_context rows = {
      .kernels = kernels, .matmul = job, .rows = job->rows, .columns = job->products[0].weight.columns};
    run_rows(pool, prepare_task, &rows, ROWS_SHARE);
  }
  matmul_context context = {
    .kernels = kernels, .job = job, .unit = integers ? 2 * CK_PACKED_ROWS : CK_PANEL_COLUMNS};
  for (int32_t i = 0; i < job->product_count; i++) context.units += units_of(&context, i);
  const int64_t most = most_tasks(pool, &context, integers);
  context.tasks = context.units < most ? context.units : most;
  ck_pool_run(pool, matmul_task, &context, (int32_t)context.tasks);
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
  context->kernels->attend(context->job, row, rows, index % context->job->kv_heads, -1);
}

// One chunk of all rows; the next task is that of the next head.
static void chunk_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const attention_context *context = pointer;
  const ck_attention *job = context->job;
  const int32_t chunk = job->first_chunk + index / job->kv_heads;
  context->kernels->attend(job, 0, job->rows, index % job->kv_heads, chunk);
}

static void join_task(void *pointer, int32_t index, float *scratch) {
  (void)scratch;
  const attention_context *context = pointer;
  context->kernels->join_parts(context->job, index / context->job->kv_heads, index % context->job->kv_heads);
}

void ck_pool_attend(ck_pool *pool, const ck_kernels *kernels, const ck_attention *job) {
  attention_context context = {.kernels = kernels, .job = job};
  if (job->parts) {
    ck_pool_run(pool, chunk_task, &context, job->chunks * job->kv_heads);
    ck_pool_run(pool, join_task, &context, job->rows * job->kv_heads);
    return;
  }
  // A few tasks a thread at least, and as many rows a task as that leaves.
  const int32_t threads = ck_pool_threads(pool);
  const int64_t share = (int64_t)job->rows * job->kv_heads / (4 * (int64_t)threads);
  context.share = share < 1 ? 1 : share > ATTENTION_ROWS ? ATTENTION_ROWS : (int32_t)share;
  context.shares = (job->rows + context.share - 1) / context.share;
  // As many tasks for each thread.
  while (context.shares < job->rows && context.shares * job->kv_heads % threads != 0) context.shares++;
  context.share = (job->rows + context.shares - 1) / context.shares;
  context.shares = (job->rows + context.share - 1) / context.share;
  ck_pool_run(pool, attention_task, &context, context.shares * job->kv_heads);
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
