extension MessageSchema {
    /// A message that exists on the wire only, because protobuf has no list of lists: its JSON is the value of its one
    /// field (`ExtraValue` of authentication and authorization is a list of strings).
    var bareField: FieldSchema? {
        guard fields.count == 1, fields[0].isInline else { return nil }
        switch fields[0].type {
        case .list, .map: return fields[0]
        default: return nil
        }
    }
}
