import Foundation
import TestSupport
import Testing

extension DaemonFixture {
    /// The busybox image under another name, with members of its config replaced.
    func importImage(_ name: String, config: String) async throws {
        let directory = "\(scope.directory)/image-\(name)"
        let old = try await shell(
            """
            mkdir -p '\(directory)' && cd '\(directory)' && tar -xf '\(Project.busyboxArchive)' && \
            ls | grep 'json$' | grep -v manifest
            """
        ).trimmingCharacters(in: .whitespacesAndNewlines)
        let file = URL(fileURLWithPath: "\(directory)/\(old)")
        var whole = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let changes = try #require(JSONSerialization.jsonObject(with: Data("{\(config)}".utf8)) as? [String: Any])
        var inner = try #require(whole["config"] as? [String: Any])
        inner.merge(changes) { $1 }
        if changes["Entrypoint"] != nil { inner["Cmd"] = nil }
        whole["config"] = inner
        try JSONSerialization.data(withJSONObject: whole).write(to: file)
        _ = try await shell(
            """
            cd '\(directory)' && new=$(sha256sum \(old) | cut -d' ' -f1).json && mv \(old) "$new" && \
            sed -i "s/\(old)/$new/; s/busybox:latest/\(name):latest/" manifest.json && tar -cf ../\(name).tar .
            """)
        try await stint("image", "import", "\(scope.directory)/\(name).tar")
    }
}
