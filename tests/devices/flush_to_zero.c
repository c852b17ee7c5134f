/* A library to be loaded before a program: where the program is a model's, its floating-point unit takes and gives zeros
 * for subnormal numbers from the start, as firmware that wants speed often has it. Other programs stay as they are. */
#include <string.h>
#include <xmmintrin.h>

#define FLUSH_TO_ZERO 0x8000u
#define DENORMALS_ARE_ZEROS 0x0040u

__attribute__((constructor)) static void flush_to_zero(int argc, char **argv)
{
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    if (slash != NULL && strcmp(slash, "/program") == 0)
        _mm_setcsr(_mm_getcsr() | FLUSH_TO_ZERO | DENORMALS_ARE_ZEROS);
}
