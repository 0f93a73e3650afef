// What Swift cannot say: cpu_set_t is a macro API, and gettid is missing from older C libraries.
#define _GNU_SOURCE
#include "CPGPlatform.h"

#include <errno.h>
#include <pthread.h>

void pg_platform_black_hole(const void *value) { __asm__ volatile("" : : "r"(value) : "memory"); }

#ifdef __linux__
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

int pg_platform_bind_to_cpu(pid_t pid, int cpu) {
    if (cpu < 0 || cpu >= CPU_SETSIZE) return EINVAL;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(pid, sizeof set, &set) ? errno : 0;
}

int pg_platform_may_run_on(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu < 0 || cpu >= CPU_SETSIZE || sched_getaffinity(0, sizeof set, &set)) return 0;
    return CPU_ISSET(cpu, &set) ? 1 : 0;
}

int pg_platform_schedule_as_batch(pid_t pid) {
    struct sched_param parameter = {.sched_priority = 0};
    return sched_setscheduler(pid, SCHED_BATCH, &parameter) ? errno : 0;
}

pid_t pg_platform_thread_id(void) { return (pid_t)syscall(SYS_gettid); }

void pg_platform_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

#else

int pg_platform_bind_to_cpu(pid_t pid, int cpu) { (void)pid; (void)cpu; return ENOTSUP; }
int pg_platform_may_run_on(int cpu) { (void)cpu; return 0; }
int pg_platform_schedule_as_batch(pid_t pid) { (void)pid; return ENOTSUP; }
pid_t pg_platform_thread_id(void) { return 0; }

#ifdef __APPLE__
void pg_platform_name_thread(const char *name) { pthread_setname_np(name); }
#else
void pg_platform_name_thread(const char *name) { (void)name; }
#endif

#endif
