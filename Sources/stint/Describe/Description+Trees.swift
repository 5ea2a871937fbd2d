import Kube

/// Kinds that are described from their JSON: they are only shown, so nothing here needs to know their Swift shape.
extension Description {
    /// What every description begins with.
    private mutating func head(_ tree: JSONValue) {
        line(0, "Name:\t\(tree.objectName)")
        line(0, "Namespace:\t\(tree.objectNamespace ?? "")")
        labels("Labels", tree.texts("metadata", "labels"))
        annotations("Annotations", tree.texts("metadata", "annotations"))
    }

    mutating func configMap(_ tree: JSONValue) {
        head(tree)
        line(0, "\nData\n====")
        for (key, value) in tree.texts("data").sorted(by: { $0.key < $1.key }) {
            line(0, "\(key):\n----\n\(value)\n")
        }
        line(0, "\nBinaryData\n====")
        for (key, value) in tree.texts("binaryData").sorted(by: { $0.key < $1.key }) {
            line(0, "\(key): \(Base64.bytes(of: value)?.count ?? 0) bytes")
        }
        line(0, "")
    }

    /// Sizes only: what a Secret holds is not for the screen.
    mutating func secret(_ tree: JSONValue) {
        head(tree)
        line(0, "\nType:\t\(tree["type"]?.plain ?? "")\n\nData\n====")
        for (key, value) in tree.texts("data").sorted(by: { $0.key < $1.key }) {
            line(0, "\(key):\t\(Base64.bytes(of: value)?.count ?? 0) bytes")
        }
    }

    mutating func serviceAccount(_ tree: JSONValue) {
        head(tree)
        let names = (tree["imagePullSecrets"]?.array ?? []).map { $0["name"]?.plain ?? "" }
        if names.isEmpty { line(0, "Image pull secrets:\t<none>") }
        for (index, name) in names.enumerated() {
            line(0, (index == 0 ? "Image pull secrets:" : "                   ") + "\t\(name)")
        }
    }

