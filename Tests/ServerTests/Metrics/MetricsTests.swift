import Foundation
import Kube
import Testing

@testable import Server

@Suite struct MetricsTests {
    @Test func `labels and help are escaped`() {
        var page = PrometheusText()
        page.family("x_total", .counter, "a \\ b\nc \"d\"")
        page.sample("x_total", ["path": "a\"b\\c\nd"], 3)
        page.sample("x_total", 0.5)
        #expect(
            page.text == """
                # HELP x_total a \\\\ b\\nc "d"
                # TYPE x_total counter
                x_total{path="a\\"b\\\\c\\nd"} 3
                x_total 0.5

                """)
    }

    @Test func `a histogram counts everything up to each limit`() {
        let counters = RequestCounters()
        let kind = RequestCounters.Kind(verb: "LIST", group: "batch", version: "v1", resource: "jobs")
        counters.count(kind, code: 200, seconds: 0.001)
        counters.count(kind, code: 200, seconds: 0.2)
        counters.count(kind, code: 500, seconds: 100)
        var page = PrometheusText()
        counters.snapshot.write(to: &page)
        let labels = #"group="batch",resource="jobs",subresource="",verb="LIST",version="v1""#
        #expect(page.text.contains("apiserver_request_duration_seconds_bucket{\(labels),le=\"0.005\"} 1\n"))
        #expect(page.text.contains("apiserver_request_duration_seconds_bucket{\(labels),le=\"0.25\"} 2\n"))
        #expect(page.text.contains("apiserver_request_duration_seconds_bucket{\(labels),le=\"60.0\"} 2\n"))
        #expect(page.text.contains("apiserver_request_duration_seconds_bucket{\(labels),le=\"+Inf\"} 3\n"))
        #expect(page.text.contains("apiserver_request_duration_seconds_count{\(labels)} 3\n"))
        #expect(
            page.text.contains(
                "apiserver_request_total{code=\"500\",group=\"batch\",resource=\"jobs\",subresource=\"\",verb=\"LIST\",version=\"v1\"} 1\n"
            ))
    }

    @Test func `a process is read from proc`() throws {
        // Field 2 is the program's name, which may hold spaces and parentheses.
        let rest =
            (4...13).map(String.init) + ["250", "150"] + (16...21).map(String.init) + ["1000", "2097152", "3", "25"]
        let stat = "42 (a) b) S " + rest.joined(separator: " ")
        let read = try #require(ProcessCounters(stat: stat, system: "cpu 1\nbtime 1700000000\n", openDescriptors: 7))
        #expect(read.cpuSeconds == 4)
        #expect(read.startTime == 1_700_000_010)
        #expect(read.virtualBytes == 2_097_152)
        #expect(read.residentBytes == 3 * 4096)
        #expect(ProcessCounters(stat: "42 (a) S 1", system: "btime 1", openDescriptors: 0) == nil)
    }

    @Test func `the page tells of Jobs, requests and the process`() async throws {
        try await TestServer.run { server in
            #expect(try await server.send("POST", jobsPath, Samples.job("hello")).code == 201)
            let page = try await server.get("/metrics")
            #expect(page["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let text = String(decoding: page.body, as: UTF8.self)
            #expect(text.contains("kube_job_status_active{namespace=\"default\",job_name=\"hello\"} 0\n"))
            #expect(text.contains("kube_job_spec_parallelism{namespace=\"default\",job_name=\"hello\"} 1\n"))
            #expect(text.contains("apiserver_storage_objects{resource=\"jobs.batch\"} 1\n"))
            #expect(text.contains("verb=\"CREATE\""))
            #expect(text.contains("process_resident_memory_bytes "))
        }
    }
}
