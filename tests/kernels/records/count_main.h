/* Calls each function of a table of pairs twice, so that the second call can be counted, or takes their times. Part of a
 * program that CountProgram.cpp writes, which defines before it:
 *
 * calls            the functions, a pointer to each
 * TIMED            1: prints the seconds of each call on a line of its own
 * fill_inputs      what is called before all of them */
#if TIMED
#include <stdio.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double seconds_of(void (*call)(void))
{
    double best = INFINITY;
    for (int batch = 0; batch < 20; batch++) {
        const double begin = now();
        double end = begin;
        int times = 0;
        for (; end - begin < 0.005; end = now(), times++)
            call();
        const double seconds = (end - begin) / times;
        best = seconds < best ? seconds : best;
    }
    return best;
}
#endif

int main(void)
{
    fill_inputs();
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
#if TIMED
        printf("%g\n", seconds_of(calls[i]));
#else
        calls[i]();
        calls[i]();
#endif
    }
    return 0;
}
