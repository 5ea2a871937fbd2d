import Kube
import Store
import Synchronization

/// Sees that no two Services have one address, and chooses addresses for those that name none: the lowest free one.
///
/// The store says which are taken. One that is about to be stored is claimed until the write is done, so that two
/// requests at the same time do not get the same. Only Services go through here with anything to do.
final class ServiceAddresses: Sendable {
    /// 10.96.0.0/12, upstream's usual range. Its first address is `default/kubernetes`.
    static let range = "10.96.0.0/12"
    static let numbers: ClosedRange<UInt32> = (10 << 24 | 96 << 16) + 1...(10 << 24 | 112 << 16) - 2

    private let claimed = Mutex<Set<UInt32>>([])

    struct Claim {
        fileprivate let number: UInt32
        fileprivate let addresses: ServiceAddresses

        func release() { addresses.claimed.withLock { _ = $0.remove(number) } }
    }

    /// Nil when the object needs no address that it does not have.
    func claim<R: Resource>(for object: inout R, in store: Store) throws(Status) -> Claim? {
        guard var service = object as? ClusterService, service.spec.wantsAddress else { return nil }
        let key = service.key
        let result: Result<UInt32?, Status> = claimed.withLock { claimed in
            // Read under the lock: whoever releases has stored before.
            var taken = claimed
            for other in store.list(ClusterService.self) {
                guard let number = IPAddress.number(other.spec.clusterIP ?? "") else { continue }
                if other.key == key, other.spec.clusterIP == service.spec.clusterIP { return .success(nil) }
                taken.insert(number)
            }
            let choice = Self.choose(service.spec.clusterIP, taken)
            guard case .success(let number) = choice else {
                return choice.map { $0 }.mapError {
                    Status.invalid(ClusterService.type, service.name, [$0.error(service)])
                }
            }
            claimed.insert(number)
            return .success(number)
        }
        guard let number = try result.get() else { return nil }
        (service.spec.clusterIP, service.spec.clusterIPs) = (IPAddress.text(number), [IPAddress.text(number)])
        if let completed = service as? R { object = completed }
        return Claim(number: number, addresses: self)
    }

    enum Refusal: Error, Equatable {
        case outOfRange, taken, full

        fileprivate func error(_ service: ClusterService) -> FieldError {
            let address = service.spec.clusterIP ?? ""
            let why =
                switch self {
                case .outOfRange:
                    "failed to allocate IP \(address): the provided IP (\(address)) is not in the valid range. The range of "
                        + "valid IPs is \(ServiceAddresses.range)"
                case .taken: "failed to allocate IP \(address): provided IP is already allocated"
                case .full: "failed to allocate a serviceIP: range is full"
                }
            return .invalid("spec.clusterIPs", .array((service.spec.clusterIPs ?? []).map { .string($0) }), why)
        }
    }

    /// The address that is asked for, or the lowest that is free; the first of the range only for who asks.
    static func choose(_ asked: String?, _ taken: Set<UInt32>) -> Result<UInt32, Refusal> {
        guard let asked, !asked.isEmpty else {
            guard let free = numbers.dropFirst().first(where: { !taken.contains($0) }) else { return .failure(.full) }
            return .success(free)
        }
        guard let number = IPAddress.number(asked), numbers.contains(number) else { return .failure(.outOfRange) }
        return taken.contains(number) ? .failure(.taken) : .success(number)
    }
}
