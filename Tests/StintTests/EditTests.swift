import Foundation
import Kube
import Synchronization
import Testing

@testable import stint

@Suite struct EditTests {
    private static let original =
        #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"hello","namespace":"default","uid":"u1","resourceVersion":"42","managedFields":[{"manager":"x"}]},"spec":{"parallelism":1,"suspend":false}}"#

    /// Edits `hello` with a shell script for an editor; `answers` are what the daemon says to each patch.
    private func edit(
        _ script: String, answers: [FakeDaemon.Answer] = [.json(original)]
    ) async throws -> (output: String, complaints: String, failure: Failure?, patches: [String]) {
        let folder = try ScratchFile.makeDirectory("stint-test-")
        defer { ScratchFile.remove(folder) }
        try ScratchFile.write(script.replacing("%", with: folder), to: "\(folder)/edit.sh")
        let left = Mutex(answers)
        return try await FakeDaemon.with({ question in
            question.method == "PATCH" ? left.withLock { $0.removeFirst() } : .json(Self.original)
        }) { daemon in
            let output = Mutex("")
            let complaints = Mutex("")
            let console = Console(
                writeBytes: { bytes in output.withLock { $0 += String(decoding: bytes, as: UTF8.self) } },
                complain: { text in complaints.withLock { $0 += text } })
            let session = EditSession(
                client: APIClient(socket: DaemonSocket(path: daemon.path), console: console),
                editor: "sh \(folder)/edit.sh",
                originals: [
                    EditedObject(
                        object: NamedObject(Job.type, namespace: "default", name: "hello"),
                        tree: try KubeJSON.parse(Array(Self.original.utf8)))
                ],
                isJSON: false, outputPatch: false, saveConfig: false, subresource: nil, query: [])
            var failure: Failure?
            do { try await session.run() } catch { failure = Failure(error) }
            let patches = daemon.questions.filter { $0.method == "PATCH" }.map(\.text)
            return (output.withLock { $0 }, complaints.withLock { $0 }, failure, patches)
        }
    }

    @Test func `what was changed is sent as a patch, and nothing else`() async throws {
        let result = try await edit(#"sed -i 's/parallelism: 1/parallelism: 3/' "$1""#)
        #expect(result.output == "job.batch/hello edited\n")
        #expect(result.patches == [#"{"spec":{"parallelism":3}}"#])
        #expect(result.failure == nil)
    }

    @Test(arguments: [
        ("nothing changed", "true", "Edit cancelled, no changes made.\n"),
        ("only comments changed", #"echo '# well' >> "$1""#, "Edit cancelled, no changes made.\n"),
        ("nothing is left", #": > "$1""#, "Edit cancelled, saved file was empty.\n"),
    ])
    func cancels(_ row: (sentence: String, script: String, complaint: String)) async throws {
        let result = try await edit(row.script)
        #expect(result.complaints == row.complaint, "\(row.sentence)")
        #expect(result.failure == nil)
        #expect(result.patches == [])
    }

    @Test func `a refused edit is shown again with the reasons on top, and may be mended`() async throws {
        let refusal = FakeDaemon.Answer.json(
            #"{"kind":"Status","status":"Failure","reason":"Invalid","message":"no","code":422,"details":{"name":"hello","kind":"Job","causes":[{"field":"spec.parallelism","message":"must not be negative"}]}}"#,
            status: 422)
        let script = """
            if grep -q '^# \\* spec.parallelism: must not be negative$' "$1"
            then sed -i 's/parallelism: -1/parallelism: 2/' "$1"
            else sed -i 's/parallelism: 1/parallelism: -1/' "$1"; fi
            """
        let result = try await edit(script, answers: [refusal, .json(Self.original)])
        #expect(result.patches == [#"{"spec":{"parallelism":-1}}"#, #"{"spec":{"parallelism":2}}"#])
        #expect(result.complaints == "error: jobs.batch \"hello\" is invalid\n")
        #expect(result.output == "job.batch/hello edited\n")
    }

    @Test func `a refused edit that is saved again as it was ends, and is kept`() async throws {
        let refusal = FakeDaemon.Answer.status(422, "Invalid", "no")
        let result = try await edit(#"sed -i 's/suspend: false/suspend: 7/' "$1""#, answers: [refusal])
        #expect(result.failure == Failure("Edit cancelled, no valid changes were saved."))
        #expect(result.complaints.contains("A copy of your changes has been stored to \""))
    }

    @Test func `text that is no YAML is shown again`() async throws {
        let script = """
            if grep -q 'syntax error' "$1"; then sed -i '/^{/d; s/suspend: false/suspend: true/' "$1"; else echo '{' >> "$1"; fi
            """
        let result = try await edit(script)
        #expect(result.output == "job.batch/hello edited\n")
        #expect(result.patches == [#"{"spec":{"suspend":true}}"#])
    }

    @Test func `an object may not be renamed, nor edited by an editor that fails`() async throws {
        let renamed = try await edit(#"sed -i 's/name: hello/name: other/' "$1""#)
        #expect(renamed.failure == Failure("At least one of apiVersion, kind and name was changed"))
        let failed = try await edit("exit 3")
        #expect(failed.failure?.message?.hasPrefix("error: there was a problem with the editor \"sh ") == true)
    }

    @Test func `an edit that comes too late says how to try again`() async throws {
        let result = try await edit(
            #"sed -i 's/parallelism: 1/parallelism: 3/' "$1""#, answers: [.status(409, "Conflict", "changed")])
        #expect(
            result.complaints.hasPrefix(
                "error: jobs.batch \"hello\" could not be patched: changed\nYou can run `stint replace -f "))
        #expect(result.failure?.exitCode == 1)
    }

    @Test func `reasons are comments, line by line`() {
        let head = EditText.head([EditText.Reason(head: "job \"x\" was not valid", others: ["a: b\nc"])])
        #expect(head.hasSuffix("#\n# job \"x\" was not valid:\n# * a: b\n# c\n#\n"))
    }
}
