import Foundation
import GRDB
import Kube
import Synchronization
import Testing

@testable import Store

/// What the disk keeps, loses, and refuses. SQLite is the real one; a power cut is a copy of its files.
struct DurabilityTests {
    @Test func `what was stored is there after a restart, revisions go on`() async throws {
        let scratch = try Scratch()
        var store = try scratch.open()
        var owned = pod("a", owner: "u1", node: "here")
        owned.metadata.annotations = ["text": "ä \"quoted\" / \u{1F600}"]
        let a = try await store.create(owned)
        try await store.create(job("b"))
        try await store.delete(Job.self, key("b"))
        #expect(store.revision == 4)
        await store.close()

        store = try scratch.open()
        #expect(store.get(Pod.self, key("a")) == a)
        #expect(store.list(Pod.self, ownedBy: "u1") == [a])
        #expect(store.revision == 4)
        #expect(store.list(Job.self).revision == 4)
        #expect(try await store.create(job("b")).metadata.resourceVersion == "5")
        #expect(throws: StoreError.expired(oldest: 4)) { try store.watch(Pod.self, since: 3) }
        _ = try store.watch(Pod.self, since: 4)
        #expect(try await store.verify() == [])
        await store.close()
    }

    @Test func `every acknowledged write survives a power cut right after it`() async throws {
        try await withStore { store in
            for number in 0..<20 {
                let written = try await store.create(pod("p\(number)"))
                try await store.record(attempt("p\(number)"))
                let survivor = try store.afterPowerCut()
                #expect(survivor.get(Pod.self, written.key) == written)
                #expect(survivor.revision == store.revision)
                #expect(try await survivor.attempts(namespace: "default").count == number + 1)
                #expect(try await survivor.verify() == [])
                await survivor.close()
            }
        }
    }

    @Test func `a power cut between any two steps of a commit leaves none of it`() async throws {
        let cuts = Mutex<[(DiskStep, String)]>([])
        let path = Mutex("")
        var options = StoreOptions()
        options.beforeDiskStep = { step in
            let copy = try Store.copyFiles(of: path.withLock { $0 })
            cuts.withLock { $0.append((step, copy)) }
        }
        let scratch = try Scratch()
        let store = try scratch.open(options)
        path.withLock { $0 = store.disk.path }
        try await store.commit([.create(job("a")), .create(pod("a-1", owner: "x"))])
        cuts.withLock { $0 = [] }

        var status = try #require(store.get(Job.self, key("a")))
        status.status = JobStatus()
        status.status?.succeeded = 1
        try await store.commit([
            .update(status), .record(attempt("a-1")), .delete(Pod.self, key("a-1"), DeleteOptions()),
            .create(pod("a-2")),
        ])
        let taken = cuts.withLock { $0 }
        let steps = taken.map(\.0)
        #expect(steps.first == .begin)
        #expect(Set(steps) == [.begin, .counter, .replace, .remove, .insert, .record, .commit])
        #expect(steps.last == .commit)
        for (step, copy) in taken {
            let survivor = try Store.open(copy)
            #expect(survivor.revision == 3, "at \(step)")
            #expect(survivor.get(Job.self, key("a"))?.status == nil)
            #expect(survivor.list(Pod.self).map(\.name) == ["a-1"])
            #expect(try await survivor.attempts(jobUID: "job-uid") == [])
            #expect(try await survivor.verify() == [])
            await survivor.close()
        }
        let survivor = try store.afterPowerCut()
        #expect(survivor.list(Pod.self).map(\.name) == ["a-2"])
        #expect(survivor.get(Job.self, key("a"))?.status?.succeeded == 1)
        #expect(try await survivor.attempts(jobUID: "job-uid").count == 1)
        await survivor.close()
        await store.close()
    }

    @Test(arguments: [false, true])
    func `whichever step fails, nothing of the commit is kept and the next one works`(forEver: Bool) async throws {
        let countdown = Mutex(0)
        var options = StoreOptions()
        options.beforeDiskStep = { _ in
            let fails = countdown.withLock { left in
                left -= 1
                return forEver ? left < 0 : left == -1
            }
            if fails { throw DatabaseError(resultCode: .SQLITE_IOERR, message: "the test says no") }
        }
        try await withStore(options) { store in
            countdown.withLock { $0 = 1_000 }
            try await store.create(job("a"))
            var failures = 0
            var succeeded = false
            while !succeeded {
                let before = (store.revision, store.list(Pod.self).items, store.get(Job.self, key("a")))
                var watch = try store.watch(Pod.self, since: store.revision).makeAsyncIterator()
                countdown.withLock { $0 = failures }
                var change = job("a")
                change.spec.parallelism = failures + 1
                do {
                    try await store.commit([
                        .create(pod("p\(failures)")), .update(change), .record(attempt("p\(failures)")),
                    ])
                    succeeded = true
                } catch {
                    #expect(error as? StoreError == .inputOutput("the test says no (SQLite 10)"))
                    #expect(store.revision == before.0)
                    #expect(store.list(Pod.self).items == before.1)
                    #expect(store.get(Job.self, key("a")) == before.2)
                    failures += 1
                }
                countdown.withLock { $0 = 1_000 }
                #expect(try await store.verify() == [])
                if !succeeded {
                    let next = try await store.create(pod("after-\(failures)"))
                    #expect(next.metadata.resourceVersion == String(before.0 + 1))
                    #expect(try await watch.next() == .added(next))
                }
            }
            #expect(failures == 6)
        }
    }

