internal import CLinux
internal import Glibc
internal import SystemPackage

/// One eBPF instruction, as bpf(2) takes it.
public struct BPFInstruction: Hashable, Sendable {
    public var code: UInt8
    public var destination: UInt8
    public var source: UInt8
    public var offset: Int16
    public var immediate: Int32

    public init(code: UInt8, destination: UInt8 = 0, source: UInt8 = 0, offset: Int16 = 0, immediate: Int32 = 0) {
        self.code = code
        self.destination = destination
        self.source = source
        self.offset = offset
        self.immediate = immediate
    }
}

public enum DeviceFilterCalls {
    /// Loads a `BPF_PROG_TYPE_CGROUP_DEVICE` program and attaches it to a v2 group. The group keeps it alive.
    public static func attach(_ instructions: [BPFInstruction], to group: String) throws(SyscallError) {
        let directory = OwnedDescriptor(
            owning: try check("open", group) { open(group, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
        let program = try load(instructions)
        try check("bpf", "BPF_PROG_ATTACH \(group)") { stint_bpf_attach_device_filter(program.raw, directory.raw) }
    }

    /// Whether the kernel takes such programs from us at all.
    public static func accepts(_ instructions: [BPFInstruction]) -> Bool {
        do {
            _ = try load(instructions)
            return true
        } catch {
            return false  // why not makes no difference to what the caller does
        }
    }

    private static func load(_ instructions: [BPFInstruction]) throws(SyscallError) -> OwnedDescriptor {
        let raw = instructions.map {
            stint_bpf_instruction(
                code: $0.code, registers: $0.destination | $0.source << 4, offset: $0.offset, immediate: $0.immediate)
        }
        return OwnedDescriptor(
            owning: try check("bpf", "BPF_PROG_LOAD") { stint_bpf_load_device_filter(raw, UInt32(raw.count)) })
    }
}
