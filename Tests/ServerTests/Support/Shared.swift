import Synchronization

/// A value that several tasks of a test write and read.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func withLock<R: Sendable>(_ body: (inout sending Value) -> R) -> R { value.withLock { body(&$0) } }

    func store(_ new: Value) { value.withLock { $0 = new } }
}