    @Test func `a full disk fails writes, reading goes on, and writing works again when there is space`() async throws {
        try await withStore { store in
            let first = try await store.create(pod("first"))
            try await store.disk.queue.write { db in
                let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                try db.execute(sql: "PRAGMA max_page_count = \(pages + 4)")
            }
            var big = pod("big")
            big.metadata.annotations = ["x": String(repeating: "x", count: 100_000)]
            let draft = big
            await #expect(throws: StoreError.diskFull) { try await store.create(draft) }
            #expect(store.list(Pod.self).items == [first])
            #expect(store.revision == 2)
            try await store.disk.queue.write { db in try db.execute(sql: "PRAGMA max_page_count = 1000000") }
            #expect(try await store.create(draft).metadata.resourceVersion == "3")
        }
    }

    @Test func `memory and watches know nothing of a commit that is not on disk yet`() async throws {
        let seen = Mutex<[String]>([])
        let looked = Mutex<Store?>(nil)
        var options = StoreOptions()
        options.beforeDiskStep = { step in
            guard step == .commit, let store = looked.withLock({ $0 }) else { return }
            seen.withLock { $0.append("\(store.revision) \(store.list(Pod.self).map(\.name))") }
        }
        try await withStore(options) { store in
            looked.withLock { $0 = store }
            try await store.create(pod("a"))
            try await store.create(pod("b"))
            looked.withLock { $0 = nil }
        }
        #expect(seen.withLock { $0 } == ["1 []", "2 [\"a\"]"])
    }

    @Test func `two daemons cannot share a state file`() async throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        let error = #expect(throws: StoreError.self) { _ = try Store.open(store.disk.path) }
        #expect(
            error?.description
                == "state file \"\(store.disk.path)\" is in use by another process: one daemon per state directory")
        try await store.create(job("a"))
        await store.close()
        let next = try scratch.open()
        #expect(next.get(Job.self, key("a")) != nil)
        await next.close()
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3"), "sqlite3 is not installed"))
    func `another process cannot even read the file while it is open`() async throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        try await store.create(job("a"))
        func count() throws -> String {
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
            process.arguments = [store.disk.path, "SELECT count(*) FROM objects"]
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let text = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return String(decoding: text, as: UTF8.self)
        }
        #expect(try count().contains("locked"))
        await store.close()
        #expect(try count() == "1\n")
    }

    @Test func `the files are for their owner alone`() async throws {
        let scratch = try Scratch()
        _ = FileManager.default.createFile(atPath: scratch.path, contents: nil, attributes: [.posixPermissions: 0o644])
        let store = try scratch.open()
        try await store.create(job("a"))
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.directory) {
            let attributes = try FileManager.default.attributesOfItem(atPath: scratch.directory + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        await store.close()
    }

    @Test(arguments: [
        ("UPDATE objects SET body = x'7b0a'", "cannot be used: jobs.batch \"default/a\" cannot be read: "),
        ("PRAGMA user_version = 7", "was written by a newer version (schema 7, this program knows 2)"),
        ("PRAGMA application_id = 42", "cannot be used: it is a database of some other program"),
        ("DELETE FROM counter", "cannot be used: the revision counter is missing"),
        ("UPDATE objects SET name = 'b'", "cannot be used: jobs.batch \"default/b\" does not match its row"),
        ("UPDATE objects SET revision = 99", "cannot be used: jobs.batch \"default/a\" does not match its row"),
    ])
    func `a file that cannot be trusted is refused with the reason`(sql: String, reason: String) async throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        try await store.create(job("a"))
        await store.close()
        try await DatabaseQueue(path: scratch.path).write { db in try db.execute(sql: sql) }
        let error = #expect(throws: StoreError.self) { _ = try Store.open(scratch.path) }
        #expect(error?.description.hasPrefix("state file \"\(scratch.path)\" \(reason)") == true, "\(error as Any)")
    }

    @Test func `a file that is no database, and one of somebody else, are left alone`() async throws {
        let scratch = try Scratch()
        let garbage = Data(repeating: 0x41, count: 8192)
        try garbage.write(to: URL(fileURLWithPath: scratch.path))
        #expect(throws: StoreError.self) { _ = try Store.open(scratch.path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path)) == garbage)
        try FileManager.default.removeItem(atPath: scratch.path)
        try await DatabaseQueue(path: scratch.path).write { db in try db.execute(sql: "CREATE TABLE theirs (x)") }
        #expect(throws: StoreError.corrupt(path: scratch.path, "it is a database of some other program")) {
            _ = try Store.open(scratch.path)
        }
    }

    @Test func `objects of a type that is not served stay`() async throws {
        let scratch = try Scratch()
        var store = try scratch.open()
        let event = try await store.create(
            Event(metadata: ObjectMeta(name: "e", namespace: "n"), involvedObject: ObjectReference()))
        await store.close()
        let narrow = try Store(path: scratch.path, types: [Job.self], logger: store.logger)
        try await narrow.create(job("a"))
        await narrow.close()
        store = try scratch.open()
        #expect(store.list(Event.self).items == [event])
        await store.close()
    }

    @Test func `what somebody else changed in the file is noticed before it is overwritten`() async throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        let a = try await store.create(job("a"))
        try await store.disk.queue.write { db in try db.execute(sql: "UPDATE objects SET revision = 50") }
        #expect(
            try await store.verify() == [
                "an object has revision 50, the counter is 2",
                "state file \"\(scratch.path)\" cannot be used: jobs.batch \"default/a\" does not match its row",
            ])
        await #expect(throws: StoreError.corrupt(path: scratch.path, "it was changed behind this program's back")) {
            try await store.modify(Job.self, key("a")) { $0.spec.parallelism = 2 }
        }
        #expect(store.get(Job.self, key("a")) == a)
        await store.close()
    }
}
