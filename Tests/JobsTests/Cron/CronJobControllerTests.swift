import Foundation
import Kube
import Store
import Synchronization
import Testing

@testable import Jobs

/// The controller on a real store, with a clock that the test moves.
@Suite(.timeLimit(.minutes(2))) struct CronJobControllerTests {
    @Test func `ten minutes, with a controller that is dropped and started again: one Job a minute`() async throws {
        try await World.run { world in
            try await world.create(makeCronJob())
            for minute in 1...10 {
                // It may look at any moment, also more than once in the same, and the next one knows nothing of it.
                for second in [0, 20, 40] {
                    world.clock.set(60 * minute + second)
                    try await world.look("tick")
                    if second == 20 { try await world.controller().look(at: world.key("tick")) }
                    if minute % 2 == second / 20 { world.restart() }
                }
            }
            #expect(world.starts == (1...10).map { world.time(60 * $0) })
            #expect(world.cronJob("tick")?.status?.active?.count == 10)
            #expect(await world.told() == ["SuccessfulCreate": 10])
        }
    }

    @Test func `a clock that is set back makes no start twice`() async throws {
        try await World.run { world in
            try await world.create(makeCronJob())
            for second in [60, 120, 180, 60, 65, 120, 179, 180, 200, 240] {
                world.clock.set(second)
                try await world.look("tick")
                if second == 65 { world.restart() }
            }
            #expect(world.starts == [60, 120, 180, 240].map(world.time))
        }
    }

    @Test func `a clock that was ahead when the controller began makes nothing count as missed`() async throws {
        try await World.run { world in
            try await world.create(makeCronJob(annotations: [StintAnnotation.cronCatchUp: "none"]))
            world.clock.set(7200)
            world.restart()
            world.clock.set(60)
            try await world.look("tick")
            #expect(world.starts == [world.time(60)])
        }
    }

    @Test func `a clock that jumps is noticed, and Jobs that end are seen`() async throws {
        try await World.run { world in
            try await world.create(makeCronJob("0 * * * *"))
            let controller = world.controller(tick: .milliseconds(10))
            try await world.host.running([controller.run]) {
                // The timer sleeps for an hour by now; the clock does not.
                for hour in 1...5 {
                    world.clock.set(3600 * hour)
                    try await world.host.wait(CronJob.self, "tick") {
                        $0?.status?.lastScheduleTime?.date == world.time(3600 * hour)
                    }
                    try await world.end(world.jobs.last)
                    try await world.host.wait(CronJob.self, "tick") {
                        $0?.status?.active == nil && $0?.status?.lastSuccessfulTime != nil
                    }
                }
                _ = try await world.host.wait(Job.self, world.names[0]) { _ in world.jobs.count == 3 }
            }
            #expect(world.starts == [3, 4, 5].map { world.time(3600 * $0) })
            #expect(
                await world.told() == ["SuccessfulCreate": 5, "SawCompletedJob": 5, "SuccessfulDelete": 2])
        }
    }

    @Test func `every second, by the real clock`() async throws {
        try await Host.run { host in
            let controller = CronJobController(store: host.store, events: host.events, logger: host.logger)
            try await host.running([host.controller().run, controller.run, FakeNode(host.store).run]) {
                var cronJob = makeCronJob("@every 1s")
                _ = try cronJob.admitForCreate(namespace: "default", uid: "cron-1", now: Date())
                _ = try await host.store.create(cronJob)
                for _ in 1...3 {
                    let last = host.store.get(CronJob.self, cronJob.key)?.status?.lastSuccessfulTime
                    try await host.wait(CronJob.self, "tick") { now in
                        guard let time = now?.status?.lastSuccessfulTime else { return false }
                        return last.map { time > $0 } ?? true
                    }
                }
                try await host.store.modify(CronJob.self, cronJob.key) { $0.spec.suspend = true }
            }
            let times = host.store.list(Job.self).compactMap { $0.metadata.annotations?[CronJob.scheduledTimestamp] }
            #expect(times.count >= 2 && Set(times).count == times.count)
        }
    }

    @Test func `Replace ends what runs in the same write that starts the next`() async throws {
        try await World.run { world in
            try await world.create(makeCronJob(policy: "Replace"))
            for minute in 1...3 {
                world.clock.set(60 * minute)
                try await world.look("tick")
                #expect(world.jobs.count == 1)
            }
            #expect(world.starts == [world.time(180)])
            #expect(world.cronJob("tick")?.status?.active?.map(\.name) == world.names)
            #expect(await world.told() == ["SuccessfulCreate": 3, "SuccessfulDelete": 2])
        }
    }

    @Test func `Forbid: the start that found one running is made when that ends`() async throws {
        try await World.run { world in
            try await world.create(makeCronJob(policy: "Forbid"))
            for second in [60, 120, 180] {
                world.clock.set(second)
                try await world.look("tick")
            }
            #expect(world.starts == [world.time(60)])
            try await world.end(world.jobs.last)
            world.clock.set(200)
            try await world.look("tick")
            #expect(world.starts == [60, 180].map(world.time))
        }
    }

    @Test func `what was missed while no controller ran is caught up with, all of it`() async throws {
        try await World.run { world in
            try await world.create(
                makeCronJob(policy: "Forbid", annotations: [StintAnnotation.cronCatchUp: "all"]))
            world.clock.set(4 * 60 + 30)
            world.restart()
            for _ in 1...6 {
                try await world.look("tick")
                try await world.end(world.jobs.last { !$0.isFinished })
            }
            #expect(await world.told()["SuccessfulCreate"] == 4)
            #expect(world.cronJob("tick")?.status?.lastScheduleTime?.date == world.time(240))
            #expect(world.starts == [120, 180, 240].map(world.time))
        }
    }

    @Test func `a group never has more Jobs than places, and all get their turn`() async throws {
        try await World.run { world in
            let names = (0..<6).map { "job-\($0)" }
            for name in names {
                try await world.create(
                    makeCronJob("0 0 * * *", annotations: [StintAnnotation.cronGroup: "name=backups,max=2"]) {
                        $0.metadata.name = name
                    })
            }
            try await world.create(makeCronJob("0 0 * * *") { $0.metadata.name = "loner" })
            let controller = world.controller(tick: .milliseconds(10))
            world.clock.set(86400)
            for name in names { try await controller.look(at: world.key(name)) }
            try await world.host.running([controller.run]) {
                try await world.endOneByOne(6, places: 2)
                try await world.waitForSuccess(of: names)
            }
            #expect(world.jobs.count == 7)
            #expect(await world.told()["CronGroupFull"] == 4)
        }
    }

    @Test func `a CronJob that was read before it changed refuses the start with its Job`() async throws {
        try await World.run { world in
            try await world.create(makeCronJob())
            world.clock.set(60)
            let old = try #require(world.cronJob("tick"))
            try await world.host.store.modify(CronJob.self, old.key) { $0.spec.suspend = true }
            let controller = world.controller()
            let decision = decide(old, .sketch(now: world.clock.now))
            #expect(decision.create.count == 1)
            await #expect(throws: StoreError.self) { try await controller.carryOut(decision, for: old) }
            #expect(world.jobs.isEmpty && world.cronJob("tick")?.status?.lastScheduleTime == nil)
            #expect(await world.told() == [:])
        }
    }
}
