/* Preloaded into a program, makes one of its calls of the C library fail, as on a full disk, with too many open files or
 * without memory; or raises a signal there. The environment says which:
 *
 *     FAULT_CALLS=open,openat    names of functions, which are counted together
 *     FAULT_AT=N                 the one of these calls that fails, from 1 on; 0: none
 *     FAULT_ERROR=N              what errno is then; negative: this signal is raised, and the call goes on
 *     FAULT_COUNT=FILE           where the number of these calls is written when the program ends
 *
 * Calls are counted in the program whose name is FAULT_PROGRAM, from the beginning of main on; not in those it starts. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls;
static long fail_at;
static int error;
static const char *names;
static int armed;

/* Whether this call, of the function `name`, is the one that fails; errno is set then. */
static int fails(const char *name)
{
    const char *found;
    const size_t length = strlen(name);
    if (!armed)
        return 0;
    for (found = strstr(names, name); found != NULL; found = strstr(found + 1, name))
        if ((found == names || found[-1] == ',') && (found[length] == ',' || found[length] == '\0'))
            break;
    if (found == NULL || atomic_fetch_add(&calls, 1) + 1 != fail_at)
        return 0;
    if (error < 0) {
        raise(-error);
        return 0;
    }
    errno = error;
    return 1;
}

static void write_count(void)
{
    const char *file = getenv("FAULT_COUNT");
    FILE *stream;
    armed = 0;
    stream = file == NULL ? NULL : fopen(file, "w");
    if (stream != NULL) {
        fprintf(stream, "%ld\n", atomic_load(&calls));
        fclose(stream);
    }
}

static int (*real_main)(int, char **, char **);

static int counted_main(int argc, char **argv, char **environment)
{
    armed = 1;
    return real_main(argc, argv, environment);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    int (*real)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
    const char *program = getenv("FAULT_PROGRAM"), *at = getenv("FAULT_AT"), *number = getenv("FAULT_ERROR");
    *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    names = getenv("FAULT_CALLS");
    if (program != NULL && names != NULL && strcmp(program, program_invocation_short_name) == 0) {
        fail_at = at == NULL ? 0 : atol(at);
        error = number == NULL ? 0 : atoi(number);
        atexit(write_count);
        real_main = main;
        main = counted_main;
    }
    return real(main, argc, argv, init, fini, rtld_fini, stack_end);
}

/* FAULT(type, name, (parameters), (arguments), failure): a function that may fail. */
#define FAULT(type, name, parameters, arguments, failure)                                                              \
    type name parameters                                                                                               \
    {                                                                                                                  \
        static type(*real) parameters;                                                                                 \
        if (fails(#name))                                                                                              \
            return failure;                                                                                            \
        if (real == NULL)                                                                                              \
            *(void **)&real = dlsym(RTLD_NEXT, #name);                                                                 \
        return real arguments;                                                                                         \
    }

FAULT(ssize_t, read, (int file, void *buffer, size_t size), (file, buffer, size), -1)
FAULT(ssize_t, pread, (int file, void *buffer, size_t size, off_t at), (file, buffer, size, at), -1)
FAULT(ssize_t, pread64, (int file, void *buffer, size_t size, off_t at), (file, buffer, size, at), -1)
FAULT(ssize_t, write, (int file, const void *buffer, size_t size), (file, buffer, size), -1)
FAULT(int, rename, (const char *from, const char *to), (from, to), -1)
FAULT(int, mkdir, (const char *path, mode_t mode), (path, mode), -1)
FAULT(int, fstat, (int file, struct stat *status), (file, status), -1)
FAULT(int, stat, (const char *path, struct stat *status), (path, status), -1)
FAULT(char *, getcwd, (char *buffer, size_t size), (buffer, size), NULL)
FAULT(void *, mmap, (void *at, size_t size, int protection, int flags, int file, off_t offset),
      (at, size, protection, flags, file, offset), MAP_FAILED)
FAULT(void *, mmap64, (void *at, size_t size, int protection, int flags, int file, off_t offset),
      (at, size, protection, flags, file, offset), MAP_FAILED)
FAULT(DIR *, opendir, (const char *path), (path), NULL)
FAULT(int, posix_spawn,
      (pid_t * process, const char *path, const posix_spawn_file_actions_t *actions,
       const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]),
      (process, path, actions, attributes, arguments, environment), errno)
FAULT(int, socket, (int domain, int type, int protocol), (domain, type, protocol), -1)
FAULT(int, connect, (int file, const struct sockaddr *address, socklen_t size), (file, address, size), -1)
FAULT(int, getaddrinfo,
      (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **addresses),
      (node, service, hints, addresses), EAI_FAIL)
FAULT(int, pthread_create,
      (pthread_t * thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument),
      (thread, attributes, start, argument), errno)

/* A file is closed all the same, as the kernel does. */
int close(int file)
{
    static int (*real)(int);
    const int failed = fails("close");
    int result;
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "close");
    result = real(file);
    if (failed) {
        errno = error;
        return -1;
    }
    return result;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    static int (*real)(const char *, int, ...);
    va_list arguments;
    mode_t mode;
    va_start(arguments, flags);
    mode = mode_of(flags, arguments);
    va_end(arguments);
    if (fails("open"))
        return -1;
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "open");
    return real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode;
    va_start(arguments, flags);
    mode = mode_of(flags, arguments);
    va_end(arguments);
    return open(path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...)
{
    static int (*real)(int, const char *, int, ...);
    va_list arguments;
    mode_t mode;
    va_start(arguments, flags);
    mode = mode_of(flags, arguments);
    va_end(arguments);
    if (fails("openat"))
        return -1;
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "openat");
    return real(directory, path, flags, mode);
}

/* The allocator's own names: dlsym allocates. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

void *malloc(size_t size) { return fails("malloc") ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails("malloc") ? NULL : __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return fails("malloc") ? NULL : __libc_realloc(block, size); }
