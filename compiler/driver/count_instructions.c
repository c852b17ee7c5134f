/* A QEMU plugin that counts the instructions of a function's last call, and says where in the function each was
 * executed: in one of the function's own instructions, or in something that one of them called.
 *
 *     -plugin file=count_instructions.so,out=FILE,function=BEGIN:END,caller=BEGIN:END,code=ADDRESS
 *
 * Addresses are hexadecimal and those of the program's file: the function, the one function that makes the call to be
 * counted, and the beginning of the program's code, which tells how far user-mode emulation has moved it. When the
 * program ends, FILE gets a line for each translated block:
 *
 *     EXECUTIONS CALLED ADDRESS...
 *
 * how often the block was executed, how many instructions outside of the function were executed after it and before
 * the next of the function's blocks, all of them called by its last instruction, and the addresses of its instructions.
 * CALLED is "-" for a block outside of the function.
 *
 * A call begins when the block at the function's beginning is executed, and ends when one of the caller is.
 *
 * Source of the interface: "QEMU TCG Plugins" in QEMU's developer documentation, API version 1. Only what is used is
 * declared here, since distributions do not install the header. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

struct qemu_plugin_tb; /* a translated block of guest code */
struct qemu_plugin_insn;
enum inline_operation { INLINE_ADD_U64 = 0 };
enum register_use { USES_NO_REGISTERS = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*callback)(uint64_t id, struct qemu_plugin_tb *block));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, enum inline_operation operation,
                                              void *address, uint64_t value);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, void (*callback)(unsigned vcpu, void *data),
                                          enum register_use use, void *data);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*callback)(uint64_t id, void *data), void *data);
uint64_t qemu_plugin_start_code(void); /* 0 in system emulation */
EXPORTED int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

EXPORTED extern int qemu_plugin_version;
int qemu_plugin_version = 1;

struct range {
    uint64_t begin, end;
};

/* A translated block. One that QEMU translates again is another. */
struct block {
    struct block *next;
    int is_inside; /* of the function */
    uint64_t executions, called;
    size_t size;
    uint64_t addresses[];
};

static char path[4096];
static struct range function, caller;
static uint64_t code;

static struct block *blocks;
static struct block *current; /* the function's block executed last, NULL outside of a call */
static uint64_t elsewhere;    /* instructions executed since then */

/* Program addresses are those of the file plus this. */
static uint64_t displacement(void)
{
    const uint64_t loaded = qemu_plugin_start_code();
    return loaded == 0 ? 0 : loaded - code;
}

static int contains(const struct range *range, uint64_t address)
{
    return address >= range->begin && address < range->end;
}

static void leave(void)
{
    if (current != NULL)
        current->called += elsewhere;
    elsewhere = 0;
}

static void on_function_block(unsigned vcpu, void *data)
{
    struct block *block = data;
    (void)vcpu;
    leave();
    if (block->addresses[0] == function.begin)
        for (struct block *b = blocks; b != NULL; b = b->next)
            b->executions = b->called = 0;
    current = block;
    block->executions++;
}

static void on_caller_block(unsigned vcpu, void *data)
{
    (void)vcpu;
    (void)data;
    leave();
    current = NULL;
}

static void on_translate(uint64_t id, struct qemu_plugin_tb *translated)
{
    const uint64_t moved = displacement();
    const uint64_t begin = qemu_plugin_tb_vaddr(translated) - moved;
    const size_t size = qemu_plugin_tb_n_insns(translated);
    (void)id;
    struct block *block = malloc(sizeof *block + size * sizeof block->addresses[0]);
    if (block == NULL)
        abort();
    block->is_inside = contains(&function, begin);
    block->executions = block->called = 0;
    block->size = size;
    for (size_t i = 0; i < size; ++i)
        block->addresses[i] = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(translated, i)) - moved;
    block->next = blocks;
    blocks = block;
    if (block->is_inside) {
        qemu_plugin_register_vcpu_tb_exec_cb(translated, on_function_block, USES_NO_REGISTERS, block);
    } else if (contains(&caller, begin)) {
        qemu_plugin_register_vcpu_tb_exec_cb(translated, on_caller_block, USES_NO_REGISTERS, NULL);
    } else {
        qemu_plugin_register_vcpu_tb_exec_inline(translated, INLINE_ADD_U64, &elsewhere, size);
        qemu_plugin_register_vcpu_tb_exec_inline(translated, INLINE_ADD_U64, &block->executions, 1);
    }
}

static void on_exit(uint64_t id, void *data)
{
    FILE *file = fopen(path, "w");
    (void)id;
    (void)data;
    if (file == NULL)
        return;
    for (const struct block *block = blocks; block != NULL; block = block->next) {
        if (block->executions == 0)
            continue;
        fprintf(file, "%" PRIu64 " ", block->executions);
        if (block->is_inside)
            fprintf(file, "%" PRIu64, block->called);
        else
            fprintf(file, "-");
        for (size_t i = 0; i < block->size; ++i)
            fprintf(file, " %" PRIx64, block->addresses[i]);
        fprintf(file, "\n");
    }
    fclose(file);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    (void)info;
    if (argc != 4 || sscanf(argv[0], "out=%4095s", path) != 1 ||
        sscanf(argv[1], "function=%" SCNx64 ":%" SCNx64, &function.begin, &function.end) != 2 ||
        sscanf(argv[2], "caller=%" SCNx64 ":%" SCNx64, &caller.begin, &caller.end) != 2 ||
        sscanf(argv[3], "code=%" SCNx64, &code) != 1)
        return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_exit, NULL);
    return 0;
}
