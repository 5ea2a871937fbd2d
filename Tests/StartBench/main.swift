import Containers
import Foundation
import Logging

/// Starts containers one after the other, each a pod of its own with everything a pod gets, and prints the median of the
/// times from the order to the report of the exit, in milliseconds.
///
///     start-bench --init PATH --layer DIRECTORY --directory SCRATCH --count N [COMMAND …]
struct Arguments {
    var values: [String: String] = [:]
    var command = ["/bin/true"]

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let name = rest.first, name.hasPrefix("--"), rest.count > 1 {
            values[String(name.dropFirst(2))] = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        if !rest.isEmpty { command = Array(rest) }
    }

    func need(_ name: String) -> String {
        guard let value = values[name] else {
            FileHandle.standardError.write(Data("start-bench: --\(name) is missing\n".utf8))
            exit(2)
        }
        return value
    }
}

let arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
let directory = arguments.need("directory")
let host = try ContainerHost(
    ContainerHostConfiguration(
        runDirectory: "\(directory)/run", stateDirectory: "\(directory)/state", initPath: arguments.need("init"),
        logger: Logger(label: "start-bench")))
let count = Int(arguments.need("count")) ?? 50
var times: [Double] = []

for number in 0...count {
    let uid = "bench-\(number)"
    let state = "\(directory)/state/\(uid)"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    let container = ContainerPlan(
        name: "main", layers: [arguments.need("layer")], upperDirectory: state, arguments: arguments.command,
        environment: ["PATH=/bin"], limits: CgroupLimits(cpuLimitMillis: 1000, memoryLimitBytes: 64 << 20),
        logPath: "\(state)/log")
    let begin = ContinuousClock.now
    let pod = try await host.launch(PodPlan(uid: uid, hostname: uid, containers: [container]))
    for await event in pod.events {
        guard case .exited(let exit) = event else {
            if case .failedToStart(_, _, _, let failure) = event { fatalError(failure.message) }
            continue
        }
        if exit.exitCode != 0 { fatalError("exit code \(exit.exitCode)") }
        break
    }
    let time = ContinuousClock.now - begin
    // The first one pays for what is done once.
    if number > 0 { times.append(Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1e3) }
    pod.release()
    try await host.remove(uid: uid)
    try FileManager.default.removeItem(atPath: state)
}
times.sort()
if arguments.values["all"] != nil {
    print(times.map { String(format: "%.2f", $0) }.joined(separator: " "))
}
print(String(format: "%.2f", times[times.count / 2]))
