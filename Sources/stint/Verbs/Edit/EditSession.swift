import Foundation
import Kube

/// Opens the editor until what it leaves is taken, or unchanged, or empty. What the daemon refuses is opened again
/// with its reasons on top.
struct EditSession {
    let client: APIClient
    /// The editor, with options if it has any, as a shell would run it.
    let editor: String
    let originals: [EditedObject]
    let isJSON: Bool
    let outputPatch: Bool
    let saveConfig: Bool
    let subresource: String?
    let query: [(name: String, value: String)]

    func run() async throws {
        var reasons: [EditText.Reason] = []
        var previous: String?
        var file: String?
        while true {
            let content = previous.map(EditText.withoutHead) ?? shown
            let text = EditText.head(reasons) + content
            let path = try ScratchFile.make("stint-edit-", suffix: isJSON ? ".json" : ".yaml", text)
            let edited = try await open(path)
            // Saved again as it was: the same refusal would come back for ever.
            if let previous, !reasons.isEmpty, EditText.withoutComments(previous) == EditText.withoutComments(edited) {
                if let file { ScratchFile.remove(file) }
                throw kept(path, Failure("Edit cancelled, no valid changes were saved."))
            }
            if let file { ScratchFile.remove(file) }
            file = path
            if EditText.withoutComments(edited) == EditText.withoutComments(shown) {
                ScratchFile.remove(path)
                return client.console.note("Edit cancelled, no changes made.")
            }
            guard EditText.hasLines(edited) else {
                ScratchFile.remove(path)
                return client.console.note("Edit cancelled, saved file was empty.")
            }
            previous = edited
            switch try await submit(edited, path) {
            case .done: return ScratchFile.remove(path)
            case .again(let found): reasons = found
            }
        }
    }

    private enum Outcome {
        case done
        case again([EditText.Reason])
    }

    private var shown: String {
        let trees = originals.map { $0.tree.withoutManagedFields }
        let value: JSONValue =
            trees.count == 1
            ? trees[0]
            : .object(["apiVersion": "v1", "kind": "List", "metadata": .object([:]), "items": .array(trees)])
        return isJSON ? value.indented() + "\n" : YAMLWriter.text(of: value)
    }

    private func open(_ path: String) async throws -> String {
        let program = ChildProgram(arguments: ["/bin/sh", "-c", "\(editor) \"$1\"", "sh", path])
        let code = try await program.run()
        guard code == 0 else {
            throw kept(path, Failure("there was a problem with the editor \"\(editor)\""))
        }
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(validating: data, as: UTF8.self)
        else {
            throw Failure("the edited file \(path) cannot be read as UTF-8")
        }
        return text
    }

    /// Says where the edits are, so that they are not lost.
    private func kept(_ path: String, _ failure: Failure) -> Failure {
        if FileManager.default.fileExists(atPath: path) {
            client.console.note("A copy of your changes has been stored to \"\(path)\"")
        }
        return failure
    }

    private func submit(_ edited: String, _ path: String) async throws -> Outcome {
        let manifests: [Manifest]
        do { manifests = try Manifest.parse(edited.utf8, source: "edited-file") } catch {
            let reason = Failure(error).message ?? ""
            let text = reason.hasPrefix("error: ") ? String(reason.dropFirst(7)) : reason
            return .again([EditText.Reason(head: "The edited file had a syntax error: \(text)")])
        }
        var reasons: [EditText.Reason] = []
        var (isLost, isRefused) = (false, false)
        for manifest in manifests {
            guard let original = originals.first(where: { $0.tree.objectUID == manifest.object.objectUID }) else {
                throw kept(
                    path, Failure("no original object found for \(manifest.kind) \"\(manifest.object.objectName)\""))
            }
            do {
                try await patch(original, to: manifest.object, path)
            } catch let status as Status {
                let name = "\(original.object.type.qualifiedName) \"\(original.object.name)\""
                if status.reason == "Invalid" || status.code == 422 {
                    let causes = (status.details?.causes ?? []).map { "\($0.field ?? ""): \($0.message ?? "")" }
                    reasons.append(EditText.Reason(head: "\(name) was not valid", others: causes))
                    client.console.note("error: \(name) is invalid")
                } else if status.code == 404 {
                    isLost = true
                    client.console.note("error: \(name) could not be found on the server")
                } else {
                    isRefused = true
                    client.console.note("error: \(name) could not be patched: \(status.message ?? "")")
                }
            }
        }
        if isRefused {
            client.console.note("You can run `stint replace -f \(path)` to try this update again.")
            throw Failure.silent(1)
        }
        if isLost {
            client.console.note("The edits you made on deleted resources have been saved to \"\(path)\"")
            throw Failure.silent(1)
        }
        return reasons.isEmpty ? .done : .again(reasons)
    }

    private func patch(_ original: EditedObject, to edited: JSONValue, _ path: String) async throws {
        let before = original.tree.withoutManagedFields
        var after = edited
        if saveConfig { after = LastApplied.annotated(after) }
        guard before != after else { return try client.console.print("\(original.object.printed) skipped") }
        let fixed: [[String]] = [["apiVersion"], ["kind"], ["metadata", "name"]]
        guard fixed.allSatisfy({ before.at($0) == after.at($0) }) else {
            throw kept(path, Failure("At least one of apiVersion, kind and name was changed"))
        }
        let patch = ThreeWayPatch.make(original: before, modified: after, current: before)
        if outputPatch { try client.console.print("Patch: \(patch.compact)") }
        var request = APIRequest(.PATCH, original.object.path(of: subresource), query: query)
        request.contentType = "application/strategic-merge-patch+json"
        request.body = .bytes(try KubeJSON.encode(patch))
        _ = try await client.send(request)
        try client.console.print("\(original.object.printed) edited")
    }
}
