// The parameters that operations take in their queries. kubectl asks for `dryRun` and `fieldValidation` of a kind's patch
// before it relies on them; the others are there for people and generators.
extension OpenAPIParameter {
    static func parameters(of verb: String) -> [OpenAPIParameter] {
        switch verb {
        case "create", "update": writing
        case "patch": writing + [force]
        case "delete": deleting
        case "list": listing
        case "deletecollection": deleting + selecting
        default: []
        }
    }

    private static let dryRun = OpenAPIParameter(
        "dryRun", "With the value All the request is checked and answered, and nothing is stored.")

    private static let writing = [
        dryRun,
        OpenAPIParameter("fieldManager", "Who makes the change, at most 128 characters; needed to apply."),
        OpenAPIParameter(
            "fieldValidation",
            """
            What becomes of unknown and repeated fields: Ignore drops them, Warn drops them and says so in a header, \
            Strict refuses the request. Warn is the default.
            """),
    ]

    private static let force = OpenAPIParameter(
        "force", .boolean, "Take over fields that others own. For applying only.")

    private static let deleting = [
        dryRun,
        OpenAPIParameter(
            "gracePeriodSeconds", .integer, "How long the object has to end by itself; zero ends it at once."),
        OpenAPIParameter(
            "orphanDependents", .boolean, "Older than propagationPolicy, and not to be given together with it."),
        OpenAPIParameter(
            "propagationPolicy",
            "What becomes of the objects that this one owns: Orphan, Background or Foreground."),
    ]

    private static let selecting = [
        OpenAPIParameter("continue", "The next part of a list: the value that came with the part before."),
        OpenAPIParameter("fieldSelector", "Only objects whose fields have these values."),
        OpenAPIParameter("labelSelector", "Only objects whose labels match."),
        OpenAPIParameter("limit", .integer, "At most so many objects; the answer says how to go on."),
        OpenAPIParameter("resourceVersion", "How old the answer may be, or where a watch starts."),
        OpenAPIParameter("resourceVersionMatch", "How a list reads resourceVersion: Exact or NotOlderThan."),
        OpenAPIParameter("sendInitialEvents", .boolean, "A watch begins with the objects that are there."),
        OpenAPIParameter("timeoutSeconds", .integer, "When the server ends a list or a watch."),
    ]

    private static let listing =
        [OpenAPIParameter("allowWatchBookmarks", .boolean, "A watch may tell how far it is without a change.")]
        + selecting + [OpenAPIParameter("watch", .boolean, "Answer with a stream of changes.")]

    init(_ name: String, _ description: String) { self.init(name, .string, description) }
}

extension OpenAPISubresource {
    /// What most kinds have behind `/status`.
    public static let status = OpenAPISubresource(name: "status", verbs: ["get", "patch", "update"])
    public static let resize = OpenAPISubresource(name: "resize", verbs: ["get", "patch", "update"])

    /// A pod's output.
    public static let log = OpenAPISubresource(
        name: "log", verbs: ["get"], answersText: true,
        parameters: [
            OpenAPIParameter("container", "Whose output, in a pod of several containers."),
            OpenAPIParameter("follow", .boolean, "Go on with what is yet to be written."),
            OpenAPIParameter("limitBytes", .integer, "At most so many bytes."),
            OpenAPIParameter("previous", .boolean, "Of the run before this one."),
            OpenAPIParameter("sinceSeconds", .integer, "Only what was written in the last so many seconds."),
            OpenAPIParameter("sinceTime", "Only what was written since then, in RFC 3339."),
            OpenAPIParameter("tailLines", .integer, "Only so many lines from the end."),
            OpenAPIParameter("timestamps", .boolean, "Each line with its time."),
        ])

    /// Answers by becoming a WebSocket.
    public static let exec = OpenAPISubresource(
        name: "exec", verbs: ["get"], answersText: true,
        parameters: [
            OpenAPIParameter("command", "The program and its arguments, one each."),
            OpenAPIParameter("container", "Where to run it, in a pod of several containers."),
            OpenAPIParameter("stderr", .boolean, "Show what it writes as errors."),
            OpenAPIParameter("stdin", .boolean, "Let it read what the client sends."),
            OpenAPIParameter("stdout", .boolean, "Show its output."),
            OpenAPIParameter("tty", .boolean, "Give it a terminal."),
        ])

    /// The same for the container's own program.
    public static let attach = OpenAPISubresource(
        name: "attach", verbs: ["get"], answersText: true,
        parameters: exec.parameters.filter { $0.name != "command" })

    /// Answers by becoming a WebSocket or SPDY.
    public static let portForward = OpenAPISubresource(
        name: "portforward", verbs: ["get"], answersText: true,
        parameters: [OpenAPIParameter("ports", .integer, "Ignored: each connection says its port.")])

    public static let eviction = OpenAPISubresource(
        name: "eviction", verbs: ["create"], kind: OpenAPIKind(group: "policy", version: "v1", kind: "Eviction"))
}
