import Testing

@testable import Kube

@Suite struct FieldSetTests {
    @Test(arguments: [
        #"{}"#, #"{"f:a":{}}"#, #"{"f:a":{".":{},"f:b":{}}}"#, #"{"f:a":{"k:{\"name\":\"x\"}":{".":{},"f:name":{}}}}"#,
        #"{"f:a":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{"f:name":{}}}}"#,
        #"{"f:a":{"v:\"b\"":{},"v:1":{},"v:1.5":{},"v:true":{},"v:null":{}}}"#,
        #"{"f:a":{"i:0":{},"i:12":{"f:b":{}}}}"#,
        #"{"f:":{},"f:a/b.c":{},"f:f:x":{}}"#, #"{"f:a":{"v:\"\\u003cb\\u003e\\u0026\"":{}}}"#,
    ])
    func `a set that is read and written is the same`(_ text: String) throws {
        let value = try json(text)
        #expect(try FieldSet(fieldsV1: value).fieldsV1 == value)
    }

    @Test(arguments: [
        (#"{"f:a":null}"#, #"{"f:a":{}}"#), (#"{"f:a":{"z:new":{}}}"#, #"{"f:a":{}}"#),
        (#"{"z:new":{"f:a":{}}}"#, "{}"),
        (#"{".":{},"f:a":{}}"#, #"{"f:a":{}}"#), ("null", "{}"),
        (
            #"{"k:{\"protocol\":\"TCP\",\"containerPort\":80.0}":{}}"#,
            #"{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{}}"#
        ),
        (#"{"v:\"<\"":{}}"#, #"{"v:\"\\u003c\"":{}}"#),
    ])
    func `others say the same in another way`(_ text: String, _ written: String) throws {
        #expect(try FieldSet(fieldsV1: json(text)).fieldsV1 == json(written))
    }

    @Test(arguments: [
        "1", "[]", #""a""#, #"{"f:a":1}"#, #"{"f:a":[]}"#, #"{"a":{}}"#, #"{"":{}}"#, #"{"fa":{}}"#, #"{"k:":{}}"#,
        #"{"k:{":{}}"#, #"{"k:[]":{}}"#, #"{"k:{}x":{}}"#, #"{"v:":{}}"#, #"{"v:a":{}}"#, #"{"v:1 2":{}}"#,
        #"{"i:":{}}"#,
        #"{"i:a":{}}"#, #"{"i:99999999999999999999":{}}"#,
    ])
    func `what is no set is refused`(_ text: String) throws {
        let value = try json(text)
        #expect(throws: FieldSet.SyntaxError.self) { try FieldSet(fieldsV1: value) }
    }

    private func set(_ text: String) throws -> FieldSet { try FieldSet(fieldsV1: json(text)) }

    @Test func `sets are taken apart place by place, or with all below`() throws {
        let both = try set(#"{"f:a":{".":{},"f:b":{},"f:c":{}},"f:d":{}}"#)
        #expect(try both.subtracting(set(#"{"f:a":{}}"#)) == set(#"{"f:a":{"f:b":{},"f:c":{}},"f:d":{}}"#))
        #expect(try both.subtractingTrees(set(#"{"f:a":{}}"#)) == set(#"{"f:d":{}}"#))
        #expect(try both.subtractingTrees(set(#"{"f:a":{"f:b":{}}}"#)) == set(#"{"f:a":{".":{},"f:c":{}},"f:d":{}}"#))
        #expect(try both.intersection(set(#"{"f:a":{"f:b":{},"f:x":{}},"f:e":{}}"#)) == set(#"{"f:a":{"f:b":{}}}"#))
        #expect(both.subtracting(both).isEmpty)
        #expect(
            try set(#"{"f:a":{"f:b":{}}}"#).union(set(#"{"f:a":{"f:c":{}}}"#)) == set(#"{"f:a":{"f:b":{},"f:c":{}}}"#))
    }

    @Test func `indices may be any whole numbers`() throws {
        let paths = try set(#"{"i:9223372036854775807":{},"i:-9223372036854775808":{}}"#).paths
        #expect(paths == [[.index(.min)], [.index(.max)]])
    }

    @Test func `paths are written as conflicts name them, in order`() throws {
        let text = #"""
            {"f:b":{".":{},"f:x":{}},"f:a":{"k:{\"n\":\"q\\\"\",\"p\":1}":{},"v:\"s\"":{},"i:3":{},"f:m":{},"v:2.5":{}}}
            """#
        #expect(
            try set(text).paths.map(\.text) == [
                ".b", ".a.m", #".a[n="q\"",p=1]"#, ".a[=2.5]", #".a[="s"]"#, ".a[3]", ".b.x",
            ])
    }
}
