import Dispatch
import Linux

extension GroupSet {
    func kill() throws(CgroupError) {
        do {
            try Files.write("1", to: unified.path + "/" + CgroupDirectory.killFile)
        } catch {
            // No file, or (ENODEV) one of a group that has just been removed: nobody is in it.
            if error.errno == .noSuchFileOrDirectory || error.errno == .operationNotSupportedByDevice { return }
            throw .kernel(error)
        }
    }

    /// Most groups are empty by then and go at once; otherwise a thread waits for the kernel to say so.
    func killAndRemove(within timeout: Duration) async throws(CgroupError) {
        do {
            return try remove()
        } catch {
            guard case .occupied = error else { throw error }
        }
        try kill()
        // Not on the cooperative pool, because it blocks.
        let result: Result<Void, CgroupError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { () throws(CgroupError) in try waitAndRemove(within: timeout) })
            }
        }
        try result.get()
    }

    /// Blocks.
    private func waitAndRemove(within timeout: Duration) throws(CgroupError) {
        let deadline = ContinuousClock.now + timeout
        while true {
            let isEmpty = try waitUntilEmpty(deadline)
            do {
                return try remove()
            } catch {
                guard case .occupied(let group, let processes) = error else { throw error }
                // Empty in v2 and not in v1: whoever that is was not born in our group, so killing does not reach it
                // and waiting would not end.
                guard !isEmpty, ContinuousClock.now < deadline else {
                    throw .stillPopulated(group: group, processIDs: processes)
                }
                try kill()
            }
        }
    }

    /// Waits for `populated 0` of the v2 group, which covers all groups below it.
    /// - Returns: false when the time was up first.
    private func waitUntilEmpty(_ deadline: ContinuousClock.Instant) throws(CgroupError) -> Bool {
        do {
            let file = try CgroupCalls.openEvents(unified.path + "/" + CgroupDirectory.events)
            while FlatKeyed(try CgroupCalls.readEvents(file))["populated"] == 1 {
                let left = (deadline - .now).components
                let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
                guard milliseconds > 0 else { return false }
                try CgroupCalls.waitForChange(file, milliseconds: Int32(clamping: milliseconds))
            }
            return true
        } catch {
            // Gone meanwhile: as empty as can be.
            if error.errno == .noSuchFileOrDirectory || error.errno == .operationNotSupportedByDevice { return true }
            throw .kernel(error)
        }
    }
}
