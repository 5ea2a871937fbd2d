import CSeccomp

/// Instructions before libseccomp's, for what its rules cannot say. They look at the host's own architecture only and let
/// everything else fall through, so the two parts are independent (jumps are relative).
///
/// 1. A call newer than every one the profile knows fails with ENOSYS and not with the profile's EPERM, so that a C library
///    that tries the newest call first falls back to an older one (runc does the same in its patchbpf).
/// 2. The profile's denials by the lower half of an argument.
struct SeccompPrologue {
    /// One `struct sock_filter`.
    struct Instruction: Equatable {
        var code: UInt16
        var ifTrue: UInt8 = 0
        var ifFalse: UInt8 = 0
        var value: UInt32
    }

    let instructions: [Instruction]

    init(_ profile: SeccompProfile, newestKnown: Int32, architecture: UInt32 = seccomp_arch_native()) {
        var tests: [Instruction] = []
        // Not where the profile lets unknown calls through: it is a list of what is denied, and knows no newest call.
        if case .fail(let errno) = profile.defaultAction, errno != SeccompProfile.enosys, newestKnown > 0 {
            tests += [
                Instruction(code: Self.jumpIfGreater, ifFalse: 1, value: UInt32(newestKnown)),
                Instruction(code: Self.answer, value: SeccompFilter.value(of: .fail(SeccompProfile.enosys))),
            ]
        }
        for denial in profile.denials {
            guard case .number(let number) = SystemCallNumbers.resolve(denial.name) else { continue }
            tests += [
                Instruction(code: Self.jumpIfEqual, ifFalse: 4, value: UInt32(number)),
                Instruction(code: Self.load, value: Self.lowerHalf(ofArgument: denial.index)),
                Instruction(code: Self.jumpIfEqual, ifFalse: 1, value: denial.value),
                Instruction(code: Self.answer, value: SeccompFilter.value(of: .fail(denial.errno))),
                // The number again, for the next test.
                Instruction(code: Self.load, value: Self.offsetOfNumber),
            ]
        }
        guard !tests.isEmpty else {
            instructions = []
            return
        }
        precondition(tests.count < 250, "a jump reaches 255 instructions")
        instructions =
            [
                Instruction(code: Self.load, value: Self.offsetOfArchitecture),
                Instruction(code: Self.jumpIfEqual, ifFalse: UInt8(tests.count + 2), value: architecture),
                Instruction(code: Self.load, value: Self.offsetOfNumber),
                // x32 has its own numbers above this bit; no other architecture has a number that large.
                Instruction(code: Self.jumpIfGreaterOrEqual, ifTrue: UInt8(tests.count), value: 0x4000_0000),
            ] + tests
    }

    var bytes: [UInt8] {
        instructions.flatMap { instruction in
            withUnsafeBytes(of: instruction.code, Array.init) + [instruction.ifTrue, instruction.ifFalse]
                + withUnsafeBytes(of: instruction.value, Array.init)
        }
    }

    // linux/bpf_common.h
    static let load: UInt16 = 0x20  // BPF_LD | BPF_W | BPF_ABS
    static let jumpIfEqual: UInt16 = 0x15  // BPF_JMP | BPF_JEQ | BPF_K
    static let jumpIfGreater: UInt16 = 0x25
    static let jumpIfGreaterOrEqual: UInt16 = 0x35
    static let answer: UInt16 = 0x06  // BPF_RET | BPF_K

    // struct seccomp_data, on a little-endian machine
    static let offsetOfNumber: UInt32 = 0
    static let offsetOfArchitecture: UInt32 = 4
    static func lowerHalf(ofArgument index: UInt32) -> UInt32 { 16 + 8 * index }
}
