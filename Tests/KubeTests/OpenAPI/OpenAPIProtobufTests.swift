import Testing

@testable import Kube

@Suite struct OpenAPIProtobufTests {
    private let document = """
        {"swagger":"2.0","info":{"title":"Kubernetes","version":"v1"},
         "paths":{"/a/{name}":{
           "parameters":[{"name":"name","in":"path","required":true,"type":"string","description":"n"}],
           "patch":{"tags":["t"],"description":"d","operationId":"patchA","produces":["p"],"consumes":["c"],
             "schemes":["https"],"x-kubernetes-action":"patch",
             "parameters":[{"name":"body","in":"body","required":true,"schema":{"$ref":"#/definitions/A"}},
               {"name":"dryRun","in":"query","type":"string","description":"x"}],
             "responses":{"200":{"description":"OK","schema":{"$ref":"#/definitions/A"}}}}}},
         "definitions":{"A":{"type":"object","description":"D","required":["e"],
           "x-kubernetes-group-version-kind":[{"group":"","version":"v1","kind":"A"}],
           "properties":{"e":{"type":"string","enum":["X"]},
             "l":{"type":"array","items":{"$ref":"#/definitions/A"}},
             "m":{"type":"object","additionalProperties":{"type":"integer","format":"int32"}}}}}}
        """

    @Test func `it is what another implementation writes from gnostic's messages`() throws {
        let expected = """
            0a03322e3012100a0a4b756265726e657465731202763142e10112de010a092f612f7b6e616d657d12d00142ac010a01\
            741a01642a067061746368413201703a016342250a230a211204626f64791a04626f647920012a110a0f232f64656669\
            6e6974696f6e732f4142200a1e121c1a1a120571756572791a0178220664727952756e3206737472696e674a240a220a\
            03323030121b0a190a024f4b12130a110a0f232f646566696e6974696f6e732f41520568747470736a200a13782d6b75\
            6265726e657465732d616374696f6e12091207227061746368224a1f0a1d121b221908011204706174681a016e22046e\
            616d652a06737472696e674ad9010ad6010a014112d0012201449a010165b201080a066f626a656374ca016b0a180a01\
            651213a201051203225822b201080a06737472696e670a250a016c1220b201070a056172726179ba01130a110a0f232f\
            646566696e6974696f6e732f410a280a016d1223aa01150a131205696e743332b201090a07696e7465676572b201080a\
            066f626a656374fa014d0a1f782d6b756265726e657465732d67726f75702d76657273696f6e2d6b696e64122a12285b\
            7b2267726f7570223a22222c226b696e64223a2241222c2276657273696f6e223a227631227d5d
            """
        #expect(try OpenAPI.v2Protobuf(json(document)) == hex(expected))
    }

    @Test func `a parameter that does not say where it goes is refused`() throws {
        #expect(throws: ProtobufError.wrongType(field: "Parameter.in", expected: "string")) {
            try OpenAPI.v2Protobuf(json(#"{"paths":{"/a":{"parameters":[{"name":"x"}]}}}"#))
        }
    }
}
