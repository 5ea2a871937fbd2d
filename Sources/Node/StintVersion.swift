/// The versions this daemon tells of.
public enum StintVersion {
    public static let current = "0.1.0"
    /// The Kubernetes whose API we speak.
    public static let kubernetes = "v1.35.0+stint.\(current)"
}
