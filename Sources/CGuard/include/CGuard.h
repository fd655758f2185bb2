#ifndef CGUARD_H
#define CGUARD_H

// What must be known when the process ends at a bad moment: which files are unfinished, and which memory is a mapping of
// a file. Both are tables of fixed size, written without locks, so that a signal handler may read them. Nothing here
// installs a handler but guard_install, which is for programs, not for libraries.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Notes a file, or a directory, that is to go if the process ends before it is finished. Returns its place, or -1 where
// the table is full or the path too long: it stays then, if the process ends at a bad moment.
int32_t guard_add_unfinished(const char *path, bool is_directory);
// Forgets it: it has its name, or is gone.
void guard_remove_unfinished(int32_t place);
// Removes all that is unfinished: files, then directories. May be called in a signal handler.
void guard_discard_unfinished(void);

// Notes memory that maps a file; -1 where the table is full. A fault in it is told without the file's name then.
int32_t guard_add_mapping(const void *base, size_t length, const char *path);
void guard_remove_mapping(int32_t place);

// From here on: SIGBUS in a mapping ends the process with a sentence and exit code 1; SIGINT, SIGTERM, SIGHUP and
// SIGPIPE end it as they do anyway, after what is unfinished was removed; SIGXFSZ is ignored, so that a write beyond the
// limit of file sizes fails with EFBIG. Signals that the parent process had ignored stay ignored, but for SIGPIPE.
void guard_install(void);
// Gives a signal back that meaning, after another handler had it.
void guard_restore(int signal);

// Removes what is unfinished, writes "error: ", the texts (up to a NULL) and a newline to standard error, and ends the
// process with exit code 1, without returning to anything. May be called in a signal handler.
_Noreturn void guard_fail(const char *const *texts);

#endif
