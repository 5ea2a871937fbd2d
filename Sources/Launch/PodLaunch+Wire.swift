extension PodLaunch {
    func write(to writer: inout WireWriter) {
        writer.put(uid)
        writer.put(hostname)
        writer.put(namespaces.rawValue)
        writer.put(deadlineMilliseconds) { $0.put($1) }
        writer.put(graceMilliseconds)
        writer.put(warning) { $1.write(to: &$0) }
        writer.put(list: sidecars) { $0.put($1) }
        writer.put(runDirectory)
        writer.put(list: memoryVolumes) { $1.write(to: &$0) }
        writer.put(list: steps) { $1.write(to: &$0) }
        writer.put(reaperCgroup) { $0.put($1) }
        writer.put(list: containers) {
            $1.write(to: &$0)
            $1.writeExtras(to: &$0)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        uid = try reader.take()
        hostname = try reader.take()
        namespaces = PodNamespaces(rawValue: try reader.take())
        guard PodNamespaces.known.isSuperset(of: namespaces) else { throw .badValue("namespaces") }
        deadlineMilliseconds = try reader.takeOptional { (reader) throws(WireError) -> UInt64 in try reader.take() }
        graceMilliseconds = try reader.take()
        warning = try reader.takeOptional { (reader) throws(WireError) -> WarningSignal in
            try WarningSignal(from: &reader)
        }
        sidecars = try reader.takeList { (reader) throws(WireError) -> String in try reader.take() }
        runDirectory = try reader.take()
        memoryVolumes = try reader.takeList { (reader) throws(WireError) -> MemoryVolume in
            try MemoryVolume(from: &reader)
        }
        steps = try reader.takeList { (reader) throws(WireError) -> LaunchStep in try LaunchStep(from: &reader) }
        reaperCgroup = try reader.takeOptional { (reader) throws(WireError) -> String in try reader.take() }
        containers = try reader.takeList { (reader) throws(WireError) -> ContainerLaunch in
            try ContainerLaunch(withExtrasFrom: &reader)
        }
    }
}

extension ContainerLaunch {
    /// Without what only some have: the form that a supervisor of any age understands.
    func write(to writer: inout WireWriter) {
        writer.put(name)
        writer.put(attempt)
        writer.put(cgroup) { $0.put($1) }
        writer.put(killPath) { $0.put($1) }
        writer.put(memoryEvents) {
            $0.put($1.oomControl)
            $0.put($1.eventControl)
        }
        writer.put(list: counters) {
            $0.put($1.kind)
            $0.put($1.path)
        }
        writer.put(log.path)
        writer.put(log.maxBytes)
        writer.put(log.maxFiles)
        writer.put(stopSignal)
        writer.put(list: steps) { $1.write(to: &$0) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        name = try reader.take()
        attempt = try reader.take()
        cgroup = try reader.takeOptional { (reader) throws(WireError) -> String in try reader.take() }
        killPath = try reader.takeOptional { (reader) throws(WireError) -> String in try reader.take() }
        memoryEvents = try reader.takeOptional { (reader) throws(WireError) -> MemoryEvents in
            MemoryEvents(oomControl: try reader.take(), eventControl: try reader.take())
        }
        counters = try reader.takeList { (reader) throws(WireError) -> CounterSource in
            CounterSource(kind: try reader.take(), path: try reader.take())
        }
        log = LogLimits(path: try reader.take(), maxBytes: try reader.take(), maxFiles: try reader.take())
        guard log.maxFiles > 0 else { throw .badValue("log.maxFiles") }
        stopSignal = try reader.take()
        guard (1...64).contains(stopSignal) else { throw .badValue("stopSignal") }
        steps = try reader.takeList { (reader) throws(WireError) -> LaunchStep in try LaunchStep(from: &reader) }
        hasLastHook = false
        streams = []
    }

    var hasExtras: Bool { hasLastHook || !streams.isEmpty }

    func writeExtras(to writer: inout WireWriter) {
        writer.put(streams.rawValue)
        writer.put(hasLastHook)
    }

    init(withExtrasFrom reader: inout WireReader) throws(WireError) {
        try self.init(from: &reader)
        streams = ContainerStreams(rawValue: try reader.take())
        guard ContainerStreams.known.isSuperset(of: streams) else { throw .badValue("streams") }
        hasLastHook = try reader.take()
    }
}
