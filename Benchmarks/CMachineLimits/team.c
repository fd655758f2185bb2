#define _GNU_SOURCE
#include "team.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

typedef struct team {
  cml_work work;
  void *context;
  atomic_int ready, started;
  _Atomic uint64_t results;
} team;

typedef struct member {
  pthread_t thread;
  team *team;
  int32_t index;
} member;

static void *run_member(void *pointer) {
  const member *member = pointer;
  team *team = member->team;
  atomic_fetch_add(&team->ready, 1);
  int started;
  while ((started = atomic_load(&team->started)) == 0) {}
  if (started > 0) atomic_fetch_xor(&team->results, team->work(team->context, member->index));
  return NULL;
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double cml_team_seconds(int32_t threads, cml_work work, void *context) {
  if (threads < 1) return -1;
  member *members = calloc((size_t)threads, sizeof *members);
  if (!members) return -1;
  team team = {.work = work, .context = context};
  int32_t count = 0;
  for (; count < threads; count++) {
    members[count] = (member){.team = &team, .index = count};
    if (pthread_create(&members[count].thread, NULL, run_member, &members[count]) != 0) break;
  }
  while (atomic_load(&team.ready) < count) sched_yield();
  const double start = seconds_now();
  atomic_store(&team.started, count == threads ? 1 : -1);
  for (int32_t i = 0; i < count; i++) pthread_join(members[i].thread, NULL);
  const double seconds = seconds_now() - start;
  free(members);
  return count == threads ? seconds : -1;
}
