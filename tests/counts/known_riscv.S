/* count_test.cpp's model for RISC-V. */
#if __riscv_xlen == 64
#define STORE sd
#define LOAD ld
#else
#define STORE sw
#define LOAD lw
#endif
    .text
    .type count, @function
count:
    nop
    nop
1:  addi a0, a0, -1
    bnez a0, 1b
    ret
    .size count, . - count
    .type deep, @function
deep:
    addi sp, sp, -256
    STORE zero, 0(sp)
    addi sp, sp, 256
    ret
    .size deep, . - deep
    .global known_run
    .type known_run, @function
known_run:
    addi sp, sp, -16
    STORE ra, 8(sp)
    /* layer */
    li a0, 1000
    jal count
    /* layer */
    jal deep
    /* layer */
    li a0, 7
    jal count
    /* layer */
    li a0, 49
2:  addi a0, a0, -1
    bnez a0, 2b
    LOAD ra, 8(sp)
    addi sp, sp, 16
    ret
    .size known_run, . - known_run
    .section .note.GNU-stack, "", @progbits
