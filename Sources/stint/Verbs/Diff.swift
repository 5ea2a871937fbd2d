import ArgumentParser
import Foundation
import Kube

/// `stint diff`: what `apply` would change.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what applying files would change.", usage: "stint diff -f FILE [--server-side]",
        discussion: """
            Exits 0 when nothing would change, 1 when something would, more when that could not be found out. \
            KUBECTL_EXTERNAL_DIFF names another program than 'diff -u -N'.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var files: FileOptions
    @OptionGroup var serverSide: ServerSideOptions

    @Option(
        name: [.customShort("l", allowingJoined: true), .long], help: "Only the objects of the files with these labels."
    )
    var selector: String?

    @Flag(help: "Keep the field managers.")
    var showManagedFields = false

    @Flag(help: "Show the values of Secrets.")
    var showSecrets = false

    func validate() throws { try files.require() }

    func run() async throws {
        let (live, merged) = (
            try ScratchFile.makeDirectory("LIVE-"), try ScratchFile.makeDirectory("MERGED-")
        )
        defer {
            ScratchFile.remove(live)
            ScratchFile.remove(merged)
        }
        do {
            try await write(to: live, merged)
        } catch {
            // 1 would mean that there are differences.
            let failure = Failure(error)
            throw failure.message.map { Failure.verbatim($0, exitCode: 2) } ?? .silent(2)
        }
        let program = Self.program + [live, merged]
        let code: Int32
        do { code = try await ChildProgram(arguments: program).run() } catch {
            throw Failure("failed to run \"\(program[0])\": \(error)", exitCode: 2)
        }
        if code > 1 { throw Failure("failed to run \"\(program[0])\": exit status \(code)", exitCode: code) }
        if code == 1 { throw Failure.silent(1) }
    }

    private func write(to live: String, _ merged: String) async throws {
        try serverSide.check(.server)
        let client = connection.client
        let discovery = Discovery(client: client)
        let applier = Applier(
            client: client, dryRun: .server, validation: .strict, manager: serverSide.manager,
            forcesConflicts: serverSide.forceConflicts, annotates: false)
        for manifest in try files.manifests().selected(by: selector) {
            let target = try await manifest.target(in: discovery, namespace: connection.namedNamespace)
            var before: JSONValue?
            do {
                before = try await client.send(APIRequest(.GET, target.path))
            } catch let status as Status where status.code == 404 {
                before = nil  // all of it is new
            }
            var (after, _) = try await applier.apply(manifest, to: target, serverSide: serverSide.serverSide)
            if !showManagedFields { (before, after) = (before?.withoutManagedFields, after.withoutManagedFields) }
            if !showSecrets, target.type.kind == "Secret", target.type.group.isEmpty {
                (before, after) = SecretMask.masked(before, after)
            }
            let name = [target.type.group, target.type.version, target.type.kind, target.namespace ?? "", target.name]
            let file = name.drop { $0.isEmpty }.joined(separator: ".")
            try ScratchFile.write(before.map { YAMLWriter.text(of: $0) } ?? "", to: "\(live)/\(file)")
            try ScratchFile.write(YAMLWriter.text(of: after), to: "\(merged)/\(file)")
        }
    }

    /// Of what the user names, only words that can do no more than choose options, as kubectl has it.
    private static var program: [String] {
        let named = ProcessInfo.processInfo.environment["KUBECTL_EXTERNAL_DIFF"] ?? ""
        let words = named.split(separator: " ").map(String.init)
        guard let first = words.first else { return ["diff", "-u", "-N"] }
        return [first]
            + words.dropFirst().filter { word in
                word.unicodeScalars.allSatisfy {
                    $0 == "-" || $0 == "=" || ($0.isASCII && Character($0).isLetter) || ("0"..."9").contains($0)
                }
            }
    }
}

/// Shows that values of a Secret differ, not what they are.
enum SecretMask {
    static func masked(_ before: JSONValue?, _ after: JSONValue) -> (JSONValue?, JSONValue) {
        let (old, new) = (before?["data"]?.object ?? [:], after["data"]?.object ?? [:])
        func mask(_ own: [String: JSONValue], _ other: [String: JSONValue], _ word: String) -> JSONValue {
            .object(
                Dictionary(
                    uniqueKeysWithValues: own.map { key, value in
                        (key, .string(other[key] == nil || other[key] == value ? "***" : "*** (\(word))"))
                    }))
        }
        var (hiddenBefore, hiddenAfter) = (before, after)
        if !old.isEmpty { hiddenBefore?.set("data", to: mask(old, new, "before")) }
        if !new.isEmpty { hiddenAfter.set("data", to: mask(new, old, "after")) }
        // What was applied last is in the annotation, values and all.
        return (hiddenBefore.map(withoutLastApplied), withoutLastApplied(hiddenAfter))
    }

    private static func withoutLastApplied(_ object: JSONValue) -> JSONValue {
        var object = object
        if object.at("metadata", "annotations", LastApplied.annotation) != nil {
            object.set("metadata", "annotations", LastApplied.annotation, to: nil)
        }
        return object
    }
}
