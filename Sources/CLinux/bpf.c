#define _GNU_SOURCE
#include "stint_bpf.h"

#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(sizeof(struct stint_bpf_instruction) == sizeof(struct bpf_insn), "linux/bpf.h: struct bpf_insn");

static int call(int command, union bpf_attr *attributes) {
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

int stint_bpf_load_device_filter(const struct stint_bpf_instruction *instructions, uint32_t count) {
    union bpf_attr attributes;
    // The kernel refuses bits it does not know, padding included.
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.insns = (uint64_t)(uintptr_t)instructions;
    attributes.insn_cnt = count;
    attributes.license = (uint64_t)(uintptr_t) "Apache-2.0";
    strcpy(attributes.prog_name, "stint_devices");
    return call(BPF_PROG_LOAD, &attributes);
}

int stint_bpf_attach_device_filter(int program, int cgroup) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    // With ALLOW_MULTI a program further up is asked too, and every one must agree.
    attributes.attach_flags = BPF_F_ALLOW_MULTI;
    return call(BPF_PROG_ATTACH, &attributes);
}
