extension SchemaTable {
    /// k8s.io/api/events/v1
    static let eventsV1 = """
        Event | To be written.
        """
}
