/* Blocks between pages that may not be touched: a program that does says what it was beside, and ends. */
#pragma once

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUARD_BYTES 65536u /* on either side, several pages */

static void tell_what_was_touched(int number, siginfo_t *info, void *context)
{
    const unsigned char *const touched = info->si_addr;
    (void)context;
    printf("signal %d\n", number);
    for (size_t i = 0; i < block_count; i++) {
        const block *const b = &blocks[i];
        if (touched >= b->begin - GUARD_BYTES && touched < b->begin + b->bytes + GUARD_BYTES)
            printf("byte %ld of %s, which has %ld, is touched\n", (long)(touched - b->at), block_names[i],
                   (long)b->used);
    }
    printf("%s\n", current_call);
    fflush(stdout);
    _Exit(1);
}

/* At least so many bytes, all that lies between the guards. */
static unsigned char *allocate(size_t *bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct sigaction action;
    unsigned char *memory;
    *bytes = (*bytes + page - 1) / page * page;
    memory = mmap(NULL, *bytes + 2 * GUARD_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + GUARD_BYTES, *bytes, PROT_READ | PROT_WRITE) != 0)
        abort();
    memset(&action, 0, sizeof action);
    action.sa_sigaction = tell_what_was_touched;
    action.sa_flags = SA_SIGINFO;
    if (sigaction(SIGSEGV, &action, NULL) != 0 || sigaction(SIGBUS, &action, NULL) != 0)
        abort();
    return memory + GUARD_BYTES;
}
