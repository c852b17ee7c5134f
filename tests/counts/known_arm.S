/* count_test.cpp's model for Thumb, with the low-overhead loop of Armv8.1-M where there is one. */
    .syntax unified
    .thumb
    .text
    .balign 4
    .type count, %function
count:
#if __ARM_FEATURE_MVE
    mov r3, lr
    dls lr, r0
1:  nop
    le lr, 1b
    bx r3
#else
    nop
    nop
1:  subs r0, r0, #1
    bne 1b
    bx lr
#endif
    .size count, . - count
    .type deep, %function
deep:
    sub sp, #252
    push {r0}
    add sp, #256
    bx lr
    .size deep, . - deep
    .balign 4
    .global known_run
    .type known_run, %function
known_run:
    push {r4, lr}
    nop
    /* layer */
    ldr r0, thousand
    bl count
    /* layer */
    bl deep
    /* layer */
    movs r0, #7
    bl count
    /* layer */
    movs r0, #50
2:  subs r0, r0, #1
    bne 2b
    pop {r4, pc}
    .balign 4
thousand:
    .word 1000
    .size known_run, . - known_run
    .section .note.GNU-stack, "", %progbits
