extension StintAnnotation {
    /// On a Job: the name of the Job it was made from again.
    public static let rerunOf = "stint.dev/rerun-of"
}
