import Kube

/// What clients ask about themselves (`kubectl auth can-i`, `kubectl auth whoami`). The answers are the Authorizer's own, so
/// they are what the next request will meet.
enum AccessReviews {
    static let registrations: [KindRegistration] = [
        KindRegistration(question: type("authorization.k8s.io", "SelfSubjectAccessReview")) {
            (question, _) throws(Status) in
            try access(question.body, question.identity)
        },
        KindRegistration(question: type("authorization.k8s.io", "SelfSubjectRulesReview")) {
            (question, _) throws(Status) in
            rules(question.body, question.identity)
        },
        KindRegistration(question: type("authentication.k8s.io", "SelfSubjectReview")) { (question, _) throws(Status) in
            who(question.body, question.identity)
        },
    ]

    private static func type(_ group: String, _ kind: String) -> ResourceType {
        ResourceType(
            group: group, kind: kind, plural: kind.lowercased() + "s", singular: kind.lowercased(), isNamespaced: false)
    }

    /// - Throws: 422 when the question is about nothing, or about two things (upstream `ValidateSelfSubjectAccessReview`).
    static func access(_ body: JSONValue, _ identity: Identity) throws(Status) -> JSONValue {
        let resource = body["spec"]?["resourceAttributes"].flatMap { $0.object == nil ? nil : $0 }
        let path = body["spec"]?["nonResourceAttributes"].flatMap { $0.object == nil ? nil : $0 }
        let attributes: Attributes
        switch (resource, path) {
        case (let resource?, nil):
            func text(_ name: String) -> String { resource[name]?.string ?? "" }
            attributes = Attributes(
                verb: text("verb"), group: text("group"), version: text("version"), resource: text("resource"),
                subresource: text("subresource"), namespace: text("namespace"), name: text("name"))
        case (nil, let path?):
            attributes = Attributes(verb: path["verb"]?.string ?? "", path: path["path"]?.string ?? "/")
        case (_?, _?):
            throw invalid(
                .invalid(
                    "spec.nonResourceAttributes", path,
                    "cannot be specified in combination with resourceAttributes"))
        case (nil, nil):
            throw invalid(
                .invalid(
                    "spec.resourceAttributes", .null,
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified"))
        }
        let decision = Authorizer.decide(identity, attributes)
        var status: [String: JSONValue] = ["allowed": .bool(decision.isAllowed)]
        if !decision.reason.isEmpty { status["reason"] = .string(decision.reason) }
        return answer(body, status)
    }

    private static func invalid(_ error: FieldError) -> Status {
        .invalid(type("authorization.k8s.io", "SelfSubjectAccessReview"), "", [error])
    }

    /// What the caller may do in one namespace, as rules of RBAC would say it.
    static func rules(_ body: JSONValue, _ identity: Identity) -> JSONValue {
        func rule(_ verbs: [String], _ groups: [String], _ resources: [String], names: [String] = []) -> JSONValue {
            var members: [String: JSONValue] = [
                "verbs": list(verbs), "apiGroups": list(groups), "resources": list(resources),
            ]
            if !names.isEmpty { members["resourceNames"] = list(names) }
            return .object(members)
        }
        var resources: [JSONValue] = []
        var paths: [JSONValue] = []
        if identity.isMaster {
            resources.append(rule(["*"], ["*"], ["*"]))
            paths.append(["verbs": ["*"], "nonResourceURLs": ["*"]])
        } else {
            resources.append(
                rule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]))
            resources.append(rule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]))
            resources.append(rule(["get", "list", "watch"], ["scheduling.k8s.io"], ["priorityclasses"]))
            let namespace = body["spec"]?["namespace"]?.string ?? ""
            if !namespace.isEmpty, identity.holds(namespace: namespace) {
                resources.append(rule(["get"], [""], ["namespaces"], names: [namespace]))
                resources.append(rule(identity.isReadOnly ? ["get", "list", "watch"] : ["*"], ["*"], ["*"]))
            }
            let described = Authorizer.describedPaths.sorted().flatMap { [$0, "\($0)/*"] }
            paths.append(["verbs": ["get"], "nonResourceURLs": list(described)])
        }
        return answer(
            body, ["resourceRules": .array(resources), "nonResourceRules": .array(paths), "incomplete": false])
    }

    static func who(_ body: JSONValue, _ identity: Identity) -> JSONValue {
        answer(
            body, ["userInfo": ["username": .string(identity.user), "groups": list(identity.groups.sorted())]])
    }

    private static func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    private static func answer(_ body: JSONValue, _ status: [String: JSONValue]) -> JSONValue {
        var members = body.object ?? [:]
        if members["metadata"] == nil { members["metadata"] = [:] }
        members["status"] = .object(status)
        return .object(members)
    }
}
