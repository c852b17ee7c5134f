/* What the numbers and speed of the network were tested with: this project has no other place for compiler flags. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("@PRAGMA_FLAGS@")
#endif
