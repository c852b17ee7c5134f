/* Two generated networks in one program: which way each says that a drawing runs ('.' is 0, '#' is 127). */
#include "first.h"
#include "second.h"

#include <stdio.h>

static unsigned char first_arena[FIRST_ARENA_BYTES] __attribute__((aligned(FIRST_ARENA_ALIGN)));
static unsigned char second_arena[SECOND_ARENA_BYTES] __attribute__((aligned(SECOND_ARENA_ALIGN)));

static int best(const int8_t *scores, int count)
{
    int top = 0;
    for (int i = 1; i < count; ++i)
        if (scores[i] > scores[top])
            top = i;
    return top;
}

int main(int argc, char **argv)
{
    int8_t image[FIRST_INPUT_IMAGE_ELEMENTS], scores[FIRST_OUTPUT_DIRECTION_ELEMENTS];
    int first;
    FILE *drawing = fopen(argv[argc - 1], "r");
    if (!drawing)
        return 1;
    for (int i = 0; i < FIRST_INPUT_IMAGE_ELEMENTS;) {
        const int character = fgetc(drawing);
        if (character == EOF)
            return 1;
        if (character != '\n')
            image[i++] = character == '#' ? 127 : 0;
    }
    fclose(drawing);
    first_run(image, scores, first_arena);
    first = best(scores, FIRST_OUTPUT_DIRECTION_ELEMENTS);
    second_run(image, scores, second_arena);
    printf("classes %d and %d\n", first, best(scores, SECOND_OUTPUT_DIRECTION_ELEMENTS));
    return 0;
}
