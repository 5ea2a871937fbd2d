import ArgumentParser
import Kube

/// `stint auth can-i`: whether something would be allowed.
struct CanI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "can-i", abstract: "Ask whether an action is allowed; exits 1 when it is not.",
        usage: "stint auth can-i (VERB TYPE[/NAME] | VERB /PATH | --list)")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "A verb, and TYPE, TYPE/NAME or a path.")
    var action: [String] = []

    @Flag(help: "List all that is allowed.")
    var list = false

    @Flag(name: .shortAndLong, help: "Say nothing: the exit code tells.")
    var quiet = false

    @Flag(name: [.customShort("A"), .long], help: "In all namespaces.")
    var allNamespaces = false

    @Flag(help: "With --list: leave the headers out.")
    var noHeaders = false

    @Option(help: "A part of the object: log, status.")
    var subresource: String?

    func validate() throws {
        if list {
            if !action.isEmpty { throw ValidationError("list option must be specified with no arguments") }
            return
        }
        if action.count != 2 {
            throw ValidationError("you must specify two arguments: verb resource or verb resource/resourceName.")
        }
        if noHeaders { throw ValidationError("--no-headers cannot be set without --list specified") }
        if action[1].hasPrefix("/"), subresource != nil {
            throw ValidationError("--subresource can not be used with NonResourceURL")
        }
    }

    func run() async throws {
        let client = connection.client
        let namespace = allNamespaces ? "" : connection.effectiveNamespace
        if list { return try await printList(namespace, client) }
        let review: JSONValue = .object([
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": .object(try await question(namespace, client)),
        ])
        let answer = try await client.create(review, at: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
        let isAllowed = answer.at("status", "allowed")?.bool == true
        if !quiet {
            let reasons = ["reason", "evaluationError"].compactMap { answer.at("status", $0)?.string }
            let why = isAllowed ? "" : reasons.filter { !$0.isEmpty }.map { " - \($0)" }.joined()
            try client.console.print((isAllowed ? "yes" : "no") + why)
        }
        if !isAllowed { throw Failure.silent(1) }
    }

    private static let verbs: Set<String> = [
        "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "escalate",
        "impersonate", "proxy", "approve", "sign", "attest", "*",
    ]
    private static let pathVerbs: Set<String> = ["get", "put", "post", "head", "options", "delete", "patch", "*"]

    private func question(_ namespace: String, _ client: APIClient) async throws -> [String: JSONValue] {
        let (verb, target) = (action[0], action[1])
        if target.hasPrefix("/") {
            if !Self.pathVerbs.contains(verb) { client.console.warn("verb '\(verb)' is not a known verb\n") }
            return ["nonResourceAttributes": .object(["verb": .string(verb), "path": .string(target)])]
        }
        let parts = target.split(separator: "/", maxSplits: 1).map(String.init)
        var attributes: [String: JSONValue] = ["verb": .string(verb), "resource": .string(parts.first ?? "")]
        if parts.first != "*" {
            if let type = try await known(parts.first ?? "", client) {
                attributes["resource"] = .string(type.plural)
                attributes["group"] = type.group.isEmpty ? nil : .string(type.group)
                if !type.isNamespaced, !allNamespaces {
                    let group = type.group.isEmpty ? "" : " in group '\(type.group)'"
                    client.console.warn("resource '\(type.plural)' is not namespace scoped\(group)\n")
                }
            } else {
                client.console.warn("the server doesn't have a resource type '\(parts.first ?? "")'\n")
            }
        }
        if !Self.verbs.contains(verb) { client.console.warn("verb '\(verb)' is not a known verb\n") }
        if !namespace.isEmpty { attributes["namespace"] = .string(namespace) }
        if parts.count == 2 { attributes["name"] = .string(parts[1]) }
        if let subresource { attributes["subresource"] = .string(subresource) }
        return ["resourceAttributes": .object(attributes)]
    }

    private func known(_ name: String, _ client: APIClient) async throws -> ResourceType? {
        do {
            return try await Discovery(client: client).type(named: name)
        } catch is Failure {
            return nil  // asking about kinds that are not there is allowed
        }
    }

    private func printList(_ namespace: String, _ client: APIClient) async throws {
        let review: JSONValue = .object([
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview",
            "spec": .object(["namespace": .string(namespace)]),
        ])
        let answer = try await client.create(review, at: "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews")
        if answer.at("status", "incomplete")?.bool == true {
            client.console.warn("the list may be incomplete: \(answer.at("status", "evaluationError")?.plain ?? "")")
        }
        var table = TextTable(
            ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"], printsHeaders: false)
        if !noHeaders { table.add(["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]) }
        for rule in AccessRule.rules(of: answer) {
            table.add([rule.resource, WhoAmI.list(rule.paths), WhoAmI.list(rule.names), WhoAmI.list(rule.verbs)])
        }
        try client.console.write(table.text)
    }
}

/// One line of what is allowed: rules taken apart by resource, and those for the same one put together.
struct AccessRule: Equatable {
    var resource: String
    var paths: [JSONValue]
    var names: [JSONValue]
    var verbs: [JSONValue]

    static func rules(of review: JSONValue) -> [AccessRule] {
        var rules: [AccessRule] = []
        func add(_ rule: AccessRule) {
            if let index = rules.firstIndex(where: {
                $0.resource == rule.resource && $0.paths == rule.paths && $0.names == rule.names
            }) {
                rules[index].verbs += rule.verbs.filter { !rules[index].verbs.contains($0) }
            } else {
                rules.append(rule)
            }
        }
        for rule in review.at("status", "resourceRules")?.array ?? [] {
            for group in rule["apiGroups"]?.array ?? [""] {
                for resource in rule["resources"]?.array ?? [] {
                    let parts = resource.plain.split(separator: "/", maxSplits: 1).map(String.init)
                    let suffix = group.plain.isEmpty ? "" : ".\(group.plain)"
                    let name = (parts.first ?? "") + suffix + (parts.count == 2 ? "/\(parts[1])" : "")
                    add(
                        AccessRule(
                            resource: name, paths: [], names: rule["resourceNames"]?.array ?? [],
                            verbs: rule["verbs"]?.array ?? []))
                }
            }
        }
        for rule in review.at("status", "nonResourceRules")?.array ?? [] {
            for path in rule["nonResourceURLs"]?.array ?? [] {
                add(AccessRule(resource: "", paths: [path], names: [], verbs: rule["verbs"]?.array ?? []))
            }
        }
        return rules
    }
}
