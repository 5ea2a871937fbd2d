import Launch
import Linux

/// A kernel parameter of the namespaces that this process is in.
enum KernelParameter {
    /// - Parameter path: below `/proc/sys`.
    static func set(_ path: String, _ value: String) throws {
        try HostProc.write("sys/" + path, value)
        // What is asked for holds, or the pod does not start: the kernel cuts some values down without a word.
        guard KernelValue.agree(value, try HostProc.read("sys/" + path)) else { throw StepError(.notKept) }
    }
}
