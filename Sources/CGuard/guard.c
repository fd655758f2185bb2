#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CGuard.h"

enum { FREE = 0, TAKEN, FILE_IN_USE, DIRECTORY_IN_USE, UNFINISHED = 256, MAPPINGS = 4096, PATH_SIZE = 4096, NAME_SIZE = 512 };

// A handler may run between any two of these writes; it looks at a place only once its state says that all is there.
static struct {
  _Atomic int state;
  char path[PATH_SIZE];
} unfinished[UNFINISHED];

static struct {
  _Atomic int state;
  const char *base;
  size_t length;
  char path[NAME_SIZE];
} mappings[MAPPINGS];

int32_t guard_add_unfinished(const char *path, bool is_directory) {
  size_t length = strlen(path);
  if (length >= PATH_SIZE) return -1;
  for (int32_t i = 0; i < UNFINISHED; i++) {
    int expected = FREE;
    if (!atomic_compare_exchange_strong(&unfinished[i].state, &expected, TAKEN)) continue;
    memcpy(unfinished[i].path, path, length + 1);
    atomic_store(&unfinished[i].state, is_directory ? DIRECTORY_IN_USE : FILE_IN_USE);
    return i;
  }
  return -1;
}

void guard_remove_unfinished(int32_t place) {
  if (place >= 0 && place < UNFINISHED) atomic_store(&unfinished[place].state, FREE);
}

void guard_discard_unfinished(void) {
  int number = errno;
  for (int32_t i = 0; i < UNFINISHED; i++)
    if (atomic_load(&unfinished[i].state) == FILE_IN_USE) unlink(unfinished[i].path);
  for (int32_t i = 0; i < UNFINISHED; i++)
    if (atomic_load(&unfinished[i].state) == DIRECTORY_IN_USE) rmdir(unfinished[i].path);
  errno = number;
}

int32_t guard_add_mapping(const void *base, size_t length, const char *path) {
  for (int32_t i = 0; i < MAPPINGS; i++) {
    int expected = FREE;
    if (!atomic_compare_exchange_strong(&mappings[i].state, &expected, TAKEN)) continue;
    mappings[i].base = base;
    mappings[i].length = length;
    strncpy(mappings[i].path, path, NAME_SIZE - 1);
    mappings[i].path[NAME_SIZE - 1] = 0;
    atomic_store(&mappings[i].state, FILE_IN_USE);
    return i;
  }
  return -1;
}

void guard_remove_mapping(int32_t place) {
  if (place >= 0 && place < MAPPINGS) atomic_store(&mappings[place].state, FREE);
}

static void say(const char *text) {
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t count = write(STDERR_FILENO, text, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text += count;
    length -= (size_t)count;
  }
}

// A path holds what its writer likes; a terminal isn't to obey it.
static void say_printable(const char *text) {
  char line[2 * NAME_SIZE];
  size_t count = 0;
  for (; *text && count < sizeof line - 1; text++) line[count++] = (unsigned char)*text < 0x20 || *text == 0x7F ? '?' : *text;
  line[count] = 0;
  say(line);
}

_Noreturn void guard_fail(const char *const *texts) {
  // A second fault, or another thread's, has nothing to add.
  static atomic_flag isFailing = ATOMIC_FLAG_INIT;
  if (!atomic_flag_test_and_set(&isFailing)) {
    guard_discard_unfinished();
    say("error: ");
    for (; *texts; texts++) say_printable(*texts);
    say("\n");
    _exit(1);
  }
  // The first ends the process.
  for (;;) pause();
}

static void on_fault(int signal_number, siginfo_t *info, void *context) {
  (void)context;
  const char *address = info->si_addr;
  for (int32_t i = 0; i < MAPPINGS; i++) {
    if (atomic_load(&mappings[i].state) != FILE_IN_USE) continue;
    if (address < mappings[i].base || (size_t)(address - mappings[i].base) >= mappings[i].length) continue;
    const char *texts[] = {mappings[i].path,
                           ": changed while it was in use: it was cut short, or its disk can't be read; "
                           "leave a model's files alone while they are read, and run it again",
                           NULL};
    guard_fail(texts);
  }
  // Not a mapping: a fault of the program's own. It happens again when this returns, and ends the process.
  signal(signal_number, SIG_DFL);
}

static void on_end(int signal_number) {
  guard_discard_unfinished();
  // The first process of a container is not ended by a signal that it leaves to the system.
  if (getpid() == 1) _exit(128 + signal_number);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

static void unblock(int signal_number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal_number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void guard_restore(int signal_number) {
  struct sigaction action = {.sa_handler = on_end, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(signal_number, &action, NULL);
}

void guard_install(void) {
  struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigemptyset(&fault.sa_mask);
  sigaction(SIGBUS, &fault, NULL);
  signal(SIGXFSZ, SIG_IGN);
  const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    struct sigaction before;
    bool is_ignored = sigaction(ends[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN;
    if (ends[i] != SIGPIPE && is_ignored) continue;
    guard_restore(ends[i]);
    // A signal that the parent had blocked stays blocked in its children unless they say otherwise.
    unblock(ends[i]);
  }
}
