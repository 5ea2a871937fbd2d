import Launch
import Testing

@testable import Containers

/// Where volumes come in the list.
struct VolumeStepTests {
    private func steps(_ volumes: [VolumePlacement]) throws -> [LaunchStep] {
        let plan = ContainerPlan(
            name: "main", layers: ["/layers/1"], upperDirectory: "/state/main", arguments: ["sh"],
            mounts: [
                BindMount(source: "/a", target: "/dev/termination-log"),
                BindMount(source: "/b", target: "/etc/hosts", readOnly: true),
            ], volumes: volumes, logPath: "/logs/0.log")
        return try StepCompiler(
            plan: plan, namespaces: .all, groups: .init(), shared: .init(base: "/run/base", place: "/run/root"),
            filter: []
        ).compile()
    }

    private func targets(_ volumes: [VolumePlacement]) throws -> [String] {
        try steps(volumes).compactMap { step in
            switch step {
            case .bind(let source, let target, _, _) where ["/a", "/b"].contains(source): target
            case .showVolume(let bind), .showImage(_, let bind, _): bind.target
            default: nil
            }
        }
    }

    @Test func `what lies inside another is mounted after it`() throws {
        let volumes = ["/etc/x/y", "/data", "/etc"].map { VolumePlacement(name: "v", source: "/s", target: $0) }
        #expect(try targets(volumes) == ["/data", "/etc", "/dev/termination-log", "/etc/hosts", "/etc/x/y"])
    }

    @Test func `a volume at the place of a file of ours takes it`() throws {
        let volume = VolumePlacement(name: "v", source: "/s", target: "/etc/hosts")
        #expect(try targets([volume]) == ["/dev/termination-log", "/etc/hosts"])
    }

    @Test func `a volume whose mounts travel is held before mounts become private`() throws {
        let follows = VolumePlacement(name: "v", source: "/s", target: "/v", propagation: .hostToContainer)
        let list = try steps([follows, VolumePlacement(name: "w", source: "/s", target: "/w")])
        let holds = list.indices.filter { if case .holdVolume = list[$0] { true } else { false } }
        #expect(holds.count == 1)
        #expect(try holds[0] < #require(list.firstIndex(of: .isolateMounts)))
        let shown = try #require(list.firstIndex { if case .showVolume = $0 { true } else { false } })
        let entered = try #require(list.firstIndex(of: .enterRoot))
        #expect(shown < entered)
    }

    @Test func `devices work only where the operator chose the path`() throws {
        let attributes = try steps([
            VolumePlacement(name: "e", source: "/s", target: "/e"),
            VolumePlacement(name: "h", source: "/s", target: "/h", isReadOnly: true, allowsDevices: true),
            VolumePlacement(name: "i", layers: ["/l"], target: "/i"),
        ]).compactMap { step -> MountAttributes? in
            switch step {
            case .showVolume(let bind), .showImage(_, let bind, _): bind.attributes
            default: nil
            }
        }
        #expect(attributes == [.noDevices, .readOnly, [.readOnly, .noSetuid, .noDevices, .noExecute]])
    }

    @Test(arguments: ["/proc/x", "/", "/a/../..", "relative"])
    func `a place that is none is refused`(_ target: String) {
        #expect(throws: ContainerError.self) {
            try steps([VolumePlacement(name: "v", source: "/s", target: target)])
        }
    }

    @Test(arguments: ["/abs", "a/../../b", "a\0b"])
    func `a part that is none is refused`(_ subPath: String) {
        #expect(throws: ContainerError.self) {
            try steps([VolumePlacement(name: "v", source: "/s", subPath: subPath, target: "/v")])
        }
    }
}
