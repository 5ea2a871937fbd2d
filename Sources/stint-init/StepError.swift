import Launch
import Linux

/// Why a step failed.
struct StepError: Error {
    var reason: LaunchFailure.Reason
    var errno: Int32

    init(_ reason: LaunchFailure.Reason, errno: Int32 = 0) {
        self.reason = reason
        self.errno = errno
    }

    /// Of an error that is one already, or the kernel's.
    init(of error: any Error) {
        self = error as? StepError ?? StepError(.call, errno: (error as? SyscallError)?.errno.rawValue ?? 5)
    }
}

extension StepFailure {
    init(_ index: some BinaryInteger, _ error: any Error) {
        let why = StepError(of: error)
        self.init(index: UInt32(index), errno: why.errno, reason: why.reason)
    }

    /// To whoever reads the other end, if he still does.
    func tell(_ end: borrowing OwnedDescriptor) {
        _ = encoded.withUnsafeBytes { record in try? end.write(record) }
    }
}

extension LaunchFailure {
    init(_ place: Place, _ error: any Error) {
        let why = StepError(of: error)
        self.init(place: place, reason: why.reason, errno: why.errno)
    }

    /// Quotes the step. Nil when there is no such step in the list.
    init?(_ failure: StepFailure, of steps: [LaunchStep]) {
        let index = Int(failure.index)
        guard steps.indices.contains(index) else { return nil }
        self.init(
            place: .container(index: failure.index, steps[index]), reason: failure.reason, errno: failure.errno)
    }
}
