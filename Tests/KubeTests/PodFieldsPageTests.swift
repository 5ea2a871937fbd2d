import Foundation
import TestSupport
import Testing

@testable import Kube

/// `docs/pod-fields.md` lists every field of a pod that is not honoured. Each of its rows is carried out, and the list is held
/// against the tables in the code.
struct PodFieldsPageTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// `spec.containers[].tty`; `[]` is the first element.
        let path: String
        let example: JSONValue
        let fate: String
        let words: String
        var testDescription: String { path }
    }

    private static func readRows() throws -> [Row] {
        let page = try String(contentsOfFile: Project.root + "/docs/pod-fields.md", encoding: .utf8)
        return try page.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("| `spec") else { return nil }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 4, "\(line)")
            let texts = cells.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "`")) }
            return Row(
                path: texts[0], example: try KubeJSON.decode(JSONValue.self, from: Array(texts[1].utf8)),
                fate: texts[2], words: cells[3])
        }
    }

    /// The smallest pod in which every path of the page has its place.
    private static let base = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"default"},"spec":{"containers":[{"name":"c",\
        "image":"busybox","env":[{"name":"A"}]}],"volumes":[{"name":"v"}]}}
        """

    private static func set(_ value: JSONValue, at path: [String], in tree: Any) throws -> Any {
        guard let name = path.first else {
            return try JSONSerialization.jsonObject(with: Data(KubeJSON.encode(value)), options: .fragmentsAllowed)
        }
        let isList = name.hasSuffix("[]")
        let key = isList ? String(name.dropLast(2)) : name
        var members = try #require(tree as? [String: Any])
        if isList {
            var list = members[key] as? [Any] ?? []
            let first = try set(value, at: Array(path.dropFirst()), in: list.first ?? [String: Any]())
            if list.isEmpty { list = [first] } else { list[0] = first }
            members[key] = list
        } else {
            members[key] = try set(value, at: Array(path.dropFirst()), in: members[key] ?? [String: Any]())
        }
        return members
    }

    @Test(arguments: try readRows()) func `what the page says of a field happens`(_ row: Row) throws {
        let tree = try Self.set(
            row.example, at: row.path.split(separator: ".").map(String.init),
            in: JSONSerialization.jsonObject(with: Data(Self.base.utf8)))
        var pod = try KubeJSON.decode(Pod.self, from: Array(JSONSerialization.data(withJSONObject: tree)))
        pod.applyDefaults()
        let place = row.path.replacing("[]", with: "[0]")
        switch row.fate {
        case "refused":
            let errors = pod.validate().map(\.description).filter { $0.hasPrefix(place) }
            #expect(errors.contains { $0.contains(row.words) }, "\(pod.validate().map(\.description))")
        case "warning":
            let warnings = pod.warnings(old: nil)
            #expect(warnings.contains("\(place): \(row.words)"), "\(warnings)")
            #expect(!pod.validate().contains { $0.description.hasPrefix(place) })
        default: Issue.record("\(row.fate) is no fate")
        }
    }

    @Test func `the page leaves nothing out`() throws {
        let listed = Set(try Self.readRows().map(\.path))
        let container = "spec.containers[]"
        var missing: [String] = []
        func look<Owner>(_ table: SupportTable<Owner>, _ place: String) {
            for row in table.rows {
                if case .supported = row.verdict { continue }
                if !listed.contains("\(place).\(row.field)") { missing.append("\(place).\(row.field)") }
            }
        }
        look(PodSpec.support, "spec")
        look(PodSecurityContext.support, "spec.securityContext")
        look(Container.support, container)
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            look(Probe.support, "\(container).\(probe)")
            look(HTTPGetAction.support, "\(container).\(probe).httpGet")
        }
        for hook in ["postStart", "preStop"] {
            look(LifecycleHandler.support, "\(container).lifecycle.\(hook)")
            look(HTTPGetAction.support, "\(container).lifecycle.\(hook).httpGet")
        }
        look(SecurityContext.support, "\(container).securityContext")
        look(EnvVarSource.support, "\(container).env[].valueFrom")
        look(Volume.support, "spec.volumes[]")
        look(VolumeProjection.support, "spec.volumes[].projected.sources[]")
        look(VolumeMount.support, "\(container).volumeMounts[]")
        #expect(missing == [])
    }
}
