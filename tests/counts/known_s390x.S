/* count_test.cpp's model for IBM Z. */
    .text
    .type count, @function
count:
    nopr %r0
    nopr %r0
1:  aghi %r2, -1
    jne 1b
    br %r14
    .size count, . - count
    .type deep, @function
deep:
    aghi %r15, -256
    mvghi 0(%r15), 0
    aghi %r15, 256
    br %r14
    .size deep, . - deep
    .global known_run
    .type known_run, @function
known_run:
    stmg %r14, %r15, 112(%r15) /* in the caller's frame, which has room for a callee's registers */
    aghi %r15, -160
    /* layer */
    lghi %r2, 1000
    brasl %r14, count
    /* layer */
    brasl %r14, deep
    /* layer */
    lghi %r2, 7
    brasl %r14, count
    /* layer */
    lghi %r2, 49
2:  aghi %r2, -1
    jne 2b
    nopr %r0
    lmg %r14, %r15, 272(%r15)
    br %r14
    .size known_run, . - known_run
    .section .note.GNU-stack, "", @progbits
