#ifndef CML_TEAM_H
#define CML_TEAM_H

#include <stdint.h>

// What one of a team's threads does; what it returns is kept from being optimised away.
typedef uint64_t (*cml_work)(void *context, int32_t thread);

// Seconds from the start of all of `threads` threads to the end of the last, or -1 where there are none to be had.
double cml_team_seconds(int32_t threads, cml_work work, void *context);

#endif
