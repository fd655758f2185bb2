#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "CMachineLimits.h"
#include "loops.h"
#include "team.h"

typedef uint64_t line __attribute__((vector_size(64)));

typedef struct read_context {
  const line *lines;
  int64_t count;    // of each thread
  int streams;      // places that a thread reads from in turn
  int64_t ahead;    // lines that are fetched ahead; 0: what the processor does by itself
} read_context;

#define CML_MAX_STREAMS 4

// All of a thread's lines, added up.
static inline __attribute__((always_inline)) uint64_t read_lines(const line *lines, int64_t count, const int streams,
                                                                 int64_t ahead) {
  line sums[CML_MAX_STREAMS] = {0};
  const int64_t run = count / streams;
  for (int64_t i = 0; i < run; i++)
    CML_UNROLL for (int s = 0; s < streams; s++) {
      if (ahead > 0) __builtin_prefetch(lines + s * run + i + ahead);
      sums[s] += lines[s * run + i];
    }
  uint64_t sum = 0;
  for (int s = 0; s < streams; s++)
    for (int lane = 0; lane < 8; lane++) sum += sums[s][lane];
  return sum;
}

static uint64_t run_reading(void *pointer, int32_t thread) {
  const read_context *context = pointer;
  const line *lines = context->lines + thread * context->count;
  switch (context->streams) {
    case 1: return read_lines(lines, context->count, 1, context->ahead);
    case 2: return read_lines(lines, context->count, 2, context->ahead);
    default: return read_lines(lines, context->count, CML_MAX_STREAMS, context->ahead);
  }
}

// Each thread is the first to touch its part, so that the part is near it.
static uint64_t run_filling(void *pointer, int32_t thread) {
  const read_context *context = pointer;
  memset((line *)context->lines + thread * context->count, 1, (size_t)context->count * sizeof(line));
  return 0;
}

double cml_read_bandwidth(int32_t threads, int64_t bytes) {
  enum { RUNS = 5, LARGE_PAGE = 2 << 20 };
  void *memory = NULL;
  if (threads < 1 || bytes < threads * (int64_t)sizeof(line) * CML_MAX_STREAMS ||
      posix_memalign(&memory, LARGE_PAGE, (size_t)bytes) != 0)
    return 0;
#if defined(__linux__)
  madvise(memory, (size_t)bytes, MADV_HUGEPAGE);  // as packed weights lie
#endif
  read_context context = {.lines = memory, .count = bytes / (int64_t)sizeof(line) / threads};
  context.count -= context.count % CML_MAX_STREAMS;
  double best = 0;
  if (cml_team_seconds(threads, run_filling, &context) >= 0) {
    for (context.streams = 1; context.streams <= CML_MAX_STREAMS; context.streams *= 2)
      for (context.ahead = 0; context.ahead <= 64; context.ahead = context.ahead ? context.ahead * 4 : 16)
        for (int run = 0; run < RUNS; run++) {
          const double seconds = cml_team_seconds(threads, run_reading, &context);
          const double rate = (double)context.count * sizeof(line) * threads / seconds;
          if (seconds > 0 && rate > best) best = rate;
        }
  }
  free(memory);
  return best;
}
