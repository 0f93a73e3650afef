#ifndef CPGALLOCATIONS_H
#define CPGALLOCATIONS_H

#include <stdint.h>

/// How often the calling thread has allocated memory: by malloc, calloc, realloc and the aligned ones, in any library of
/// the process. -1 where they are not counted: elsewhere than on glibc, and under a sanitizer, which has its own.
int64_t pg_allocations_of_thread(void);

#endif
