import Foundation
import Linux
import Logging
import Testing

@testable import Containers

/// The namespace that plugins are shown is the one the pod runs in, and is let go of whatever happens. The plugins are
/// scripts; what real ones do is tested end to end.
@Suite(.serialized, .enabled(if: PodScope.missing == nil, Comment(rawValue: PodScope.missing ?? "")))
struct KernelNetworkTests {
    /// A daemon on the scope's directories that has a network.
    private func makeHost(_ scope: PodScope, _ plugins: FakePlugins) throws -> ContainerHost {
        try PodScope.makeHost(scope.directory) {
            $0.networkDirectory = plugins.configurations
            $0.networkPluginDirectories = [plugins.programs]
        }
    }

    private func with(_ body: (PodScope, FakePlugins, ContainerHost) async throws -> Void) async throws {
        try await PodScope.with { scope in
            let plugins = try FakePlugins(scope.directory + "/cni")
            // Which namespace that is, and a sign of life inside it.
            try plugins.plugin(
                "first",
                "[ -z \"$CNI_NETNS\" ] || stat -L -c %i $CNI_NETNS > namespace.$1\n"
                    + "[ $1 != ADD ] || nsenter --net=$CNI_NETNS ip route add local 10.9.8.7/32 dev lo")
            try plugins.configure(["first"])
            try await body(scope, plugins, try makeHost(scope, plugins))
        }
    }

    private func inode(_ plugins: FakePlugins, _ verb: String) throws -> String {
        try Files.readText("\(plugins.directory)/namespace.\(verb)").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func mounts(below directory: String) throws -> Int {
        try Files.readText("/proc/self/mountinfo").split(separator: "\n").count { $0.contains(directory) }
    }

    private func request(_ uid: String) -> PodNetworkRequest {
        PodNetworkRequest(uid: uid, namespace: "default", name: "p")
    }

    @Test func `a pod runs in the namespace that was joined, and leaves it when it goes`() async throws {
        try await with { scope, plugins, host in
            let plan = scope.pod("joined", ["sh", "-c", "ls -di -L /proc/self/ns/net; cat /proc/net/fib_trie"])
            #expect(try await host.joinNetwork(plan, request("joined")) { true } == ["10.9.8.7"])
            // Once more, as after a launch that failed before it began.
            #expect(try await host.joinNetwork(plan, request("joined")) { true } == ["10.9.8.7"])
            #expect(plugins.calls == ["first ADD"])
            let running = try await host.launch(plan)
            let outcome = await scope.finish(running)
            let lines = try outcome.lines()
            #expect(lines.first?.split(separator: " ").first.map(String.init) == (try inode(plugins, "ADD")))
            #expect(lines.contains { $0.contains("10.9.8.7") })
            #expect(await host.checkNetwork(uid: "joined") == nil)
            #expect(await host.networkAddresses(uid: "joined") == ["10.9.8.7"])
            running.release()
            try await host.remove(uid: "joined")
            #expect(plugins.calls == ["first ADD", "first CHECK", "first DEL"])
            // Its supervisor had ended, and still plugins could look into its namespace.
            #expect(try inode(plugins, "DEL") == inode(plugins, "ADD"))
            #expect(try mounts(below: scope.directory) == 0)
            #expect(host.knownPods() == [])
        }
    }

    @Test func `a daemon that died takes pods out of their networks when it is back`() async throws {
        try await with { scope, plugins, host in
            let plan = scope.pod("orphan", ["sleep", "100"])
            // Between the two: joined, and never launched.
            _ = try await host.joinNetwork(plan, request("orphan")) { true }
            let next = try makeHost(scope, plugins)
            #expect(next.knownPods() == ["orphan"])
            try await next.remove(uid: "orphan")
            #expect(plugins.calls == ["first ADD", "first DEL"])
            #expect(try mounts(below: scope.directory) == 0)
        }
    }

    @Test func `after a reboot the namespace is gone, and plugins are told so`() async throws {
        try await with { scope, plugins, host in
            _ = try await host.joinNetwork(scope.pod("old", ["true"]), request("old")) { true }
            host.joined.drop("old")
            try Mounts.detach(scope.directory + "/run/pods/old/netns")
            try FileManager.default.removeItem(atPath: scope.directory + "/run/pods/old")
            let next = try makeHost(scope, plugins)
            #expect(next.knownPods() == ["old"])
            #expect(await next.checkNetwork(uid: "old") == "the pod's network namespace is gone")
            try await next.remove(uid: "old")
            #expect(plugins.environment("first", .delete).contains("CNI_NETNS="))
            #expect(next.knownPods() == [])
        }
    }

    @Test func `a plugin that hangs is ended with the pod that nobody wants any more`() async throws {
        try await with { scope, plugins, host in
            try plugins.plugin("first", "[ $1 != ADD ] || sleep 1000")
            let plan = scope.pod("hangs", ["true"])
            let wish = request("hangs")
            let joining = Task { try await host.joinNetwork(plan, wish) { true } }
            while plugins.calls.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            host.interruptNetwork(uid: "hangs")
            await #expect(throws: ContainerError.self) { try await joining.value }
            #expect(plugins.calls == ["first ADD", "first DEL"])
            #expect(host.knownPods() == [])
            #expect(try mounts(below: scope.directory) == 0)
            // Nobody wanted it from the start.
            await #expect(throws: ContainerError.self) {
                try await host.joinNetwork(plan, request("hangs")) { false }
            }
            #expect(plugins.calls.count == 2)
        }
    }

    @Test func `a launch that fails leaves no network behind`() async throws {
        try await with { scope, plugins, host in
            let plan = scope.pod("fails", ["true"]) { $0.workingDirectory = "nowhere" }
            _ = try await host.joinNetwork(plan, request("fails")) { true }
            await #expect(throws: ContainerError.self) { _ = try await host.launch(plan) }
            #expect(plugins.calls == ["first ADD", "first DEL"])
            #expect(host.knownPods() == [])
            #expect(try mounts(below: scope.directory) == 0)
        }
    }

    @Test func `a pod in the host's network, and one without a configuration, asks nobody`() async throws {
        try await with { scope, plugins, host in
            var plan = scope.pod("host", ["true"])
            plan.hostNetwork = true
            #expect(try await host.joinNetwork(plan, request("host")) { true } == nil)
            try FileManager.default.removeItem(atPath: plugins.configurations)
            #expect(try await host.network() == nil)
            #expect(try await host.joinNetwork(scope.pod("plain", ["true"]), request("plain")) { true } == nil)
            #expect(plugins.calls == [])
        }
    }
}
