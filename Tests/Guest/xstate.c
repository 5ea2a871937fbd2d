// For scripts/guest: lets the kernel of user-mode Linux run on processors whose state is larger than it knows.
//
// It saves and restores the floating-point state of its processes by ptrace, in a buffer made for AVX-512. Linux takes
// that state back whole or not at all (EFAULT; arch/x86/kernel/fpu/regset.c, xstateregs_set), so on a processor with AMX the
// guest dies at its first process. Here the whole state goes to and from the process, and the guest keeps the part it has
// room for. What is beyond is AMX's, for which a program has to ask first (arch_prctl, ARCH_REQ_XCOMP_PERM).
//
// Preloaded. One thread of the guest's kernel calls ptrace, on a small stack: so the buffer is static.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char state[64 << 10] __attribute__((aligned(64)));

static long whole(long request, pid_t process, size_t *length) {
    struct iovec vector = {state, *length};
    long result = syscall(SYS_ptrace, request, process, NT_X86_XSTATE, &vector);
    *length = vector.iov_len;
    return result;
}

long ptrace(enum __ptrace_request request, ...) {
    va_list list;
    va_start(list, request);
    pid_t process = va_arg(list, pid_t);
    void *address = va_arg(list, void *);
    void *data = va_arg(list, void *);
    va_end(list);
    long number = (long)request;
    if ((number == PTRACE_GETREGSET || number == PTRACE_SETREGSET) && (long)address == NT_X86_XSTATE) {
        struct iovec *theirs = data;
        size_t length = sizeof state;
        long result = whole(PTRACE_GETREGSET, process, &length);
        if (result < 0) return result;
        if (theirs->iov_len > length) theirs->iov_len = length;
        if (number == PTRACE_GETREGSET) {
            memcpy(theirs->iov_base, state, theirs->iov_len);
            return result;
        }
        memcpy(state, theirs->iov_base, theirs->iov_len);
        return whole(PTRACE_SETREGSET, process, &length);
    }
    static long (*next)(long, pid_t, void *, void *);
    if (!next) next = dlsym(RTLD_NEXT, "ptrace");
    return next(number, process, address, data);
}
