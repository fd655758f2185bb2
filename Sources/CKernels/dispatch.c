#include "tables.h"

int64_t ck_matmul_scratch(int64_t columns) { return CK_PANEL_COLUMNS * ((columns + 15) / 16 * 16); }

#if defined(__x86_64__)
static bool has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

static bool has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vnni");
}
#endif

const ck_kernels *ck_select(const char *name) {
#if defined(__x86_64__)
  if (strcmp(name, "avx512") == 0) return has_avx512() ? &ck_kernels_avx512 : NULL;
  if (strcmp(name, "avx2") == 0) return has_avx2() ? &ck_kernels_avx2 : NULL;
#endif
  return strcmp(name, "generic") == 0 ? &ck_kernels_generic : NULL;
}

const ck_kernels *ck_select_best(void) {
#if defined(__x86_64__)
  if (has_avx512()) return &ck_kernels_avx512;
  if (has_avx2()) return &ck_kernels_avx2;
#endif
  return &ck_kernels_generic;
}
