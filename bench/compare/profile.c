/* Runs the model that model_library.c names and prints the least time of each layer. See profile.sh. */
#define _POSIX_C_SOURCE 200809L

#include "profile.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_LAYERS 4096
#define SECONDS 3

extern const size_t model_input_elements, model_output_elements, model_arena_bytes, model_arena_align;
void model_run(const float *input, float *output, unsigned char *arena);

static double least[MOST_LAYERS];
static const char *descriptions[MOST_LAYERS];
static double start;
static int layers;

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

void profile_layer(int index, const char *description)
{
    const double time = now(CLOCK_MONOTONIC);
    if (index >= MOST_LAYERS)
        exit(1);
    if (index > 0 && (least[index - 1] == 0 || time - start < least[index - 1]))
        least[index - 1] = time - start;
    descriptions[index] = description;
    layers = index;
    start = now(CLOCK_MONOTONIC);
}

/* "..., 10.8 MMAC" or "... kMAC" as a number; 0 where there is none. */
static double macs_of(const char *description)
{
    const char *comma = strrchr(description, ',');
    if (comma == NULL)
        return 0;
    char *end;
    const double number = strtod(comma + 1, &end);
    return strcmp(end, " MMAC") == 0 ? number * 1e6 : strcmp(end, " kMAC") == 0 ? number * 1e3 : 0;
}

int main(void)
{
    float *input = malloc(model_input_elements * sizeof(float));
    float *output = malloc(model_output_elements * sizeof(float));
    void *arena = NULL;
    if (input == NULL || output == NULL || posix_memalign(&arena, model_arena_align, model_arena_bytes) != 0)
        return 1;
    for (size_t i = 0; i < model_input_elements; ++i)
        input[i] = (float)(i * 2654435761u % 1000u) / 500.0f - 1.0f;

    const double begin = now(CLOCK_PROCESS_CPUTIME_ID);
    while (now(CLOCK_PROCESS_CPUTIME_ID) - begin < SECONDS * 1e9)
        model_run(input, output, arena);

    double total = 0, macs = 0;
    for (int i = 0; i < layers; ++i)
        total += least[i];
    printf("%9s %6s %8s\n", "us", "share", "GMAC/s");
    for (int i = 0; i < layers; ++i) {
        const double layer = macs_of(descriptions[i]);
        printf("%9.1f %5.1f%% ", least[i] / 1e3, 100 * least[i] / total);
        if (layer > 0)
            printf("%8.1f  %s\n", layer / least[i], descriptions[i]);
        else
            printf("%8s  %s\n", "", descriptions[i]);
        macs += layer;
    }
    printf("%9.1f %5.1f%% %8.1f  total\n", total / 1e3, 100.0, macs / total);
    return 0;
}
