#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "CGuard.h"
#include "CMemoryGuard.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_OTHER_ALLOCATOR
#endif
#endif

static _Atomic bool is_armed;

void memory_guard_arm(void) { atomic_store(&is_armed, true); }

#if defined(__GLIBC__) && !defined(HAS_OTHER_ALLOCATOR)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

// The number's digits, before the end of `text`: printf may allocate.
static const char *digits(size_t number, char *text, size_t size) {
  char *first = text + size - 1;
  *first = 0;
  do *--first = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  return first;
}

static void *fail(size_t bytes) {
  if (!atomic_load_explicit(&is_armed, memory_order_relaxed)) return NULL;
  char text[24];
  const char *texts[] = {"no memory for ", digits(bytes, text, sizeof text),
                         " bytes more; ask for less at once, or give it more memory", NULL};
  guard_fail(texts);
}

void *malloc(size_t size) {
  void *memory = __libc_malloc(size);
  return __builtin_expect(memory != NULL, 1) ? memory : fail(size);
}

void *calloc(size_t count, size_t size) {
  void *memory = __libc_calloc(count, size);
  return __builtin_expect(memory != NULL, 1) ? memory : fail(size > 0 && count > SIZE_MAX / size ? SIZE_MAX : count * size);
}

void *realloc(void *old, size_t size) {
  void *memory = __libc_realloc(old, size);
  // For no bytes it frees, and gives nothing.
  return __builtin_expect(memory != NULL || size == 0, 1) ? memory : fail(size);
}

#endif
