/* The C library's header for tcc, to which its INFINITY is no constant expression, and the negative of a float that is
 * infinite neither. The double becomes infinite where it is made a float. */
#include_next <math.h>
#undef INFINITY
#define INFINITY 1e40
