/* What known_*.S define. */
#pragma once

#define KNOWN_ARENA_BYTES 0
#define KNOWN_ARENA_ALIGN 1

void known_run(unsigned char *arena);
