import Linux
import Testing

@testable import Containers

/// The program is run here, instruction by instruction, for each device and access; the kernel runs it in `CgroupKernelTests`.
struct DeviceFilterTests {
    /// kind: 1 block, 2 character; access: 1 mknod, 2 read, 4 write.
    static func run(_ program: [BPFInstruction], kind: UInt32, access: UInt32, major: UInt32, minor: UInt32) -> UInt32?
    {
        let context = [access << 16 | kind, major, minor]
        var registers = [UInt32](repeating: 0, count: 11)
        var index = 0
        while index < program.count {
            let step = program[index]
            index += 1
            let immediate = UInt32(bitPattern: step.immediate)
            switch step.code {
            case DeviceFilter.loadWord:
                guard step.source == 1 else { return nil }
                registers[Int(step.destination)] = context[Int(step.offset) / 4]
            case DeviceFilter.andImmediate: registers[Int(step.destination)] &= immediate
            case DeviceFilter.shiftRight: registers[Int(step.destination)] >>= immediate
            case DeviceFilter.moveRegister: registers[Int(step.destination)] = registers[Int(step.source)]
            case DeviceFilter.moveImmediate: registers[Int(step.destination)] = immediate
            case DeviceFilter.jumpIfNot: if registers[Int(step.destination)] != immediate { index += Int(step.offset) }
            case DeviceFilter.exit: return registers[0]
            default: return nil
            }
        }
        return nil
    }

    static let standard: [DeviceRule] = {
        guard case .allow(let rules) = DevicePolicy.standard else { return [] }
        return rules
    }()

    @Test(
        arguments: [
            ("null may be read", 2, 2, 1, 3, 1), ("null may be read and written", 2, 6, 1, 3, 1),
            ("null may be made", 2, 1, 1, 3, 1), ("memory may not be read", 2, 2, 1, 1, 0),
            ("a disk may not be read", 1, 2, 8, 0, 0),
            ("a block device with the numbers of null is not null", 1, 2, 1, 3, 0),
            ("any pts may be opened", 2, 6, 136, 4711, 1),
            ("fuse may not", 2, 2, 10, 229, 0), ("no node of a disk is made", 1, 1, 259, 1, 0),
        ] as [(String, UInt32, UInt32, UInt32, UInt32, UInt32)])
    func `the standard devices`(
        sentence: String, kind: UInt32, access: UInt32, major: UInt32, minor: UInt32, answer: UInt32
    ) {
        let program = DeviceFilter.program(Self.standard)
        #expect(Self.run(program, kind: kind, access: access, major: major, minor: minor) == answer)
    }

    @Test func `every wanted access must be in the rule`() {
        let program = DeviceFilter.program([DeviceRule(.block, major: 8, minor: nil, write: false, make: false)])
        #expect(Self.run(program, kind: 1, access: 2, major: 8, minor: 5) == 1)
        #expect(Self.run(program, kind: 1, access: 6, major: 8, minor: 5) == 0)
        #expect(Self.run(program, kind: 1, access: 3, major: 8, minor: 5) == 0)
        #expect(Self.run(program, kind: 2, access: 2, major: 8, minor: 5) == 0)
    }

    @Test func `no rules allow nothing`() {
        #expect(Self.run(DeviceFilter.program([]), kind: 2, access: 2, major: 1, minor: 3) == 0)
    }
}
