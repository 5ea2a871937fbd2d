import Foundation
import Kube
import Store
import Synchronization
import Testing

@testable import Jobs

/// A store, a controller that can be dropped and made anew, and a clock that counts seconds from a midnight.
final class World: Sendable {
    final class Clock: Sendable {
        static let begin = at("2026-06-01T00:00:00Z")
        private let seconds = Mutex(0)
        var now: Date { Self.begin.addingTimeInterval(TimeInterval(seconds.withLock { $0 })) }
        func set(_ seconds: Int) { self.seconds.withLock { $0 = seconds } }
    }

    let host: Host
    let clock: Clock
    private let current = Mutex<CronJobController?>(nil)

    static func run(_ body: @escaping @Sendable (World) async throws -> Void) async throws {
        let clock = Clock()
        var options = StoreOptions()
        options.now = { clock.now }
        try await Host.run(options: options) { try await body(World($0, clock)) }
    }

    private init(_ host: Host, _ clock: Clock) { (self.host, self.clock) = (host, clock) }

    func controller(tick: Duration = .seconds(60)) -> CronJobController {
        CronJobController(
            store: host.store, events: host.events, logger: host.logger, tick: tick, now: { [clock] in clock.now })
    }

    /// Drops the controller; the next look is by a new one.
    func restart() { current.withLock { $0 = controller() } }

    func look(_ name: String) async throws {
        let controller = current.withLock { current in
            let controller = current ?? self.controller()
            current = controller
            return controller
        }
        try await controller.look(at: key(name))
    }

    func create(_ cronJob: CronJob) async throws {
        var cronJob = cronJob
        _ = try cronJob.admitForCreate(
            namespace: "default", uid: UUID().uuidString.lowercased(), now: clock.now)
        _ = try await host.store.create(cronJob)
    }

    /// Stands in for the Job controller.
    func end(_ job: Job?) async throws {
        guard let job else { return }
        try await host.store.modify(Job.self, job.key) { [now = clock.now] job in
            job.status?.startTime = Timestamp(now)
            job.status?.completionTime = Timestamp(now)
            job.status?.conditions = [JobCondition(type: "Complete", status: "True", at: Timestamp(now))]
        }
    }

    /// Ends the Jobs of a group of CronJobs, each when all places are taken that can be.
    func endOneByOne(_ count: Int, places: Int) async throws {
        for left in (1...count).reversed() {
            let wanted = min(places, left)
            _ = try await host.wait(Job.self, "any") { _ in runningInGroup.count == wanted }
            try await end(runningInGroup.first)
            #expect(runningInGroup.count <= places)
        }
    }

    func waitForSuccess(of names: [String]) async throws {
        for name in names { try await host.wait(CronJob.self, name) { $0?.status?.lastSuccessfulTime != nil } }
    }

    private var runningInGroup: [Job] { jobs.filter { !$0.isFinished && !$0.name.hasPrefix("loner") } }

    func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name: name) }
    func time(_ seconds: Int) -> Date { Clock.begin.addingTimeInterval(TimeInterval(seconds)) }
    func cronJob(_ name: String) -> CronJob? { host.store.get(CronJob.self, key(name)) }

    /// By their names, which have the time in them.
    var jobs: [Job] { host.store.list(Job.self).items }
    var names: [String] { jobs.map(\.name) }
    var starts: [Date] { jobs.compactMap { $0.metadata.annotations?[CronJob.scheduledTimestamp] }.map(at) }
    func told() async -> [String: Int] { await host.told() }
}
