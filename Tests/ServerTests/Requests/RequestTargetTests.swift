import Kube
import Testing

@testable import Server

@Suite struct RequestTargetTests {
    struct Good: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var text: String
        var segments: [String]

        init(_ sentence: String, _ text: String, _ segments: [String]) {
            (testDescription, self.text, self.segments) = (sentence, text, segments)
        }
    }

    @Test(arguments: [
        Good("the root has no segments", "/", []),
        Good("segments are cut at slashes", "/api/v1/pods", ["api", "v1", "pods"]),
        Good("one trailing slash is forgiven", "/api/v1/", ["api", "v1"]),
        Good("segments are decoded", "/api/v1/namespaces/a%2Db", ["api", "v1", "namespaces", "a-b"]),
        Good("the query is no part of the path", "/api?x=/y//z", ["api"]),
        Good("dots inside a name are dots", "/api/v1/a..b", ["api", "v1", "a..b"]),
    ])
    func reads(_ row: Good) throws {
        #expect(try RequestTarget(row.text).segments == row.segments)
    }

    @Test(arguments: [
        "", "api", "http://evil.test/api", "*", "//", "//api", "/api//v1", "/api/v1//", "/api/./v1", "/api/../v1",
        "/api/%2e%2e/v1", "/api/%2E/v1", "/api/%2e./v1", "/api/a%2Fb", "/api/a%5Cb", "/api/a\\b", "/api/a%00b",
        "/api/a%0d%0ab", "/api/%7f", "/api/%", "/api/%4", "/api/%zz", "/api/%ff", "/api/%c0%ae%c0%ae/v1",
    ])
    func `a path that can be read in two ways is refused with 400`(_ text: String) {
        #expect { try RequestTarget(text) } throws: { ($0 as? Status)?.code == 400 }
    }

    @Test func `a query keeps its order, its repeats and its empty values`() throws {
        let query = try RequestTarget("/x?a=1&b&a=2&c=%3D+%26&=").query
        #expect(query.values("a") == ["1", "2"])
        #expect(query["a"] == "1")
        #expect(query["b"] == "")
        #expect(query["c"] == "= &")
        #expect(query["d"] == nil)
    }

    @Test func `a query that cannot be decoded is refused`() {
        for text in ["/x?a=%", "/x?a=%ff", "/x?%zz=1", "/x?a=%00"] {
            #expect { try RequestTarget(text) } throws: { ($0 as? Status)?.code == 400 }
        }
    }

    @Test func `Booleans are read as upstream reads them`() throws {
        let query = try RequestTarget("/x?a=true&b=1&c=0&d=false&e=False&f=&g=yes").query
        #expect(query.flag("a") == true)
        #expect(query.flag("b") == true)
        #expect(query.flag("c") == false)
        #expect(query.flag("d") == false)
        #expect(query.flag("e") == false)
        #expect(query.flag("f") == true)
        #expect(query.flag("g") == true)
        #expect(query.flag("h") == nil)
    }

    @Test func `numbers that are none are refused in the words of strconv`() throws {
        let query = try RequestTarget("/x?a=12&b=1x&c=99999999999999999999&d=").query
        #expect(try query.integer("a") == 12)
        #expect(try query.integer("d") == nil)
        #expect { try query.integer("b") } throws: {
            ($0 as? Status)?.message == "strconv.ParseInt: parsing \"1x\": invalid syntax"
        }
        #expect { try query.integer("c") } throws: {
            ($0 as? Status)?.message == "strconv.ParseInt: parsing \"99999999999999999999\": value out of range"
        }
    }
}
