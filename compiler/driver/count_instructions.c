/* A QEMU plugin that counts the instructions a program executes under user-mode emulation, and writes the number to the
 * file named by its argument "out=FILE" when the program ends.
 *
 * Source of the interface: "QEMU TCG Plugins" in QEMU's developer documentation, API version 1. Only what is used is
 * declared here, since distributions do not install the header. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

struct qemu_plugin_tb; /* a translated block of guest code */
enum inline_operation { INLINE_ADD_U64 = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*callback)(uint64_t id, struct qemu_plugin_tb *block));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, enum inline_operation operation,
                                              void *address, uint64_t value);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*callback)(uint64_t id, void *data), void *data);
EXPORTED int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

EXPORTED extern int qemu_plugin_version;
int qemu_plugin_version = 1;

static uint64_t executed;
static char path[4096];

static void on_translate(uint64_t id, struct qemu_plugin_tb *block) {
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_inline(block, INLINE_ADD_U64, &executed, qemu_plugin_tb_n_insns(block));
}

static void on_exit(uint64_t id, void *data) {
    FILE *file = fopen(path, "w");
    (void)id;
    (void)data;
    if (file == NULL)
        return;
    fprintf(file, "%" PRIu64 "\n", executed);
    fclose(file);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv) {
    (void)info;
    if (argc != 1 || strncmp(argv[0], "out=", 4) != 0 || strlen(argv[0]) >= sizeof path)
        return -1;
    strcpy(path, argv[0] + 4);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_exit, NULL);
    return 0;
}
