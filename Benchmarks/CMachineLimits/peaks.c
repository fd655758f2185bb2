#include <stdbool.h>
#include <string.h>

#include "CMachineLimits.h"
#include "loops.h"
#include "team.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#define CML_HWCAP_ASIMDDP (1ul << 20)
#endif

static const cml_loops *loops_named(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (strcmp(name, "avx512") == 0)
    return avx2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni") ? &cml_loops_avx512
                                                                                               : NULL;
  if (strcmp(name, "avxvnni") == 0) return avx2 && __builtin_cpu_supports("avxvnni") ? &cml_loops_avxvnni : NULL;
  if (strcmp(name, "avx2") == 0) return avx2 ? &cml_loops_avx2 : NULL;
#elif defined(__aarch64__)
#if defined(__linux__)
  const bool dots = getauxval(AT_HWCAP) & CML_HWCAP_ASIMDDP;
#else
  const bool dots = true;  // every processor of Apple's
#endif
  if (strcmp(name, "neon") == 0) return dots ? &cml_loops_neon : NULL;
#endif
  return strcmp(name, "generic") == 0 ? &cml_loops_generic : NULL;
}

typedef struct peak_context {
  const cml_loops *loops;
  cml_operation operation;
  int64_t rounds;
} peak_context;

static uint64_t run_loop(void *pointer, int32_t thread) {
  (void)thread;
  const peak_context *context = pointer;
  if (context->operation == CML_INTEGER_DOTS) return context->loops->integer_dots(context->rounds);
  return (uint64_t)context->loops->float_fmas(context->rounds);
}

double cml_peak(const char *instruction_set, cml_operation operation, int32_t threads) {
  enum { RUNS = 9 };
  const double least_seconds = 0.02;
  peak_context context = {loops_named(instruction_set), operation, 1 << 16};
  if (!context.loops) return 0;
  double seconds;
  while ((seconds = cml_team_seconds(threads, run_loop, &context)) < least_seconds) {
    if (seconds < 0) return 0;
    context.rounds *= 2;
  }
  for (int run = 1; run < RUNS; run++) {
    const double again = cml_team_seconds(threads, run_loop, &context);
    if (again > 0 && again < seconds) seconds = again;
  }
  const int64_t operations =
      operation == CML_INTEGER_DOTS ? context.loops->integer_operations : context.loops->float_operations;
  return (double)operations * (double)context.rounds * threads / seconds;
}

const char *cml_compiler(void) { return __VERSION__; }
