#ifndef STINT_BPF_H
#define STINT_BPF_H

#include <stdint.h>

// The parts of bpf(2) that a device filter needs. Both return -1 and set errno.

struct stint_bpf_instruction {
    uint8_t code;
    uint8_t registers;  // destination in the lower half, source in the upper
    int16_t offset;
    int32_t immediate;
};

// Loads a program of type BPF_PROG_TYPE_CGROUP_DEVICE; returns its descriptor, close-on-exec.
int stint_bpf_load_device_filter(const struct stint_bpf_instruction *instructions, uint32_t count);

// Attaches it to the group that the directory descriptor is open on.
int stint_bpf_attach_device_filter(int program, int cgroup);

#endif
