import Foundation
import Linux

@testable import Containers

/// A directory with a network of plugins that are shell scripts. What they are called with is a line of `calls`, such as
/// `first ADD`; what they are told is kept in `<type>.<verb>`.
struct FakePlugins {
    let directory: String
    var configurations: String { directory + "/net.d" }
    var programs: String { directory + "/plugins" }

    init(_ directory: String) throws {
        self.directory = directory
        for path in [directory + "/net.d", directory + "/plugins"] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    static let result = #"{"cniVersion": "1.0.0", "ips": [{"address": "10.9.8.7/24"}]}"#

    /// A plugin that says what it was asked, and answers. `script` comes before the answer, with the verb as `$1`.
    func plugin(_ type: String, _ script: String = "") throws {
        let text = """
            #!/bin/sh
            cd \(directory)
            echo "\(type) $CNI_COMMAND" >> calls
            cat > \(type).$CNI_COMMAND
            env > \(type).$CNI_COMMAND.env
            set -- $CNI_COMMAND
            \(script)
            [ $1 != ADD ] || echo '\(Self.result)'
            """
        let path = "\(programs)/\(type)"
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    func configure(_ types: [String], version: String = "1.0.0", name: String = "10-test.conflist") throws {
        let plugins = types.map { #"{"type": "\#($0)", "capabilities": {"portMappings": true}}"# }
        let text = #"{"cniVersion": "\#(version)", "name": "test", "plugins": [\#(plugins.joined(separator: ", "))]}"#
        try Data(text.utf8).write(to: URL(filePath: "\(configurations)/\(name)"))
    }

    var calls: [String] {
        ((try? Files.readText(directory + "/calls")) ?? "").split(separator: "\n").map(String.init)
    }

    func told(_ type: String, _ verb: NetworkVerb) -> NetworkJSON? {
        (try? Files.read("\(directory)/\(type).\(verb.rawValue)")).flatMap { NetworkJSON($0) }
    }

    func environment(_ type: String, _ verb: NetworkVerb) -> [String] {
        ((try? Files.readText("\(directory)/\(type).\(verb.rawValue).env")) ?? "").split(separator: "\n").map(
            String.init)
    }

    var networks: PodNetworks {
        PodNetworks(
            configurationDirectory: configurations, pluginDirectories: [programs],
            records: NetworkRecords(directory: directory + "/state"))
    }

    static func with<R>(_ body: (FakePlugins) throws -> R) throws -> R {
        let directory = NSTemporaryDirectory() + "/stint-cni-" + UUID().uuidString.prefix(8)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // a leftover breaks no test
        return try body(try FakePlugins(directory))
    }
}
