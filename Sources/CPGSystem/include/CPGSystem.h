#ifndef CPGSYSTEM_H
#define CPGSYSTEM_H

#include <stdint.h>
#include <sys/types.h>

#ifdef __linux__
// Swift's overlay of the C library leaves these two out.
#include <sys/epoll.h>
#include <sys/eventfd.h>

// epoll's events as numbers: the C libraries declare them as an enumeration's cases or as macros, which
// Swift takes for different types.
static const uint32_t PG_EPOLLIN = EPOLLIN, PG_EPOLLOUT = EPOLLOUT, PG_EPOLLRDHUP = EPOLLRDHUP;
static const uint32_t PG_EPOLLHUP = EPOLLHUP, PG_EPOLLERR = EPOLLERR, PG_EPOLLET = (uint32_t)EPOLLET;
#endif

/// Binds a thread or process to one CPU. Returns 0, or an errno; ENOTSUP where the system has no such call.
int pg_system_bind_to_cpu(pid_t pid, int cpu);

/// Lets a thread or process run on these CPUs only. Returns what the call above does.
int pg_system_allow_cpus(pid_t pid, const int *cpus, int count);

/// Whether the calling thread may run on a CPU: 1 or 0; 0 where the system doesn't say.
int pg_system_may_run_on(int cpu);

/// Gives a thread or process the policy SCHED_BATCH, which takes no part in wake-up preemption.
/// Returns 0, or an errno; ENOTSUP where the system has no such policy.
int pg_system_schedule_as_batch(pid_t pid);

/// Starts a detached thread. Returns 0, or an errno.
int pg_system_start_thread(void *(*body)(void *), void *argument);

/// The kernel's identifier of the calling thread, as the calls above take it; 0 where there is none.
pid_t pg_system_thread_id(void);

/// Names the calling thread, by 15 bytes at most, for profilers, debuggers and ps.
void pg_system_name_thread(const char *name);

/// The CPU time of a thread of this process in nanoseconds; -1 where the system doesn't tell.
int64_t pg_system_cpu_time_of_thread(pid_t thread);

/// The CPU time of a process, all its threads together, in nanoseconds; -1 where the system doesn't tell.
int64_t pg_system_cpu_time_of_process(pid_t process);

/// Starts to count the instructions that a thread executes in user mode. Returns a descriptor to read an
/// int64_t from, or an errno, negative; -ENOTSUP where the system has no such counter.
int pg_system_count_instructions(pid_t thread);

/// poll(2) with a limit in nanoseconds; below 0 there is none. Returns what poll does.
///
/// Where the system counts whole milliseconds only, it looks every 50 µs through the rest. The descriptors
/// are untyped, for with poll.h included here, Swift would take pollfd for a type of this module's.
int pg_system_poll(void *descriptors, int count, int64_t nanoseconds);

/// Has the calling thread's waits end at their time, where the system would else add up to 50 µs to save
/// wake-ups.
void pg_system_wake_precisely(void);

/// accept(2) of a socket that neither blocks, nor outlives an exec, nor sends SIGPIPE. Returns what accept
/// does.
int pg_system_accept(int listener);

/// Has signals that would end the process come as bytes, each the signal's number, from a pipe instead; those
/// that other code handles or ignores stay as they are. To be called once. Returns the pipe's end to read
/// from, or an errno, negative.
///
/// A handler, not SIG_IGN: what the process starts has the signal's usual effect again.
int pg_system_take_signals(const int *numbers, int count);

/// Has a write to a closed pipe or socket fail with EPIPE instead of ending the process, unless other code
/// handles or ignores SIGPIPE already.
void pg_system_survive_broken_pipes(void);

/// Does nothing, which no optimiser knows.
void pg_system_black_hole(const void *value);

#endif
