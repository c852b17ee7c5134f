/* Gives a generated model of one input and one output names that do not depend on it:
 *     cc -DHEADER='"NAME.h"' -DNAME=name -DUPPER=NAME -shared ... */
#include HEADER

#include <stddef.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

extern const size_t model_input_elements, model_output_elements, model_arena_bytes, model_arena_align;
const size_t model_input_elements = JOIN(UPPER, _INPUT_INPUT_ELEMENTS);
const size_t model_output_elements = JOIN(UPPER, _OUTPUT_OUTPUT_ELEMENTS);
const size_t model_arena_bytes = JOIN(UPPER, _ARENA_BYTES);
const size_t model_arena_align = JOIN(UPPER, _ARENA_ALIGN);

void model_run(const float *input, float *output, unsigned char *arena);
void model_run(const float *input, float *output, unsigned char *arena) { JOIN(NAME, _run)(input, output, arena); }
