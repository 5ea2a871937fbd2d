import Foundation
import Kube
import Store

/// `/metrics`: how the server and its Jobs are, under the names that dashboards for Kubernetes already know: those of the
/// API server, of kube-state-metrics and of Prometheus' own client libraries.
struct MetricsPage {
    let store: Store
    let requests: RequestCounters
    let version: VersionInfo

    func text() -> String {
        var page = PrometheusText()
        page.family("kubernetes_build_info", .gauge, "Constant 1; the labels say what is running.")
        page.sample(
            "kubernetes_build_info",
            ["git_version": version.gitVersion, "platform": version.platform, "compiler": version.compiler], 1)
        requests.snapshot.write(to: &page)
        writeJobs(to: &page)
        writePods(to: &page)
        ProcessCounters.read()?.write(to: &page)
        return page.text
    }

    private func writeJobs(to page: inout PrometheusText) {
        let jobs = store.list(Job.self)
        page.family("apiserver_storage_objects", .gauge, "Objects stored, by kind.")
        page.sample("apiserver_storage_objects", ["resource": Job.type.qualifiedName], jobs.count)
        page.sample("apiserver_storage_objects", ["resource": Pod.type.qualifiedName], store.list(Pod.self).count)
        let gauges: [(name: String, help: String, value: (Job) -> Double?)] = [
            (
                "kube_job_created", "When the Job was made, in Unix seconds.",
                { $0.metadata.creationTimestamp?.unixSeconds }
            ),
            (
                "kube_job_spec_parallelism", "Pods that may run at the same time.",
                { $0.spec.parallelism.map(Double.init) }
            ),
            ("kube_job_spec_completions", "Pods that must succeed.", { $0.spec.completions.map(Double.init) }),
            (
                "kube_job_spec_active_deadline_seconds", "Seconds the Job may run.",
                { $0.spec.activeDeadlineSeconds.map(Double.init) }
            ),
            ("kube_job_status_active", "Pods of the Job that are pending or run.", { Double($0.status?.active ?? 0) }),
            ("kube_job_status_succeeded", "Pods that succeeded.", { Double($0.status?.succeeded ?? 0) }),
            ("kube_job_status_failed", "Pods that failed.", { Double($0.status?.failed ?? 0) }),
            (
                "kube_job_status_start_time", "When the Job began, in Unix seconds.",
                { $0.status?.startTime?.unixSeconds }
            ),
            (
                "kube_job_status_completion_time", "When the Job completed, in Unix seconds.",
                { $0.status?.completionTime?.unixSeconds }
            ),
        ]
        for gauge in gauges {
            page.family(gauge.name, .gauge, gauge.help)
            for job in jobs {
                guard let value = gauge.value(job) else { continue }
                page.sample(gauge.name, ["namespace": job.namespace, "job_name": job.name], value)
            }
        }
        for (name, condition) in [("kube_job_complete", "Complete"), ("kube_job_failed", "Failed")] {
            page.family(name, .gauge, "Whether the condition \(condition) holds.")
            for job in jobs {
                let holds = job.status?.conditions?.contains { $0.type == condition && $0.status == "True" } ?? false
                page.sample(
                    name, ["namespace": job.namespace, "job_name": job.name, "condition": "true"], holds ? 1 : 0)
            }
        }
    }

    private func writePods(to page: inout PrometheusText) {
        let pods = store.list(Pod.self)
        page.family("kube_pod_status_phase", .gauge, "The phase of each pod.")
        for pod in pods {
            for phase in ["Pending", "Running", "Succeeded", "Failed", "Unknown"] {
                page.sample(
                    "kube_pod_status_phase",
                    ["namespace": pod.namespace, "pod": pod.name, "uid": pod.uid, "phase": phase],
                    pod.status?.phase == phase ? 1 : 0)
            }
        }
        page.family("kube_pod_container_status_restarts_total", .counter, "How often a container was started again.")
        for pod in pods {
            for status in pod.status?.containerStatuses ?? [] {
                page.sample(
                    "kube_pod_container_status_restarts_total",
                    ["namespace": pod.namespace, "pod": pod.name, "uid": pod.uid, "container": status.name],
                    status.restartCount)
            }
        }
    }
}

extension Timestamp {
    fileprivate var unixSeconds: Double { date.timeIntervalSince1970 }
}

/// What this process uses, from proc(5), as Prometheus' client libraries name it.
struct ProcessCounters: Equatable {
    var cpuSeconds: Double
    var residentBytes: Double
    var virtualBytes: Double
    var startTime: Double
    var openDescriptors: Int

    /// Nil where /proc does not say.
    static func read() -> ProcessCounters? {
        // Each try? asks whether this kernel has the file; without them the page has no such lines.
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        else { return nil }
        return ProcessCounters(stat: stat, system: system, openDescriptors: open.count)
    }

    /// - Parameters:
    ///   - stat: `/proc/self/stat`: times in hundredths of a second, memory in pages of 4096 bytes.
    ///   - system: `/proc/stat`, for the time of boot.
    init?(stat: String, system: String, openDescriptors: Int) {
        // The program's name, in parentheses, may hold anything.
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ").compactMap { Double($0) ?? .nan }
        let boot = system.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
        guard fields.count > 21, let boot else { return nil }
        // Counted from the state, which is field 3 of proc_pid_stat(5).
        cpuSeconds = (fields[11] + fields[12]) / 100
        startTime = boot + fields[19] / 100
        virtualBytes = fields[20]
        residentBytes = fields[21] * 4096
        self.openDescriptors = openDescriptors
    }

    func write(to page: inout PrometheusText) {
        page.family("process_cpu_seconds_total", .counter, "User and system time of this process, in seconds.")
        page.sample("process_cpu_seconds_total", cpuSeconds)
        page.family("process_resident_memory_bytes", .gauge, "Resident memory of this process.")
        page.sample("process_resident_memory_bytes", residentBytes)
        page.family("process_virtual_memory_bytes", .gauge, "Virtual memory of this process.")
        page.sample("process_virtual_memory_bytes", virtualBytes)
        page.family("process_start_time_seconds", .gauge, "When this process started, in Unix seconds.")
        page.sample("process_start_time_seconds", startTime)
        page.family("process_open_fds", .gauge, "Open descriptors of this process.")
        page.sample("process_open_fds", Double(openDescriptors))
    }
}
