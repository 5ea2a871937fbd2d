/// What a supervisor says first of all when it was asked to, with the word ``argument`` behind its others: the pod's
/// namespaces are there, or why not. The daemon then joins the pod to a network before it sends the plan.
///
/// Neither a request nor a report: it is said once, to the one who asked, and kept nowhere.
public struct NamespacesNotice: Equatable, Sendable {
    public static let argument = "tell"
    private static let kind: UInt8 = 127

    public var failure: LaunchFailure?

    public init(failure: LaunchFailure? = nil) { self.failure = failure }

    /// The whole frame.
    public var encoded: [UInt8] {
        WireWriter.frame(Self.kind) { $0.put(failure) { $1.write(to: &$0) } }
    }

    /// - Parameter frame: what `FrameBuffer.next` gave.
    public init(frame: [UInt8]) throws(WireError) {
        var reader = WireReader(frame)
        let byte: UInt8 = try reader.take()
        guard byte == Self.kind else { throw .unknownKind(byte) }
        failure = try reader.takeOptional { (reader) throws(WireError) -> LaunchFailure in
            try LaunchFailure(from: &reader)
        }
        try reader.finish()
    }
}
