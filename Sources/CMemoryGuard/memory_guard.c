#define _GNU_SOURCE
#include <dlfcn.h>
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

// The allocator that would be called without this one: the system's, or one that was loaded before it (LD_PRELOAD), whose
// `free` is the one that is called.
static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);

// What the look-up itself may ask for. It keeps that, so that nothing of it is ever freed.
static _Alignas(16) char early[4096];
static size_t early_count;
static bool is_looking_up;

static void *early_malloc(size_t size) {
  size_t taken = (size + 15) & ~(size_t)15;
  if (size > sizeof early || taken > sizeof early - early_count) return NULL;
  early_count += taken;
  return early + early_count - taken;
}

// The first call comes from the loader, before there is a second thread.
static void look_up(void) {
  is_looking_up = true;
  next_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
  next_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
  next_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
  is_looking_up = false;
}

// Whether the next allocator is known, or about to be.
static bool is_ready(void) {
  if (__builtin_expect(next_malloc != NULL, 1)) return true;
  if (!is_looking_up) look_up();
  return next_malloc != NULL;
}

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
  if (!is_ready()) return early_malloc(size);
  void *memory = next_malloc(size);
  return __builtin_expect(memory != NULL, 1) ? memory : fail(size);
}

void *calloc(size_t count, size_t size) {
  // The early memory is zeros.
  if (!is_ready()) return size > 0 && count > SIZE_MAX / size ? NULL : early_malloc(count * size);
  void *memory = next_calloc(count, size);
  if (__builtin_expect(memory != NULL, 1)) return memory;
  return fail(size > 0 && count > SIZE_MAX / size ? SIZE_MAX : count * size);
}

void *realloc(void *old, size_t size) {
  if (!is_ready()) return old ? NULL : early_malloc(size);
  void *memory = next_realloc(old, size);
  // For no bytes it frees, and gives nothing.
  return __builtin_expect(memory != NULL || size == 0, 1) ? memory : fail(size);
}

#endif
