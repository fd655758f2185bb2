#ifndef CML_LOOPS_H
#define CML_LOOPS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// One instruction set's loops. Each runs `rounds` rounds of the operations that `..._operations` says are in one, and
// returns something that depends on all of them. There are more independent chains than the longest latency times the
// most that can start in a cycle, and no round can be left out or moved out of the loop.
typedef struct cml_loops {
  const char *name;
  int64_t integer_operations, float_operations;  // in a round
  uint32_t (*integer_dots)(int64_t rounds);
  float (*float_fmas)(int64_t rounds);
} cml_loops;

extern const cml_loops cml_loops_generic;
#if defined(__x86_64__)
extern const cml_loops cml_loops_avx2;
extern const cml_loops cml_loops_avxvnni;
extern const cml_loops cml_loops_avx512;
#elif defined(__aarch64__)
extern const cml_loops cml_loops_neon;
#endif

// Makes a vector's contents unknown to the compiler, at no cost: CML_START those of a chain that begins, which must not be
// seen to equal another, CML_UNKNOWN those of a factor whose product would be moved out of the loop.
#if defined(__x86_64__)
#define CML_UNKNOWN(v) __asm__ volatile("" : "+v"(v))
#elif defined(__aarch64__)
#define CML_UNKNOWN(v) __asm__ volatile("" : "+w"(v))
#else
#define CML_UNKNOWN(v) __asm__ volatile("" : "+m"(v))
#endif
#define CML_START(v)            \
  do {                          \
    memset(&(v), 0, sizeof(v)); \
    CML_UNKNOWN(v);             \
  } while (0)
#define CML_UNROLL _Pragma("unroll")

#endif
