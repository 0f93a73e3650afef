#ifndef CPGALLOCATIONS_H
#define CPGALLOCATIONS_H

#include <stdint.h>
#include <sys/types.h>

/// How often memory was allocated, by malloc, calloc, realloc and the aligned ones, in any library of the
/// process, and how
/// many bytes were asked for. -1 where that is not counted: elsewhere than on glibc, and under a sanitizer,
/// which has its own.
struct pg_allocations {
    int64_t count;
    int64_t bytes;
};

/// What a thread has allocated, by the kernel's identifier; 0 is the calling thread.
struct pg_allocations pg_allocations_of_thread(pid_t thread);

/// What all threads of the process have allocated, those that have ended included.
struct pg_allocations pg_allocations_of_process(void);

#endif
