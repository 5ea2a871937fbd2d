import Foundation
import Kube
import Testing

@testable import Server

/// What the server says of itself.
@Suite struct DiscoveryTests {
    @Test(arguments: ["v2", "v2beta1"])
    func `all groups can be had in one answer`(_ version: String) async throws {
        try await TestServer.run { server in
            let type = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
            for (path, group, plural) in [("/api", JSONValue?.none, "pods"), ("/apis", "batch", "jobs")] {
                let reply = try await server.get(path, accept: "\(type),application/json")
                #expect(reply["content-type"] == type)
                #expect(reply.at("apiVersion") == .string("apidiscovery.k8s.io/\(version)"))
                let item = try #require(reply.at("items").array?.first { $0["metadata"]?["name"] == group })
                let resources = try #require(item["versions"]?.array?.first?["resources"]?.array)
                let resource = try #require(resources.first { $0["resource"] == .string(plural) })
                #expect(resource["scope"] == "Namespaced")
                #expect(resource["verbs"]?.array?.contains("watch") == true)
                let status = try #require(resource["subresources"]?.array?.first { $0["subresource"] == "status" })
                #expect(status["responseKind"]?["kind"] == resource["responseKind"]?["kind"])
            }
        }
    }

    @Test func `a client that puts plain discovery first gets it`() async throws {
        try await TestServer.run { server in
            let reply = try await server.get(
                "/apis",
                accept: "application/json,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
            #expect(reply.at("kind") == "APIGroupList")
            let unknown = try await server.get(
                "/apis", accept: "application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json"
            )
            #expect(unknown.at("kind") == "APIGroupList")
        }
    }

    @Test func `an eviction is listed with a kind of its own`() async throws {
        try await TestServer.run { server in
            let reply = try await server.get("/api/v1")
            let eviction = try #require(reply.at("resources").array?.first { $0["name"] == "pods/eviction" })
            #expect(eviction["kind"] == "Eviction")
            #expect(eviction["group"] == "policy")
            #expect(eviction["version"] == "v1")
            #expect(eviction["verbs"] == ["create"])
        }
    }

    @Test func `an OpenAPI document has a tag, and is not sent again to those who have it`() async throws {
        try await TestServer.run { server in
            let index = try await server.get("/openapi/v3")
            guard case .object(let paths) = index.at("paths") else {
                Issue.record("no paths")
                return
            }
            let place = try #require(paths["apis/batch/v1"]?["serverRelativeURL"]?.string)
            let document = try await server.get(place)
            #expect(document.code == 200)
            #expect(document.at("openapi").string?.hasPrefix("3.0") == true)
            guard case .object(let schemas) = document.at("components.schemas") else {
                Issue.record("no schemas")
                return
            }
            #expect(schemas["io.k8s.api.batch.v1.Job"] != nil)
            let tag = try #require(document["etag"])
            #expect(place.contains(tag.replacing("\"", with: "")))
            let again = try await server.send("GET", place, headers: ["If-None-Match: \(tag)"])
            #expect(again.code == 304)
            #expect(again.body.isEmpty)
            #expect(try await server.get("/openapi/v3/apis/nothing/v1").code == 404)
        }
    }

    @Test func `OpenAPI v2 comes as JSON or as protobuf`() async throws {
        try await TestServer.run { server in
            let json = try await server.get("/openapi/v2")
            #expect(json.at("swagger") == "2.0")
            let old = try await server.get(
                "/openapi/v2", accept: "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")
            #expect(old["content-type"] == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
            // Field 1 of the message, its swagger version.
            #expect(old.body.starts(with: [0x0A, 0x03] + Array("2.0".utf8)))
            #expect(try await server.get("/openapi/v2", accept: "text/html").code == 406)
        }
    }
}
