import Linux

/// v2 has no list of devices: a small program in the kernel is asked at every open and mknod. This assembles it.
///
/// The program gets `struct bpf_cgroup_dev_ctx { u32 access_type, major, minor }` in r1, where access_type is the kind of
/// device in the lower 16 bits and what is wanted above them, and answers 1 to allow.
enum DeviceFilter {
    static func program(_ rules: [DeviceRule]) -> [BPFInstruction] {
        // r2 kind, r3 wanted access, r4 major, r5 minor. The context may only be read in whole words.
        [
            load(2, offset: 0), BPFInstruction(code: andImmediate, destination: 2, immediate: 0xFFFF),
            load(3, offset: 0), BPFInstruction(code: shiftRight, destination: 3, immediate: 16),
            load(4, offset: 4),
            load(5, offset: 8),
        ] + rules.flatMap(block) + answer(0)
    }

    /// Allows what the rule says, or goes on behind itself.
    private static func block(_ rule: DeviceRule) -> [BPFInstruction] {
        let access = (rule.make ? 1 : 0) | (rule.read ? 2 : 0) | (rule.write ? 4 : 0) as Int32
        // Everything wanted must be in the rule: what is left without the rule's bits is nothing.
        let leftOver = [
            BPFInstruction(code: moveRegister, destination: 1, source: 3),
            BPFInstruction(code: andImmediate, destination: 1, immediate: ~access & 0x7),
        ]
        var tests: [[BPFInstruction]] = [[jump(2, rule.kind == .block ? 1 : 2)], leftOver + [jump(1, 0)]]
        if let major = rule.major { tests.append([jump(4, Int32(bitPattern: major))]) }
        if let minor = rule.minor { tests.append([jump(5, Int32(bitPattern: minor))]) }
        var block = tests.flatMap { $0 } + answer(1)
        for index in block.indices where block[index].code == jumpIfNot {
            block[index].offset = Int16(block.count - index - 1)
        }
        return block
    }

    private static func load(_ register: UInt8, offset: Int16) -> BPFInstruction {
        BPFInstruction(code: loadWord, destination: register, source: 1, offset: offset)
    }

    private static func jump(_ register: UInt8, _ value: Int32) -> BPFInstruction {
        BPFInstruction(code: jumpIfNot, destination: register, immediate: value)
    }

    private static func answer(_ value: Int32) -> [BPFInstruction] {
        [BPFInstruction(code: moveImmediate, destination: 0, immediate: value), BPFInstruction(code: exit)]
    }

    // linux/bpf.h and linux/bpf_common.h
    static let loadWord: UInt8 = 0x61  // BPF_LDX | BPF_MEM | BPF_W
    static let andImmediate: UInt8 = 0x54  // BPF_ALU | BPF_AND | BPF_K, 32 bits
    static let shiftRight: UInt8 = 0x74  // BPF_ALU | BPF_RSH | BPF_K
    static let moveRegister: UInt8 = 0xBC  // BPF_ALU | BPF_MOV | BPF_X
    static let moveImmediate: UInt8 = 0xB4  // BPF_ALU | BPF_MOV | BPF_K
    static let jumpIfNot: UInt8 = 0x56  // BPF_JMP32 | BPF_JNE | BPF_K
    static let exit: UInt8 = 0x95  // BPF_JMP | BPF_EXIT
}
