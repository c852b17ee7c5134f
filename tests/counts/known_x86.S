/* count_test.cpp's model for x86-64, for the stack alone. */
    .text
    .global known_run
    .type known_run, @function
known_run:
    subq $256, %rsp
    movq $0, (%rsp)
    addq $256, %rsp
    ret
    .size known_run, . - known_run
    .section .note.GNU-stack, "", @progbits
