// What Swift cannot say: cpu_set_t is a macro API, and gettid is missing from older C libraries.
#define _GNU_SOURCE
#include "CPGSystem.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>

void pg_system_black_hole(const void *value) { __asm__ volatile("" : : "r"(value) : "memory"); }

int pg_system_start_thread(void *(*body)(void *), void *argument) {
    pthread_t thread;
    int failure = pthread_create(&thread, NULL, body, argument);
    return failure != 0 ? failure : pthread_detach(thread);
}

#ifdef __linux__
#include <linux/perf_event.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int pg_system_bind_to_cpu(pid_t pid, int cpu) { return pg_system_allow_cpus(pid, &cpu, 1); }

int pg_system_allow_cpus(pid_t pid, const int *cpus, int count) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = 0; i < count; i++) {
        if (cpus[i] < 0 || cpus[i] >= CPU_SETSIZE) return EINVAL;
        CPU_SET(cpus[i], &set);
    }
    return sched_setaffinity(pid, sizeof set, &set) ? errno : 0;
}

int pg_system_may_run_on(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu < 0 || cpu >= CPU_SETSIZE || sched_getaffinity(0, sizeof set, &set)) return 0;
    return CPU_ISSET(cpu, &set) ? 1 : 0;
}

int pg_system_schedule_as_batch(pid_t pid) {
    struct sched_param parameter = {.sched_priority = 0};
    return sched_setscheduler(pid, SCHED_BATCH, &parameter) ? errno : 0;
}

// The kernel's encoding of a thread's or process's clock (include/linux/posix-timers.h); the C library makes
// one of a process only, or of a thread whose pthread_t is known.
static int64_t cpu_time(pid_t id, int kind) {
    struct timespec time;
    clockid_t clock = (clockid_t)((~(unsigned int)id << 3) | (unsigned int)kind);
    return clock_gettime(clock, &time) ? -1 : (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t pg_system_cpu_time_of_thread(pid_t thread) { return cpu_time(thread, 6); }

int64_t pg_system_cpu_time_of_process(pid_t process) { return cpu_time(process, 2); }

int pg_system_count_instructions(pid_t thread) {
    struct perf_event_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.size = sizeof attributes;
    attributes.type = PERF_TYPE_HARDWARE;
    attributes.config = PERF_COUNT_HW_INSTRUCTIONS;
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    long descriptor = syscall(SYS_perf_event_open, &attributes, thread, -1, -1, PERF_FLAG_FD_CLOEXEC);
    return descriptor < 0 ? -errno : (int)descriptor;
}

pid_t pg_system_thread_id(void) { return (pid_t)syscall(SYS_gettid); }

void pg_system_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int pg_system_poll(void *descriptors, int count, int64_t nanoseconds) {
    struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    return ppoll(descriptors, (nfds_t)count, nanoseconds < 0 ? NULL : &limit, NULL);
}

void pg_system_wake_precisely(void) { prctl(PR_SET_TIMERSLACK, 1UL); }

int pg_system_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

#else

#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int pg_system_poll(void *descriptors, int count, int64_t nanoseconds) {
    if (nanoseconds < 0) return poll(descriptors, (nfds_t)count, -1);
    int64_t start = now(), left;
    int ready = poll(descriptors, (nfds_t)count, (int)(nanoseconds / 1000000));
    // By the clock, for every pause takes longer than it was asked to.
    while (ready == 0 && (left = nanoseconds - (now() - start)) > 0) {
        struct timespec pause = {.tv_nsec = left < 50000 ? left : 50000};
        nanosleep(&pause, NULL);
        ready = poll(descriptors, (nfds_t)count, 0);
    }
    return ready;
}

void pg_system_wake_precisely(void) {}

int pg_system_accept(int listener) {
    int accepted = accept(listener, NULL, NULL);
    if (accepted < 0) return accepted;
    fcntl(accepted, F_SETFD, FD_CLOEXEC);
    fcntl(accepted, F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
    int one = 1;
    setsockopt(accepted, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof one);
#endif
    return accepted;
}

int pg_system_bind_to_cpu(pid_t pid, int cpu) { (void)pid; (void)cpu; return ENOTSUP; }

int pg_system_allow_cpus(pid_t pid, const int *cpus, int count) {
    (void)pid; (void)cpus; (void)count;
    return ENOTSUP;
}
int pg_system_may_run_on(int cpu) { (void)cpu; return 0; }
int pg_system_schedule_as_batch(pid_t pid) { (void)pid; return ENOTSUP; }
int64_t pg_system_cpu_time_of_thread(pid_t thread) { (void)thread; return -1; }
int64_t pg_system_cpu_time_of_process(pid_t process) { (void)process; return -1; }
int pg_system_count_instructions(pid_t thread) { (void)thread; return -ENOTSUP; }
pid_t pg_system_thread_id(void) { return 0; }

#ifdef __APPLE__
void pg_system_name_thread(const char *name) { pthread_setname_np(name); }
#else
void pg_system_name_thread(const char *name) { (void)name; }
#endif

#endif