    mutating func service(_ tree: JSONValue) {
        head(tree)
        let (spec, status) = (tree["spec"] ?? .null, tree["status"] ?? .null)
        func list(_ name: String) -> String? {
            let values = (spec[name]?.array ?? []).map(\.plain)
            return values.isEmpty ? nil : values.joined(separator: ",")
        }
        let selector = (spec["selector"]?.object ?? [:]).sorted { $0.key < $1.key }.map {
            "\($0.key)=\($0.value.plain)"
        }
        line(0, "Selector:\t\(selector.isEmpty ? "<none>" : selector.joined(separator: ","))")
        line(0, "Type:\t\(spec["type"]?.plain ?? "")")
        if let policy = spec["ipFamilyPolicy"]?.string { line(0, "IP Family Policy:\t\(policy)") }
        line(0, "IP Families:\t\(list("ipFamilies") ?? "<none>")")
        line(0, "IP:\t\(spec["clusterIP"]?.plain ?? "")")
        line(0, "IPs:\t\(list("clusterIPs") ?? "<none>")")
        if let addresses = list("externalIPs") { line(0, "External IPs:\t\(addresses)") }
        if let name = spec["externalName"]?.string, !name.isEmpty { line(0, "External Name:\t\(name)") }
        let ingress = (status.at("loadBalancer", "ingress")?.array ?? []).map {
            ($0["ip"] ?? $0["hostname"])?.plain ?? ""
        }
        if !ingress.isEmpty { line(0, "LoadBalancer Ingress:\t\(ingress.joined(separator: ", "))") }
        for port in spec["ports"]?.array ?? [] {
            let name = port["name"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "<unset>"
            let network = port["protocol"]?.plain ?? ""
            line(0, "Port:\t\(name)\t\(port["port"]?.plain ?? "")/\(network)")
            line(0, "TargetPort:\t\(port["targetPort"]?.plain ?? "0")/\(network)")
            if let node = port["nodePort"]?.integer, node != 0 { line(0, "NodePort:\t\(name)\t\(node)/\(network)") }
            // No endpoints are kept: on one host a service leads to nothing but what it names.
            line(0, "Endpoints:\t<none>")
        }
        line(0, "Session Affinity:\t\(spec["sessionAffinity"]?.plain ?? "")")
        if let policy = spec["externalTrafficPolicy"]?.string { line(0, "External Traffic Policy:\t\(policy)") }
        if let policy = spec["internalTrafficPolicy"]?.string { line(0, "Internal Traffic Policy:\t\(policy)") }
    }

    mutating func cronJob(_ tree: JSONValue) throws {
        head(tree)
        let spec = tree["spec"] ?? .null
        func value(_ name: String, _ unit: String = "") -> String { spec[name].map { $0.plain + unit } ?? "<unset>" }
        let suspend = spec["suspend"]?.bool.map { $0 ? "True" : "False" } ?? "<unset>"
        line(0, "Schedule:\t\(spec["schedule"]?.plain ?? "")")
        line(0, "Concurrency Policy:\t\(spec["concurrencyPolicy"]?.plain ?? "")")
        line(0, "Suspend:\t\(suspend)")
        line(0, "Time Zone:\t\(value("timeZone"))")
        line(0, "Successful Job History Limit:\t\(value("successfulJobsHistoryLimit"))")
        line(0, "Failed Job History Limit:\t\(value("failedJobsHistoryLimit"))")
        line(0, "Starting Deadline Seconds:\t\(value("startingDeadlineSeconds", "s"))")
        let job = try KubeJSON.decode(JobSpec.self, from: spec.at("jobTemplate", "spec") ?? .object([:]))
        line(0, "Selector:\t\(job.selector?.printed ?? "<unset>")")
        line(0, "Parallelism:\t\(job.parallelism.map(String.init) ?? "<unset>")")
        line(0, "Completions:\t\(job.completions.map(String.init) ?? "<unset>")")
        if let deadline = job.activeDeadlineSeconds { line(0, "Active Deadline Seconds:\t\(deadline)s") }
        template(job.template)
        let last = tree.at("status", "lastScheduleTime")?.string.flatMap { RFC3339.parse($0) }
        line(0, "Last Schedule Time:\t\(last.map { console.printed($0) } ?? "<unset>")")
        let active = (tree.at("status", "active")?.array ?? []).map { $0["name"]?.plain ?? "" }
        line(0, "Active Jobs:\t\(active.isEmpty ? "<none>" : active.joined(separator: ", "))")
    }

    /// A kind that nobody described: everything it has.
    mutating func anything(_ tree: JSONValue) {
        head(tree)
        let known: Set<String> = [
            ".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels",
            ".metadata.annotations",
        ]
        members(of: tree, 0, at: "", without: known)
    }

    private mutating func members(of tree: JSONValue, _ level: Int, at path: String, without: Set<String>) {
        for (name, value) in (tree.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            let path = "\(path).\(name)"
            if without.contains(path) { continue }
            switch value {
            case .object:
                line(level, "\(FieldLabel.text(name)):")
                members(of: value, level + 1, at: path, without: without)
            case .array(let elements):
                line(level, "\(FieldLabel.text(name)):")
                for element in elements {
                    if element.object != nil {
                        members(of: element, level + 1, at: path, without: without)
                    } else {
                        line(level + 1, element.plain)
                    }
                }
            default: line(level, "\(FieldLabel.text(name)):\t\(value == .null ? "<nil>" : value.plain)")
            }
        }
    }
}

/// `creationTimestamp` as `Creation Timestamp`.
enum FieldLabel {
    private static let acronyms: Set<String> = ["API", "URL", "UID", "OSB", "GUID"]

    static func text(_ name: String) -> String {
        guard name.allSatisfy({ $0.isLetter || $0 == "-" }) else { return name }
        return words(name).map { word in
            acronyms.contains(word.uppercased()) ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst()
        }.joined(separator: " ")
    }

    /// Breaks before a capital that follows a small letter, and before the last capital of several when a small letter
    /// follows: `podIPs` is `pod`, `I`, `Ps` to kubectl too.
    private static func words(_ name: String) -> [String] {
        var words: [String] = []
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            let before = index > 0 ? letters[index - 1] : nil
            let after = index + 1 < letters.count ? letters[index + 1] : nil
            let startsWord =
                before.map { last in
                    letter.isUppercase && (!last.isUppercase || after?.isLowercase == true)
                        || (letter == "-") != (last == "-")
                } ?? true
            if startsWord { words.append("") }
            words[words.count - 1].append(letter)
        }
        return words
    }
}

extension JSONValue {
    /// The texts of an object such as labels or data.
    func texts(_ path: String...) -> [String: String] { (at(path)?.object ?? [:]).compactMapValues(\.string) }
}
