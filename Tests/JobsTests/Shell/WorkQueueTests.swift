import Foundation
import Synchronization
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(1))) struct WorkQueueTests {
    @Test func `a key waits once, however often it is added`() async {
        let queue = WorkQueue<String>()
        for _ in 0..<5 { queue.add("a") }
        queue.add("b")
        #expect(await queue.next() == "a")
        #expect(await queue.next() == "b")
    }

    @Test func `a key that is being looked at comes again afterwards, once`() async {
        let queue = WorkQueue<String>()
        queue.add("a")
        #expect(await queue.next() == "a")
        queue.add("a")
        queue.add("a")
        queue.add("b")
        #expect(await queue.next() == "b")
        queue.done("a")
        #expect(await queue.next() == "a")
        queue.done("a")
        queue.close()
        #expect(await queue.next() == nil)
    }

    @Test func `a worker that waits is woken, and let go when the queue closes`() async {
        let queue = WorkQueue<String>()
        async let first = queue.next()
        async let second = queue.next()
        queue.add("a")
        queue.add("b")
        #expect(Set([await first, await second]) == ["a", "b"])
        async let third = queue.next()
        queue.close()
        #expect(await third == nil)
    }

    @Test func `cancelling lets a worker go`() async {
        let queue = WorkQueue<String>()
        let worker = Task { await queue.next() }
        worker.cancel()
        #expect(await worker.value == nil)
        queue.add("a")
        #expect(await queue.next() == "a")
    }

    @Test func `keys come when they are due, the earliest first`() async {
        let queue = WorkQueue<String>()
        let timers = Task { await queue.runTimers() }
        let begin = Date()
        queue.add("later", at: begin.addingTimeInterval(0.15))
        queue.add("soon", at: begin.addingTimeInterval(0.05))
        queue.add("past", at: begin.addingTimeInterval(-5))
        #expect(await queue.next() == "past")
        #expect(await queue.next() == "soon")
        #expect(await queue.next() == "later")
        #expect(Date().timeIntervalSince(begin) >= 0.15)
        timers.cancel()
        await timers.value
    }

    @Test func `what fails comes again, until it works`() async {
        let queue = WorkQueue<String>()
        let tries = Mutex(0)
        let timers = Task { await queue.runTimers() }
        queue.add("a")
        await queue.runWorkers(2) { _ in
            let number = tries.withLock { tries in
                tries += 1
                return tries
            }
            if number < 4 { throw CancellationError() }
            queue.close()
        }
        await timers.value
        #expect(tries.withLock { $0 } == 4)
    }

    @Test func `never two workers with one key, and nothing is lost`() async {
        let queue = WorkQueue<Int>()
        let seen = Seen()
        await withDiscardingTaskGroup { group in
            group.addTask {
                await queue.runWorkers(8) { key in
                    #expect(seen.begin(key))
                    await Task.yield()
                    if seen.end(key) == 50 { queue.close() }
                }
            }
            for _ in 0..<4 {
                group.addTask { for number in 0..<2000 { queue.add(number % 50) } }
            }
        }
        #expect(seen.count == 50)
    }

    /// Which keys are being looked at, and which have been.
    private final class Seen: Sendable {
        private let state = Mutex((busy: Set<Int>(), done: Set<Int>()))
        var count: Int { state.withLock { $0.done.count } }
        func begin(_ key: Int) -> Bool { state.withLock { $0.busy.insert(key).inserted } }
        func end(_ key: Int) -> Int {
            state.withLock { state in
                state.busy.remove(key)
                state.done.insert(key)
                return state.done.count
            }
        }
    }

    @Test func `due dates: earliest wins, later ones are only a second look`() {
        var due = DueDates<String>()
        due.add("a", at: noon.addingTimeInterval(10))
        due.add("a", at: noon.addingTimeInterval(5))
        due.add("a", at: noon.addingTimeInterval(20))
        due.add("b", at: noon.addingTimeInterval(7))
        #expect(due.popDue(noon) == nil && due.next == noon.addingTimeInterval(5))
        #expect(due.popDue(noon.addingTimeInterval(8)) == "a")
        #expect(due.popDue(noon.addingTimeInterval(8)) == "b")
        #expect(due.popDue(noon.addingTimeInterval(60)) == nil)
    }
}
