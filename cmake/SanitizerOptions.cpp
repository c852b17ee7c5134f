// Part of each program of a sanitized build. LLVM's allocators poison memory until they hand it out; LLVM's own libraries,
// which are not instrumented, share them and hand it out without lifting that.
extern "C" const char *__asan_default_options() { return "allow_user_poisoning=0"; }
