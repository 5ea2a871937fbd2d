import Kube
import Testing

@testable import Server

@Suite struct NegotiationTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var accept: String?
        var encoding = MediaType.json
        var shape = Representation.Shape.object

        init(
            _ sentence: String, _ accept: String?, _ encoding: MediaType = .json,
            _ shape: Representation.Shape = .object
        ) {
            (testDescription, self.accept, self.encoding, self.shape) = (sentence, accept, encoding, shape)
        }
    }

    @Test(arguments: [
        Case("nothing said: JSON", nil),
        Case("anything goes: JSON", "*/*"),
        Case("YAML when asked", "application/yaml", .yaml),
        Case("the better quality wins", "application/json;q=0.5, application/yaml", .yaml),
        Case("equals keep their order", "application/yaml,application/json", .yaml),
        Case("what we do not speak is passed over", "application/vnd.kubernetes.protobuf,application/json"),
        Case(
            "kubectl gets a table",
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,"
                + "application/json", .json, .table(version: "v1")),
        Case(
            "a table of a version we do not know is passed over",
            "application/json;as=Table;v=v9;g=meta.k8s.io,application/json"),
        Case(
            "only metadata", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", .json,
            .partialMetadataList(version: "v1")),
        Case(
            "aggregated discovery falls back",
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"),
        Case("space and case do not matter", " Application/JSON ; q=0.9 "),
    ])
    func chooses(_ row: Case) throws {
        let found = try Representation(accept: row.accept)
        #expect(found.encoding == row.encoding)
        #expect(found.shape == row.shape)
    }

    @Test func `what we cannot write is refused with what we can`() {
        #expect { try Representation(accept: "text/html") } throws: {
            let status = $0 as? Status
            return status?.code == 406
                && status?.message
                    == "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf"
        }
        #expect { try Representation(accept: "application/yaml", isStream: true) } throws: {
            ($0 as? Status)?.message
                == "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
        }
    }

    @Test func `bodies are JSON or YAML, whatever follows the type`() throws {
        #expect(try MediaType(contentType: nil) == .json)
        #expect(try MediaType(contentType: "application/json; charset=utf-8") == .json)
        #expect(try MediaType(contentType: "application/yaml") == .yaml)
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"] {
            #expect { try MediaType(contentType: type) } throws: {
                let status = $0 as? Status
                return status?.code == 415
                    && status?.message
                        == "the body of the request was in an unknown format - accepted media types include: "
                        + "application/json, application/yaml, application/vnd.kubernetes.protobuf"
            }
        }
    }

    @Test func `patches say what they are`() throws {
        #expect(try PatchType(contentType: "application/merge-patch+json") == .patch(.merge))
        #expect(try PatchType(contentType: "application/apply-patch+yaml; charset=utf-8") == .apply)
        for type in [nil, "application/json", "application/apply-patch+cbor"] {
            #expect { try PatchType(contentType: type) } throws: { ($0 as? Status)?.code == 415 }
        }
    }
}

@Suite struct WarningHeadersTests {
    @Test func `a warning is quoted as RFC 7234 has it`() {
        #expect(WarningHeaders.values(["unknown field \"spec.foo\""]) == ["299 - \"unknown field \\\"spec.foo\\\"\""])
    }

    @Test func `line breaks cannot make a header of their own`() {
        #expect(WarningHeaders.values(["a\r\nSet-Cookie: x\u{0}"]) == ["299 - \"a Set-Cookie: x\""])
    }

    @Test func `each is told once, and not too many`() {
        #expect(WarningHeaders.values(["a", "a", "b"]) == ["299 - \"a\"", "299 - \"b\""])
        let many = (0..<1000).map { "warning number \($0) about something or other" }
        #expect(WarningHeaders.values(many).reduce(0) { $0 + $1.utf8.count } <= WarningHeaders.totalLimit)
    }
}
