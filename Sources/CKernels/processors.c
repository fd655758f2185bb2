#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include "CKernels.h"

#if defined(__linux__)
#include <sched.h>

// The lowest-numbered sibling of a processor's core: one processor of each core is its own.
static int first_sibling(int processor) {
  char path[128];
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", processor);
  FILE *file = fopen(path, "r");
  if (!file) return processor;
  int first = processor;
  if (fscanf(file, "%d", &first) != 1) first = processor;
  fclose(file);
  return first;
}

int32_t ck_physical_cores(void) {
  cpu_set_t allowed, seen;
  CPU_ZERO(&allowed);
  CPU_ZERO(&seen);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int32_t)count : 1;
  }
  int32_t cores = 0;
  for (int processor = 0; processor < CPU_SETSIZE; processor++) {
    if (!CPU_ISSET(processor, &allowed)) continue;
    int first = first_sibling(processor);
    if (first < 0 || first >= CPU_SETSIZE) first = processor;
    if (CPU_ISSET(first, &seen)) continue;
    CPU_SET(first, &seen);
    cores++;
  }
  return cores > 0 ? cores : 1;
}
#else
#include <sys/sysctl.h>

static int32_t count_of(const char *name) {
  int32_t count = 0;
  size_t size = sizeof count;
  return sysctlbyname(name, &count, &size, NULL, 0) == 0 ? count : 0;
}

int32_t ck_physical_cores(void) {
  const int32_t fast = count_of("hw.perflevel0.physicalcpu");  // Apple silicon's performance cores
  const int32_t count = fast > 0 ? fast : count_of("hw.physicalcpu");
  return count > 0 ? count : 1;
}
#endif
