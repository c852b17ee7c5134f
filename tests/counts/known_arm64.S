/* count_test.cpp's model for 64-bit Arm. */
    .text
    .type count, %function
count:
    nop
    nop
1:  subs w0, w0, #1
    b.ne 1b
    ret
    .size count, . - count
    .type deep, %function
deep:
    sub sp, sp, #256
    str xzr, [sp]
    add sp, sp, #256
    ret
    .size deep, . - deep
    .global known_run
    .type known_run, %function
known_run:
    stp x29, x30, [sp, #-16]!
    nop
    /* layer */
    mov w0, #1000
    bl count
    /* layer */
    bl deep
    /* layer */
    mov w0, #7
    bl count
    /* layer */
    mov w0, #49
2:  subs w0, w0, #1
    b.ne 2b
    nop
    ldp x29, x30, [sp], #16
    ret
    .size known_run, . - known_run
    .section .note.GNU-stack, "", %progbits
