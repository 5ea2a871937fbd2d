import Foundation
import Linux
import Testing

@testable import Containers

/// Plugins one after the other, what goes wrong with them, and what is remembered of it.
@Suite(.enabled(if: Files.isExecutable("/bin/sh"), "plugins here are scripts"))
struct PodNetworksTests {
    static let request = PodNetworkRequest(
        uid: "u-1", namespace: "default", name: "p", ports: [.init(hostPort: 80, containerPort: 8080)])

    private func join(_ networks: PodNetworks) throws -> [String] {
        let network = try #require(try networks.current()?.network)
        return try networks.join(
            Self.request, network, namespacePath: "/run/netns/x", limit: .seconds(60), Interruption())
    }

    private func failure(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return "\(error)" }
    }

    @Test func `a pod joins in order and leaves in reverse order, with what was said in between`() throws {
        try FakePlugins.with { plugins in
            for type in ["first", "second"] { try plugins.plugin(type) }
            try plugins.configure(["first", "second"])
            let networks = plugins.networks
            #expect(try join(networks) == ["10.9.8.7"])
            #expect(plugins.calls == ["first ADD", "second ADD"])
            #expect(plugins.told("first", .add)?["prevResult"] == nil)
            let result = try #require(NetworkJSON(Array(FakePlugins.result.utf8)))
            #expect(plugins.told("second", .add)?["prevResult"] == result)
            #expect(plugins.told("second", .add)?["runtimeConfig"]?["portMappings"]?.array?.count == 1)
            #expect(plugins.environment("first", .add).contains("CNI_NETNS=/run/netns/x"))
            #expect(plugins.environment("first", .add).contains("CNI_CONTAINERID=u-1"))
            #expect(networks.addresses("u-1") == ["10.9.8.7"])
            // The configuration has gone, and so has the namespace: what was remembered is enough.
            try FileManager.default.removeItem(atPath: plugins.configurations)
            #expect(networks.records.list() == ["u-1"])
            try networks.check("u-1", namespacePath: "/run/netns/x")
            try networks.leave("u-1", namespacePath: "")
            #expect(
                plugins.calls.dropFirst(2) == ["first CHECK", "second CHECK", "second DEL", "first DEL"])
            #expect(plugins.told("first", .delete)?["prevResult"] == result)
            #expect(plugins.environment("first", .delete).contains("CNI_NETNS="))
            #expect(networks.records.list() == [])
            // Once more is no error.
            try networks.leave("u-1", namespacePath: "")
            #expect(plugins.calls.count == 6)
        }
    }

    @Test func `when the second plugin fails, what the first did is undone`() throws {
        try FakePlugins.with { plugins in
            try plugins.plugin("first")
            try plugins.plugin("second", #"[ $1 = DEL ] || { echo '{"code": 7, "msg": "no"}'; exit 1; }"#)
            try plugins.configure(["first", "second"])
            let networks = plugins.networks
            #expect(failure { _ = try join(networks) } == "plugin type=\"second\" failed (add): no")
            #expect(plugins.calls == ["first ADD", "second ADD", "second DEL", "first DEL"])
            #expect(networks.records.list() == [])
        }
    }

    @Test func `what cannot be undone is remembered until it can`() throws {
        try FakePlugins.with { plugins in
            try plugins.plugin("first", "[ ! -e broken ] || { echo down >&2; exit 1; }")
            try plugins.configure(["first"])
            let networks = plugins.networks
            try Data().write(to: URL(filePath: plugins.directory + "/broken"))
            #expect(
                failure { _ = try join(networks) } == "plugin type=\"first\" failed (add): netplugin failed: \"down\"")
            #expect(networks.records.list() == ["u-1"])
            #expect(
                failure { try networks.leave("u-1", namespacePath: "") }
                    == "plugin type=\"first\" failed (delete): netplugin failed: \"down\"")
            try FileManager.default.removeItem(atPath: plugins.directory + "/broken")
            try networks.leave("u-1", namespacePath: "")
            #expect(networks.records.list() == [])
        }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let script: String
        let problem: String
        init(_ sentence: String, _ script: String, _ problem: String) {
            (testDescription, self.script, self.problem) = (sentence, script, problem)
        }
    }

    @Test(arguments: [
        Row("no result", "exit 0", "plugin type=\"first\" failed (add): it ended well and printed no result"),
        Row("garbage", "echo nonsense; exit 0", "plugin type=\"first\" failed (add): the result is not JSON"),
        Row(
            "no address", #"echo '{"cniVersion": "1.0.0"}'; exit 0"#, "network \"test\" gave the pod no address"),
        Row(
            "an address that is none", #"echo '{"ips": [{"address": "me"}]}'; exit 0"#,
            "plugin type=\"first\" failed (add): the result's address \"me\" is none"),
        Row(
            "an exit code and nothing else", "exit 9",
            "plugin type=\"first\" failed (add): netplugin failed with no error message: exit status 9"),
    ])
    func `a plugin that fails says why`(_ row: Row) throws {
        try FakePlugins.with { plugins in
            try plugins.plugin("first", "[ $1 = DEL ] && exit 0\n" + row.script)
            try plugins.configure(["first"])
            #expect(failure { _ = try join(plugins.networks) } == row.problem)
            #expect(plugins.calls == ["first ADD", "first DEL"])
        }
    }

    @Test func `a plugin that is not there is named, with where it was looked for`() throws {
        try FakePlugins.with { plugins in
            try plugins.configure(["nowhere"])
            #expect(
                failure { _ = try join(plugins.networks) }
                    == "plugin type=\"nowhere\" failed (add): failed to find plugin \"nowhere\" in path [\(plugins.programs)]"
            )
        }
    }

    @Test func `old networks are not asked to check, and not told when they delete`() throws {
        try FakePlugins.with { plugins in
            try plugins.plugin("first")
            try plugins.configure(["first"], version: "0.3.1")
            let networks = plugins.networks
            _ = try join(networks)
            try networks.check("u-1", namespacePath: "/x")
            try networks.leave("u-1", namespacePath: "/x")
            #expect(plugins.calls == ["first ADD", "first DEL"])
            #expect(plugins.told("first", .delete)?["prevResult"] == nil)
        }
    }

    @Test func `the configuration that is there now counts`() throws {
        try FakePlugins.with { plugins in
            let networks = plugins.networks
            #expect(try networks.current() == nil)
            #expect(networks.fact == .absent(directory: plugins.configurations))
            try plugins.configure(["b"], name: "20-b.conflist")
            #expect(try networks.current()?.network.plugins.map(\.type) == ["b"])
            try plugins.configure(["a"], name: "10-a.conflist")
            #expect(try networks.current()?.network.plugins.map(\.type) == ["a"])
            try Data("{".utf8).write(to: URL(filePath: plugins.configurations + "/10-a.conflist"))
            let problem = "network configuration \(plugins.configurations)/10-a.conflist: not JSON"
            #expect(failure { _ = try networks.current() } == problem)
            #expect(networks.fact == .unusable(problem))
            try FileManager.default.removeItem(atPath: plugins.configurations)
            #expect(try networks.current() == nil)
        }
    }

    @Test func `a host without a directory to look in has no network`() throws {
        let networks = PodNetworks(
            configurationDirectory: nil, pluginDirectories: [], records: NetworkRecords(directory: "/no/such"))
        #expect(try networks.current() == nil)
        #expect(networks.records.list() == [])
        #expect(networks.addresses("u") == [])
        try networks.leave("u", namespacePath: "")
    }
}
