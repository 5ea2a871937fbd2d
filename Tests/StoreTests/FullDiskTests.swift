import Foundation
import Kube
import Testing

@testable import Store

/// A file system of half a megabyte, really full. Mounting one takes root.
struct FullDiskTests {
    private static func run(_ program: String, _ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }  // not there: as good as failed
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static func mount(_ directory: String) -> Bool {
        run("/usr/bin/mount", "-t", "tmpfs", "-o", "size=512k", "stint-test", directory)
    }

    static let canMount: Bool = {
        guard let scratch = try? Scratch() else { return false }
        let directory = scratch.directory
        defer { _ = run("/usr/bin/umount", directory) }
        return mount(directory)
    }()

    @Test(.enabled(if: canMount, "mounting a tmpfs is not allowed here"))
    func `a full file system loses nothing that was acknowledged and takes writes again when there is room`()
        async throws
    {
        let scratch = try Scratch()
        let directory = scratch.directory
        try #require(Self.mount(directory))
        defer { _ = Self.run("/usr/bin/umount", "-l", directory) }
        let filler = directory + "/filler"
        try Data(repeating: 1, count: 150_000).write(to: URL(fileURLWithPath: filler))

        let store = try scratch.open()
        var acknowledged: [Pod] = []
        var failure: StoreError?
        while failure == nil, acknowledged.count < 2_000 {
            var draft = pod("p\(10_000 + acknowledged.count)")
            draft.metadata.annotations = ["weight": String(repeating: "x", count: 2_000)]
            do throws(StoreError) {
                acknowledged.append(try await store.create(draft))
            } catch {
                failure = error
            }
        }
        #expect(failure == .diskFull)
        #expect(acknowledged.count > 10)
        for _ in 0..<3 {
            await #expect(throws: StoreError.diskFull) { try await store.create(Self.large()) }
        }
        #expect(store.list(Pod.self).items == acknowledged)
        #expect(try await store.verify() == [])

        try FileManager.default.removeItem(atPath: filler)
        acknowledged.append(try await store.create(pod("p99999")))
        #expect(try await store.verify() == [])
        await store.close()
        let again = try scratch.open()
        #expect(again.list(Pod.self).items == acknowledged)
        #expect(try await again.verify() == [])
        await again.close()
    }

    private static func large() -> Pod {
        var draft = pod("large")
        draft.metadata.annotations = ["weight": String(repeating: "x", count: 200_000)]
        return draft
    }
}
