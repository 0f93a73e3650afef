// A program that defines malloc and its kin has all libraries use them (the C library's manual, "Replacing
// malloc"). These
// count, and leave the work to the C library's own, which it exports under these names.
#define _GNU_SOURCE
#include "CPGAllocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// What one thread has allocated. It stays when the thread ends, for the next one of the same number.
struct counter {
    _Atomic int64_t count;
    _Atomic int64_t bytes;
    pid_t thread;
    struct counter *next;
};

static _Atomic(struct counter *) counters;

// Part of the program itself, so that to reach it allocates nothing.
static _Thread_local struct counter *own __attribute__((tls_model("initial-exec")));

static struct counter *find(pid_t thread) {
    struct counter *each = atomic_load(&counters);
    while (each && each->thread != thread) each = each->next;
    return each;
}

static struct counter *counter_of_thread(void) {
    if (own) return own;
    pid_t thread = (pid_t)syscall(SYS_gettid);
    // The kernel gives a number to one living thread at a time: whoever had it before has ended.
    struct counter *counter = find(thread);
    if (!counter) {
        counter = __libc_calloc(1, sizeof *counter);
        if (!counter) return NULL;
        counter->thread = thread;
        counter->next = atomic_load(&counters);
        while (!atomic_compare_exchange_weak(&counters, &counter->next, counter)) {}
    }
    return own = counter;
}

// Only the thread itself writes, so no addition need be atomic.
static void count(size_t size) {
    struct counter *counter = counter_of_thread();
    if (!counter) return;
    atomic_store_explicit(
        &counter->count, atomic_load_explicit(&counter->count, memory_order_relaxed) + 1, memory_order_relaxed);
    atomic_store_explicit(
        &counter->bytes, atomic_load_explicit(&counter->bytes, memory_order_relaxed) + (int64_t)size,
        memory_order_relaxed);
}

static struct pg_allocations reading(struct counter *counter) {
    struct pg_allocations all = {0, 0};
    if (counter) {
        all.count = atomic_load_explicit(&counter->count, memory_order_relaxed);
        all.bytes = atomic_load_explicit(&counter->bytes, memory_order_relaxed);
    }
    return all;
}

struct pg_allocations pg_allocations_of_thread(pid_t thread) {
    return reading(thread ? find(thread) : counter_of_thread());
}

struct pg_allocations pg_allocations_of_process(void) {
    struct pg_allocations all = {0, 0};
    for (struct counter *each = atomic_load(&counters); each; each = each->next) {
        struct pg_allocations one = reading(each);
        all.count += one.count;
        all.bytes += one.bytes;
    }
    return all;
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count(size);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) || (alignment & (alignment - 1)) || !alignment) return EINVAL;
    void *new = memalign(alignment, size);
    if (!new) return ENOMEM;
    *memory = new;
    return 0;
}

#else

static const struct pg_allocations uncounted = {-1, -1};

struct pg_allocations pg_allocations_of_thread(pid_t thread) {
    (void)thread;
    return uncounted;
}

struct pg_allocations pg_allocations_of_process(void) { return uncounted; }

#endif
