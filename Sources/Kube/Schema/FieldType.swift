/// What the value of a field is, on the wire and in JSON.
public indirect enum FieldType: Hashable, Sendable {
    case string
    case bool
    case int32
    case int64
    case double
    /// Base64 in JSON.
    case bytes
    /// Seconds in JSON (`metav1.Time`), a message of seconds and nanoseconds on the wire.
    case time
    /// The same with microseconds in JSON (`metav1.MicroTime`).
    case microTime
    /// A Go duration: text in JSON (`30s`), nanoseconds on the wire (`metav1.Duration`).
    case duration
    /// `resource.Quantity`: text both ways, in a message of its own on the wire.
    case quantity
    /// `intstr.IntOrString`.
    case intOrString
    /// Any object (`runtime.RawExtension`): its JSON in a message of its own on the wire.
    case rawExtension
    /// `metav1.FieldsV1`: the same, of field sets.
    case fieldsV1
    /// Another message, by its full name: `io.k8s.api.core.v1.PodSpec`.
    case message(String)
    case list(FieldType)
    /// Names are strings.
    case map(FieldType)
}

/// How the owners of a list share it (`x-kubernetes-list-type`, KEP 555).
public enum ListType: Hashable, Sendable {
    /// One owner has all of it; the default.
    case atomic
    /// Plain values, each there once.
    case set
    /// Objects, told apart by these members.
    case map(keys: [String])
}

/// What a strategic merge patch does with a field (`x-kubernetes-patch-strategy`, `x-kubernetes-patch-merge-key`).
public struct PatchStrategy: Hashable, Sendable {
    /// Lists of objects are merged by this member; lists of plain values have none and are united.
    public var mergeKey: String?
    public var merges = false
    /// Members that the patch does not name in `$retainKeys` are dropped.
    public var retainsKeys = false
}
