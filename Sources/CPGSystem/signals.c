#include "CPGSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

// A handler is given nothing but the number.
static int writing_end = -1;

static void pass_on(int number) {
  int before = errno;
  unsigned char byte = (unsigned char)number;
  // A full pipe has signals enough in it.
  ssize_t written = write(writing_end, &byte, 1);
  (void)written;
  errno = before;
}

static void do_nothing(int number) { (void)number; }

static void handle(int number, void (*handler)(int)) {
  struct sigaction action;
  if (sigaction(number, NULL, &action) != 0) return;
  if ((action.sa_flags & SA_SIGINFO) || action.sa_handler != SIG_DFL) return;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

int pg_system_take_signals(const int *numbers, int count) {
  int ends[2];
  if (pipe(ends) != 0) return -errno;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  writing_end = ends[1];
  for (int index = 0; index < count; index++) handle(numbers[index], pass_on);
  return ends[0];
}

void pg_system_survive_broken_pipes(void) { handle(SIGPIPE, do_nothing); }
