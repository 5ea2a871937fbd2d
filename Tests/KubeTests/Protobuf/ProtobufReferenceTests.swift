import Testing

@testable import Kube

/// Bytes that another implementation wrote from the published `.proto` files.
@Suite struct ProtobufReferenceTests {
    @Test(arguments: [
        Row(
            "a Job, with the zeros that Go writes",
            """
            6b3873000a0f0a0862617463682f763112034a6f621285010a170a0568656c6c6f1a00380042005a080a03617070120178125e080010033256\
            0a0012520a090a03746d7012021200123e0a046d61696e120762757379626f7822046563686f22002a00420f0a0d0a03637075\
            12060a043235306d52120a0e120c0a012f120708011a0377656210051a054e6576657250001a0a120808c0c3d9ca0610001a002200
            """,
            """
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"hello","labels":{"app":"x"}},
             "spec":{"parallelism":0,"completions":3,"suspend":false,"template":{"metadata":{},"spec":{
               "volumes":[{"name":"tmp","emptyDir":{}}],
               "containers":[{"name":"main","image":"busybox","args":["echo",""],"resources":{"limits":{"cpu":"250m"}},
                 "livenessProbe":{"httpGet":{"path":"/","port":"web"},"initialDelaySeconds":5}}],
               "restartPolicy":"Never"}}},
             "status":{"startTime":"2026-01-01T12:00:00Z"}}
            """),
        Row(
            "a Secret",
            "6b3873000a0c0a027631120653656372657412180a030a017312070a016b120200ff1a064f706171756528011a002200",
            """
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"k":"AP8="},"type":"Opaque",
             "immutable":true}
            """),
        Row(
            "options to delete, in the version of the resource",
            """
            6b3873000a190a0862617463682f7631120d44656c6574654f7074696f6e731218080012030a0175220a4261636b67726f756e64\
            2a03416c6c1a002200
            """,
            """
            {"apiVersion":"batch/v1","kind":"DeleteOptions","gracePeriodSeconds":0,"preconditions":{"uid":"u"},
             "propagationPolicy":"Background","dryRun":["All"]}
            """),
        Row(
            "an Event",
            """
            6b3873000a0b0a02763112054576656e7412390a180a01658a01123a100a0e7b22663a636f756e74223a7b7d7d12050a03506f64\
            40ffffffffffffffffff01520b08c0c3d9ca06108094ef3a1a002200
            """,
            """
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"e","managedFields":[{"fieldsV1":{"f:count":{}}}]},
             "involvedObject":{"kind":"Pod"},"count":-1,"eventTime":"2026-01-01T12:00:00.123456Z"}
            """),
    ])
    func readsAndWrites(_ row: Row<String, String>) throws {
        let tree = try KubeProtobuf.decode(hex(row.input), schema: excerpt)
        #expect(try tree == json(row.expected))
        let bytes = try KubeProtobuf.encode(tree, schema: excerpt)
        #expect(try KubeProtobuf.decode(bytes, schema: excerpt) == tree)
    }

    private let secret =
        "6b3873000a0c0a027631120653656372657412180a030a017312070a016b120200ff1a064f706171756528011a002200"

    @Test func `a body without zeros is the same, byte by byte`() throws {
        #expect(
            try KubeProtobuf.encode(KubeProtobuf.decode(hex(secret), schema: excerpt), schema: excerpt) == hex(secret))
    }

    @Test func `an event of a watch is framed by its length and has no envelope of its own`() throws {
        let object = try KubeProtobuf.decode(hex(secret), schema: excerpt)
        let frame = try KubeProtobuf.watchFrame(type: "ADDED", object: object, schema: excerpt)
        #expect(frame == hex("0000003b0a05414444454412320a30" + secret))
    }
}
