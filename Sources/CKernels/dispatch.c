#include "tables.h"

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

int64_t ck_matmul_scratch(int64_t columns) { return CK_PANEL_COLUMNS * ((columns + 15) / 16 * 16); }

#if defined(__x86_64__)
static bool has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

static bool has_avxvnni(void) { return has_avx2() && __builtin_cpu_supports("avxvnni"); }

static bool has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vnni");
}
#elif defined(__aarch64__)
// NEON and fused multiply-add are everywhere; instructions for dot products of bytes came with Armv8.2.
static bool has_dot_products(void) {
#if defined(__linux__)
  return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#elif defined(__APPLE__)
  int32_t value = 0;
  size_t size = sizeof value;
  return sysctlbyname("hw.optional.arm.FEAT_DotProd", &value, &size, NULL, 0) == 0 && value != 0;
#else
  return false;
#endif
}
#endif

const ck_kernels *ck_select(const char *name) {
#if defined(__x86_64__)
  if (strcmp(name, "avx512") == 0) return has_avx512() ? &ck_kernels_avx512 : NULL;
  if (strcmp(name, "avxvnni") == 0) return has_avxvnni() ? &ck_kernels_avxvnni : NULL;
  if (strcmp(name, "avx2") == 0) return has_avx2() ? &ck_kernels_avx2 : NULL;
#elif defined(__aarch64__)
  if (strcmp(name, "neon") == 0) return has_dot_products() ? &ck_kernels_neon : NULL;
#endif
  return strcmp(name, "generic") == 0 ? &ck_kernels_generic : NULL;
}

const ck_kernels *ck_select_best(void) {
#if defined(__x86_64__)
  if (has_avx512()) return &ck_kernels_avx512;
  if (has_avxvnni()) return &ck_kernels_avxvnni;
  if (has_avx2()) return &ck_kernels_avx2;
#elif defined(__aarch64__)
  if (has_dot_products()) return &ck_kernels_neon;
#endif
  return &ck_kernels_generic;
}
