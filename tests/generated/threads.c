/* Two threads run one model at once, each on memory of its own that begins with the same bytes, and end with the same. */
#include "model.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#ifndef MODEL_STATE_BYTES
#define MODEL_STATE_BYTES 0
#endif

#define RUNS 3

typedef struct {
    unsigned char arena[MODEL_ARENA_BYTES + 1] __attribute__((aligned(MODEL_ARENA_ALIGN)));
    unsigned char state[MODEL_STATE_BYTES + 1] __attribute__((aligned(MODEL_ARENA_ALIGN)));
} memory;

static void *run(void *argument)
{
    memory *const m = argument;
    memset(m, 0x11, sizeof *m);
#if MODEL_STATE_BYTES
    model_reset(m->state);
#endif
    for (int i = 0; i < RUNS; ++i) {
#if MODEL_STATE_BYTES
        model_run(m->arena, m->state);
#else
        model_run(m->arena);
#endif
    }
    return NULL;
}

int main(void)
{
    static memory blocks[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; ++i)
        if (pthread_create(&threads[i], NULL, run, &blocks[i]))
            return 2;
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    if (memcmp(&blocks[0], &blocks[1], sizeof *blocks)) {
        puts("the threads' results differ");
        return 1;
    }
    return 0;
}
