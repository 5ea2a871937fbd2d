extension Volume {
    /// Upstream's `SetDefaults_Volume` and those of the sources.
    mutating func applyDefaults() {
        if self == Volume(name: name) { emptyDir = EmptyDirVolumeSource() }
        hostPath?.applyDefaults()
        setDefault(&secret, \.defaultMode, 0o644)
        setDefault(&configMap, \.defaultMode, 0o644)
        setDefault(&downwardAPI, \.defaultMode, 0o644)
        setDefault(&projected, \.defaultMode, 0o644)
        downwardAPI?.applyDefaults()
        projected?.applyDefaults()
        image?.applyDefaults()
    }
}

private func setDefault<Source, Value>(
    _ source: inout Source?, _ field: WritableKeyPath<Source, Value?>, _ value: Value
) {
    guard var found = source, found[keyPath: field] == nil else { return }
    found[keyPath: field] = value
    source = found
}

extension HostPathVolumeSource {
    fileprivate mutating func applyDefaults() { type = type ?? "" }
}

extension ImageVolumeSource {
    fileprivate mutating func applyDefaults() {
        guard pullPolicy ?? "" == "" else { return }
        pullPolicy = Container.isLatest(reference ?? "") ? "Always" : "IfNotPresent"
    }
}

extension DownwardAPIVolumeSource {
    fileprivate mutating func applyDefaults() { items = items?.map(\.withDefaults) }
}

extension ProjectedVolumeSource {
    fileprivate mutating func applyDefaults() {
        sources = sources?.map { source in
            var source = source
            source.downwardAPI?.applyDefaults()
            return source
        }
    }
}

extension DownwardAPIProjection {
    fileprivate mutating func applyDefaults() { items = items?.map(\.withDefaults) }
}

extension DownwardAPIVolumeFile {
    fileprivate var withDefaults: DownwardAPIVolumeFile {
        var file = self
        file.fieldRef?.applyDefaults()
        return file
    }
}

extension ObjectFieldSelector {
    fileprivate mutating func applyDefaults() { apiVersion = apiVersion ?? "v1" }
}
