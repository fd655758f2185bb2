#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "CKernels.h"

// A job is published in one word: generation (20 bits), number of tasks (22), next task (22). A thread claims a task by
// compare-and-swap on that word, so a late thread can never claim from a job that is over: the word has changed. Having
// claimed one, it may read the job's fields, since the job can't end before the claimed task does.

enum { TASK_BITS = 22, SPINS = 4000 };
static const uint64_t TASK_MASK = (1u << TASK_BITS) - 1;

typedef struct worker {
  ck_pool *pool;
  pthread_t thread;
  float *scratch;
} worker;

struct ck_pool {
  _Alignas(64) _Atomic uint64_t word;
  _Alignas(64) _Atomic int32_t done;
  _Alignas(64) ck_task task;
  void *context;
  int32_t threads;     // the caller included
  _Atomic int32_t sleepers;
  _Atomic bool stopping;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  worker *workers;     // [threads]; the first is the caller's and has no thread
};

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static inline uint64_t next_task(uint64_t word) { return word & TASK_MASK; }
static inline uint64_t task_count(uint64_t word) { return word >> TASK_BITS & TASK_MASK; }

// Does tasks of the present job until none is left to claim.
static void work(ck_pool *pool, float *scratch) {
  uint64_t word = atomic_load_explicit(&pool->word, memory_order_acquire);
  while (next_task(word) < task_count(word)) {
    if (!atomic_compare_exchange_weak_explicit(&pool->word, &word, word + 1, memory_order_acq_rel,
                                               memory_order_acquire))
      continue;
    pool->task(pool->context, (int32_t)next_task(word), scratch);
    atomic_fetch_add_explicit(&pool->done, 1, memory_order_acq_rel);
    word = atomic_load_explicit(&pool->word, memory_order_acquire);
  }
}

static void *worker_main(void *argument) {
  worker *self = argument;
  ck_pool *pool = self->pool;
  for (;;) {
    work(pool, self->scratch);
    uint64_t seen = atomic_load_explicit(&pool->word, memory_order_acquire);
    for (int spin = 0; spin < SPINS && next_task(seen) >= task_count(seen); spin++) {
      relax();
      seen = atomic_load_explicit(&pool->word, memory_order_acquire);
    }
    if (next_task(seen) < task_count(seen)) continue;
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleepers, 1);
    while (!atomic_load(&pool->stopping)) {
      seen = atomic_load(&pool->word);
      if (next_task(seen) < task_count(seen)) break;
      pthread_cond_wait(&pool->wake, &pool->mutex);
    }
    atomic_fetch_sub(&pool->sleepers, 1);
    bool stopping = atomic_load(&pool->stopping);
    pthread_mutex_unlock(&pool->mutex);
    if (stopping) return NULL;
  }
}

void ck_pool_run(ck_pool *pool, ck_task task, void *context, int32_t count) {
  if (count <= 0) return;
  if (count == 1 || pool->threads == 1 || (uint64_t)count > TASK_MASK) {
    for (int32_t i = 0; i < count; i++) task(context, i, pool->workers[0].scratch);
    return;
  }
  pool->task = task;
  pool->context = context;
  atomic_store_explicit(&pool->done, 0, memory_order_relaxed);
  uint64_t generation = (atomic_load(&pool->word) >> (2 * TASK_BITS)) + 1;
  atomic_store(&pool->word, generation << (2 * TASK_BITS) | (uint64_t)count << TASK_BITS);
  if (atomic_load(&pool->sleepers) > 0) {
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
  }
  work(pool, pool->workers[0].scratch);
  for (int spin = 0; atomic_load_explicit(&pool->done, memory_order_acquire) < count; spin++) {
    relax();
    if (spin >= SPINS) sched_yield();
  }
}

ck_pool *ck_pool_create(int32_t threads, int64_t scratch_floats) {
  if (threads < 1 || scratch_floats < 0) return NULL;
  ck_pool *pool = NULL;
  if (posix_memalign((void **)&pool, 64, sizeof(ck_pool)) != 0) return NULL;
  *pool = (ck_pool){.threads = 1};
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pool->workers = calloc((size_t)threads, sizeof(worker));
  if (!pool->workers) {
    ck_pool_destroy(pool);
    return NULL;
  }
  for (int32_t i = 0; i < threads; i++) {
    pool->workers[i].pool = pool;
    if (scratch_floats > 0 &&
        posix_memalign((void **)&pool->workers[i].scratch, 64, (size_t)scratch_floats * sizeof(float)) != 0)
      pool->workers[i].scratch = NULL;
    bool ready = scratch_floats == 0 || pool->workers[i].scratch;
    if (ready && i > 0) ready = pthread_create(&pool->workers[i].thread, NULL, worker_main, &pool->workers[i]) == 0;
    if (!ready) {
      free(pool->workers[i].scratch);
      pool->workers[i].scratch = NULL;
      break;
    }
    pool->threads = i + 1;
  }
  if (!pool->workers[0].scratch && scratch_floats > 0) {
    ck_pool_destroy(pool);
    return NULL;
  }
  return pool;
}

void ck_pool_destroy(ck_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->stopping, true);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
  if (pool->workers) {
    for (int32_t i = 0; i < pool->threads; i++) {
      if (i > 0) pthread_join(pool->workers[i].thread, NULL);
      free(pool->workers[i].scratch);
    }
    free(pool->workers);
  }
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  free(pool);
}

struct ck_thread {
  pthread_t thread;
  void (*body)(void *);
  void *context;
  bool is_detached;
};

static void *thread_main(void *argument) {
  ck_thread *self = argument;
  self->body(self->context);
  if (self->is_detached) free(self);
  return NULL;
}

// The thread frees `self` where it is detached, and may be over before this returns.
static ck_thread *start(void (*body)(void *), void *context, bool is_detached) {
  ck_thread *self = malloc(sizeof *self);
  if (!self) return NULL;
  *self = (ck_thread){.body = body, .context = context, .is_detached = is_detached};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, CK_THREAD_STACK);
  pthread_attr_setdetachstate(&attributes, is_detached ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE);
  pthread_t thread;
  bool is_started = pthread_create(&thread, &attributes, thread_main, self) == 0;
  pthread_attr_destroy(&attributes);
  if (!is_started) {
    free(self);
    return NULL;
  }
  if (!is_detached) self->thread = thread;
  return self;
}

ck_thread *ck_thread_start(void (*body)(void *), void *context) { return start(body, context, false); }

bool ck_thread_detach(void (*body)(void *), void *context) { return start(body, context, true) != NULL; }

void ck_thread_join(ck_thread *thread) {
  pthread_join(thread->thread, NULL);
  free(thread);
}

void ck_name_thread(const char *name) {
#if defined(__APPLE__)
  pthread_setname_np(name);
#else
  pthread_setname_np(pthread_self(), name);
#endif
}

static void no_work(void *context) { (void)context; }

int32_t ck_startable_threads(int32_t most) {
  ck_thread **threads = calloc((size_t)(most > 0 ? most : 1), sizeof *threads);
  int32_t count = 1;
  while (threads && count < most && (threads[count] = ck_thread_start(no_work, NULL))) count++;
  for (int32_t i = 1; i < count; i++) ck_thread_join(threads[i]);
  free(threads);
  return count;
}

int32_t ck_pool_threads(const ck_pool *pool) { return pool->threads; }
