/* Says what is on a photograph, with a network that barecc compiled.
 *
 *     classify PHOTO.ppm LABELS.txt
 *
 * PHOTO.ppm is a binary portable pixmap (P6) of 224 x 224 pixels, LABELS.txt has one class a line. This program shows
 * all there is to using a generated network: include its header, give it an arena, call one function. */
#define _POSIX_C_SOURCE 199309L /* clock_gettime */

#include "mobilenet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIDE 224
#define CLASSES MOBILENET_OUTPUT_MOBILENETV1_PREDICTIONS_RESHAPE_1_ELEMENTS
#define LABEL_BYTES 128
#define TOP 5
#define FEWEST_CALLS 5
#define MOST_CALLS 200
#define TIMING_MILLISECONDS 1000.0
#define BAR_WIDTH 40

/* All the memory that the network computes in. Not on the stack, which may be smaller. The attribute asks for the
 * alignment that the network's vector instructions need; in C11, _Alignas says the same. */
static unsigned char arena[MOBILENET_ARENA_BYTES] __attribute__((aligned(MOBILENET_ARENA_ALIGN)));

static float image[MOBILENET_INPUT_INPUT_ELEMENTS];
static float scores[CLASSES];
static char labels[CLASSES][LABEL_BYTES];

static void fail(const char *path, const char *what)
{
    fprintf(stderr, "classify: %s: %s\n", path, what);
    exit(1);
}

/* MobileNet wants each colour in the range from -1 to 1, pixel after pixel, red, green, blue: the order of a PPM. */
static void read_photo(const char *path)
{
    int width, height, depth;
    size_t i;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail(path, "cannot be opened");
    if (fscanf(file, "P6 %d %d %d", &width, &height, &depth) != 3 || fgetc(file) == EOF)
        fail(path, "is not a binary PPM");
    if (width != SIDE || height != SIDE || depth != 255)
        fail(path, "is not 224 x 224 pixels of 8 bits a colour");
    for (i = 0; i < MOBILENET_INPUT_INPUT_ELEMENTS; ++i) {
        const int colour = fgetc(file);
        if (colour == EOF)
            fail(path, "ends too early");
        image[i] = (float)colour / 127.5f - 1.0f;
    }
    fclose(file);
}

static void read_labels(const char *path)
{
    size_t i;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail(path, "cannot be opened");
    for (i = 0; i < CLASSES; ++i) {
        if (fgets(labels[i], LABEL_BYTES, file) == NULL)
            fail(path, "has fewer lines than the network has classes");
        labels[i][strcspn(labels[i], "\r\n")] = '\0';
    }
    fclose(file);
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The largest scores, each with a bar of its length. */
static void print_top(void)
{
    int rank, i;
    for (rank = 0; rank < TOP; ++rank) {
        size_t best = 0, n;
        for (n = 1; n < CLASSES; ++n)
            if (scores[n] > scores[best])
                best = n;
        printf("  %5.1f %%  %-28s ", (double)scores[best] * 100.0, labels[best]);
        for (i = 0; i < (int)(scores[best] * BAR_WIDTH + 0.5f); ++i)
            fputs("\xe2\x96\x88", stdout); /* a full block, in UTF-8 */
        putchar('\n');
        scores[best] = -1.0f; /* out of the race for the next rank */
    }
}

int main(int argc, char **argv)
{
    static double times[MOST_CALLS];
    double total = 0.0;
    int calls = 0;
    if (argc != 3)
        fail("usage", "classify PHOTO.ppm LABELS.txt");
    read_photo(argv[1]);
    read_labels(argv[2]);

    mobilenet_run(image, scores, arena); /* the whole of it */

    /* Again, for the clock; it gives the same scores each time. */
    while (calls < FEWEST_CALLS || (calls < MOST_CALLS && total < TIMING_MILLISECONDS)) {
        const double start = milliseconds();
        mobilenet_run(image, scores, arena);
        times[calls] = milliseconds() - start;
        total += times[calls++];
    }
    qsort(times, (size_t)calls, sizeof times[0], ascending);

    print_top();
    printf("\n  latency       %.2f ms  (median of %d calls on one core; best %.2f ms)\n", times[calls / 2], calls,
           times[0]);
    return 0;
}
