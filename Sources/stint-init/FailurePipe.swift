import Launch
import Linux

/// Where a container's first process says how far it came.
///
/// An `ExecutionNotice` says "now exec"; a `StepFailure` after it, or instead, which step failed. exec closes the other
/// end.
final class FailurePipe {
    let descriptor: OwnedDescriptor
    private var bytes: [UInt8] = []

    enum Outcome {
        case running(ProcessUser?)
        case failed(StepFailure)
        case died
    }

    init(_ descriptor: consuming OwnedDescriptor) {
        self.descriptor = descriptor
        try? self.descriptor.setNonBlocking()
    }

    /// Nil while the other end is open.
    func read() -> Outcome? {
        var chunk = [UInt8](repeating: 0, count: 512)
        while true {
            let count = chunk.withUnsafeMutableBytes { buffer in (try? descriptor.read(into: buffer)) ?? nil }
            guard let count else { return nil }
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= ExecutionNotice.limit else { return .died }
        }
        var rest = bytes[...]
        // No notice is as short as a failure, whose first byte can be anything.
        let notice = bytes.count == StepFailure.bytes ? nil : ExecutionNotice.take(from: &rest)
        if let failure = try? StepFailure(Array(rest)) { return .failed(failure) }
        guard let notice, rest.isEmpty else { return .died }
        return .running(notice.user)
    }
}
