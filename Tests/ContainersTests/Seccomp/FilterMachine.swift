import CSeccomp

@testable import Containers

/// Runs a compiled filter as the kernel does (classic BPF, the part that seccomp allows), so that every call can be asked
/// about without making it.
struct FilterMachine {
    let code: [(code: UInt16, ifTrue: Int, ifFalse: Int, value: UInt32)]

    init(_ bytes: [UInt8]) {
        code = stride(from: 0, to: bytes.count - 7, by: 8).map { at in
            let word = { (offset: Int) in UInt32(bytes[at + offset]) }
            return (
                UInt16(word(0) | word(1) << 8), Int(word(2)), Int(word(3)),
                word(4) | word(5) << 8 | word(6) << 16 | word(7) << 24
            )
        }
    }

    /// The answer: `SECCOMP_RET_*`; nil for a program the kernel would not take.
    func answer(_ number: Int32, _ arguments: [UInt64] = [], architecture: UInt32 = seccomp_arch_native()) -> UInt32? {
        var data = [UInt32(bitPattern: number), architecture, 0, 0]
        for index in 0..<6 {
            let argument = index < arguments.count ? arguments[index] : 0
            data += [UInt32(truncatingIfNeeded: argument), UInt32(truncatingIfNeeded: argument >> 32)]
        }
        var accumulator: UInt32 = 0
        var at = 0
        while at < code.count {
            let step = code[at]
            at += 1
            func jump(_ holds: Bool) { at += holds ? step.ifTrue : step.ifFalse }
            switch step.code {
            case 0x20:
                guard step.value % 4 == 0, step.value < 64 else { return nil }
                accumulator = data[Int(step.value / 4)]
            case 0x54: accumulator &= step.value
            case 0x05: at += Int(step.value)
            case 0x15: jump(accumulator == step.value)
            case 0x25: jump(accumulator > step.value)
            case 0x35: jump(accumulator >= step.value)
            case 0x45: jump(accumulator & step.value != 0)
            case 0x06: return step.value
            default: return nil
            }
        }
        return nil
    }

    func answer(_ name: String, _ arguments: [UInt64] = []) -> UInt32? {
        guard case .number(let number) = SystemCallNumbers.resolve(name) else { return nil }
        return answer(number, arguments)
    }

    static let allow: UInt32 = 0x7FFF_0000
    static let eperm: UInt32 = 0x0005_0001
    static let enosys: UInt32 = 0x0005_0026
    static let kill: UInt32 = 0x8000_0000
}
