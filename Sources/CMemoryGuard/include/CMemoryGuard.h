#ifndef CMEMORYGUARD_H
#define CMEMORYGUARD_H

// Running out of memory in a program whose language can't say so: Swift's arrays and texts abort where malloc fails.
//
// Where this is linked in (glibc; not under a sanitizer, which has an allocator of its own), malloc, calloc and realloc
// are the system's, with one change after memory_guard_arm: where they would return NULL, the process ends with a
// sentence and exit code 1, and leaves nothing unfinished. Memory that is expected to be too much to ask for is taken by
// posix_memalign and mmap, which return as ever.
void memory_guard_arm(void);

#endif
