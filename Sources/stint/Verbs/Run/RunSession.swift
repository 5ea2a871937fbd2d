import Kube

/// Carries out a run: creates the Job, copies the log of every attempt, waits for the end, deletes the Job.
struct RunSession: Sendable {
    let client: APIClient
    let namespace: String
    let keeps: Bool
    let memory: Quantity?
    let deadline: GoDuration?

    func run(_ draft: JSONValue) async throws -> RunEnd {
        let interrupts = Interrupts()
        var request = APIRequest(.POST, ObjectPath(Job.type, namespace: namespace).list)
        request.query = [(name: "fieldManager", value: "stint-run"), (name: "fieldValidation", value: "Strict")]
        request.contentType = "application/json"
        request.body = .bytes(try KubeJSON.encode(draft))
        let job: Job
        do {
            job = try await client.send(request, as: Job.self)
        } catch {
            let failure = Failure(error)
            throw Failure.verbatim(failure.message ?? "", exitCode: RunEnd.couldNotRun)
        }
        return try await attend(job, interrupts)
    }

    /// What can happen to a run while we watch it.
    private enum Happening: Sendable {
        case ended(RunEnd)
        case interrupted(Int32)
    }

    private func attend(_ job: Job, _ interrupts: Interrupts) async throws -> RunEnd {
        let object = NamedObject(Job.type, namespace: namespace, name: job.name)
        do {
            let end = try await withThrowingTaskGroup(of: Happening?.self) { tasks in
                tasks.addTask { .ended(try await RunFollower(session: self, job: job).follow()) }
                tasks.addTask {
                    for await number in interrupts.signals { return .interrupted(number) }
                    return nil
                }
                defer { tasks.cancelAll() }
                while let happening = try await tasks.next() {
                    switch happening {
                    case .ended(let end): return end
                    case .interrupted(let number): return try await stop(object, job, number, interrupts)
                    case nil: continue
                    }
                }
                throw CancellationError()
            }
            if !keeps { try await delete(object, policy: "Background") }
            return end
        } catch let error as ConnectionError {
            // The daemon is gone or restarting; the program is not.
            throw Failure.verbatim(
                "stint: \(error.message)\nstint: job/\(job.name) runs on; see 'stint logs -f job/\(job.name)'",
                exitCode: RunEnd.couldNotRun)
        } catch {
            if !keeps { try await delete(object, policy: "Background") }
            throw error
        }
    }

    /// The first signal ends the program as `delete` does, with its grace period, and shows what it still prints; the
    /// second does not wait.
    private func stop(
        _ object: NamedObject, _ job: Job, _ number: Int32, _ interrupts: Interrupts
    ) async throws -> RunEnd {
        let end = RunEnd(exitCode: 128 + number, message: nil)
        try await delete(object, policy: "Foreground")
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await ObjectWait(object: object, client: client, uid: job.uid)
                    .perform([.deleted], seconds: GoDuration.week)
            }
            tasks.addTask {
                try await Task.sleep(for: .seconds(1))
                client.console.note("stint: stopping job/\(job.name); press Ctrl-C again to kill it at once")
                try await Task.sleep(for: .seconds(GoDuration.week))
            }
            tasks.addTask {
                for await _ in interrupts.signals {
                    try await kill(job)
                    return
                }
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
        return end
    }

    private func delete(_ object: NamedObject, policy: String) async throws {
        var request = APIRequest(.DELETE, object.path)
        request.contentType = "application/json"
        request.body = .bytes(
            try KubeJSON.encode(["kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": policy]))
        do {
            _ = try await client.send(request)
        } catch let status as Status where status.code == 404 {
            return  // someone else was faster
        }
    }

    private func kill(_ job: Job) async throws {
        let selection = Selection(labels: "batch.kubernetes.io/controller-uid=\(job.uid)")
        var request = APIRequest(
            .DELETE, ObjectPath(Pod.type, namespace: namespace).list,
            query: selection.query + [(name: "gracePeriodSeconds", value: "0")])
        request.contentType = "application/json"
        request.body = .bytes(
            Array(#"{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0}"#.utf8))
        _ = try await client.send(request)
    }
}
