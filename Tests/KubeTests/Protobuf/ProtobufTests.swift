import Testing

@testable import Kube

@Suite struct ProtobufTests {
    /// The fields of a `Sample`, byte by byte, and what they are in JSON.
    @Test(arguments: [
        Row("nothing is an empty object", "", "{}"),
        Row("text", "0a 02 c3 a9", #"{"text":"é"}"#),
        Row(
            "zeros of fields that are no pointers are left out", "0a 00 10 00 18 00 20 00 29 0000000000000000 32 00",
            "{}"),
        Row(
            "so are times that were never set, and other empty messages of text", "3a 00 42 00 4a 00 52 00 5a 00", "{}"),
        Row("and extensions without bytes", "62 00 6a 02 0a 00", "{}"),
        Row("behind a pointer zeros stay", "7a 00 80 01 00 88 01 00", #"{"optText":"","optFlag":false,"optSmall":0}"#),
        Row("also in messages", "9a 01 00 a2 01 00", #"{"optAmount":"0","optPort":0}"#),
        Row("a time behind a pointer that was never set is none", "92 01 00", "{}"),
        Row("any number but zero is true", "10 7f", #"{"flag":true}"#),
        Row("negative numbers take ten bytes", "18 ff ff ff ff ff ff ff ff ff 01", #"{"small":-1}"#),
        Row("small numbers are cut to 32 bits", "18 80 80 80 80 10 18 81 80 80 80 10", #"{"small":1}"#),
        Row("the largest", "20 ff ff ff ff ff ff ff ff 7f", #"{"large":9223372036854775807}"#),
        Row("floating numbers", "29 000000000000f83f", #"{"real":1.5}"#),
        Row("bytes are base64", "32 02 00 ff", #"{"data":"AP8="}"#),
        Row(
            "zero seconds are 1970, and fractions are dropped", "3a 05 08 00 10 80 01",
            #"{"time":"1970-01-01T00:00:00Z"}"#),
        Row("before 1970", "3a 0b 08 ff ff ff ff ff ff ff ff ff 01", #"{"time":"1969-12-31T23:59:59Z"}"#),
        Row(
            "micro times keep microseconds", "42 0b 08 c0 c3 d9 ca 06 10 81 94 ef 3a",
            #"{"micro":"2026-01-01T12:00:00.123456Z"}"#),
        Row("a length of time", "4a 06 08 80 bc c1 96 0b", #"{"length":"3s"}"#),
        Row("a quantity", "52 06 0a 04 32 35 30 6d", #"{"amount":"250m"}"#),
        Row("a number where text could be", "5a 04 08 00 10 50", #"{"port":80}"#),
        Row("text where a number could be", "5a 06 08 01 1a 02 61 62", #"{"port":"ab"}"#),
        Row("any object", "62 09 0a 07 7b 22 61 22 3a 31 7d", #"{"any":{"a":1}}"#),
        Row("an empty message stays", "72 00", #"{"inner":{}}"#),
        Row("elements keep their zeros", "aa 01 00 aa 01 01 61", #"{"texts":["","a"]}"#),
        Row("numbers one by one", "b0 01 01 b0 01 02", #"{"numbers":[1,2]}"#),
        Row("numbers packed", "b2 01 03 01 ac 02", #"{"numbers":[1,300]}"#),
        Row("numbers both ways", "b0 01 01 b2 01 01 02 b0 01 03", #"{"numbers":[1,2,3]}"#),
        Row("an empty pack is no list", "b2 01 00", "{}"),
        Row("flags packed", "ba 01 02 00 01", #"{"flags":[false,true]}"#),
        Row("floating numbers packed", "c2 01 08 000000000000f83f", #"{"reals":[1.5]}"#),
        Row(
            "elements with others between them", "aa 01 01 61 0a 01 78 aa 01 01 62", #"{"text":"x","texts":["a","b"]}"#),
        Row("a message that is a list in JSON", "d2 01 09 0a 01 6b 12 04 0a 00 0a 00", #"{"extra":{"k":["",""]}}"#),
        Row("entries without a key or a value", "da 01 00 ea 01 00", #"{"amounts":{"":"0"},"named":{"":{}}}"#),
        Row(
            "an entry written twice", "da 01 08 0a 01 63 12 03 0a 01 31 da 01 08 0a 01 63 12 03 0a 01 32",
            #"{"amounts":{"c":"2"}}"#),
        Row("members of an inline message are the owner's", "e2 01 05 12 03 61 62 63", #"{"other":"abc"}"#),
        Row("a message in parts is merged", "72 03 0a 01 61 72 02 10 01", #"{"inner":{"flag":true,"text":"a"}}"#),
        Row("the last of several values counts", "0a 01 61 0a 01 62", #"{"text":"b"}"#),
        Row("also when it is zero", "0a 01 61 0a 00", "{}"),
        Row(
            "unknown fields are skipped", "a0 06 01 a1 06 0000000000000000 a5 06 00000000 a2 06 01 78 10 01",
            #"{"flag":true}"#),
    ])
    func reads(_ row: Row<String, String>) throws {
        let tree = try KubeProtobuf.decode(body("Sample", hex(row.input)), schema: excerpt)
        var expected = try #require(json(row.expected).object)
        expected["apiVersion"] = "v1"
        expected["kind"] = "Sample"
        #expect(tree == .object(expected))
    }

    @Test(arguments: [
        Row("a number where a message is", "70 01", "proto: wrong wireType = 0 for field Sample.inner"),
        Row("text where a number is", "1a 01 61", "proto: wrong wireType = 2 for field Sample.small"),
        Row("a number among texts", "a8 01 01", "proto: wrong wireType = 0 for field Sample.texts"),
        Row(
            "inside a message the inner field is named", "72 03 0d 00 00",
            "proto: wrong wireType = 5 for field Sample.text"),
        Row("inside a quantity the field is named", "52 02 08 01", "proto: wrong wireType = 0 for field Sample.amount"),
        Row("text that is not UTF-8", "0a 01 ff", "proto: field Sample.text contains invalid UTF-8"),
        Row("a key that is not UTF-8", "da 01 03 0a 01 ff", "proto: field Sample.amounts contains invalid UTF-8"),
        Row("a length behind the end", "0a 02 61", "unexpected EOF"),
        Row("the largest length there is", "0a ff ff ff ff ff ff ff ff ff 01", "unexpected EOF"),
        Row("a number of eleven bytes", "10 80 80 80 80 80 80 80 80 80 80 01", "proto: integer overflow"),
        Row("a number of 65 bits", "10 ff ff ff ff ff ff ff ff ff 02", "proto: integer overflow"),
        Row("a number that does not end", "10 80", "unexpected EOF"),
        Row("field zero", "00", "proto: Sample: illegal tag 0 (wire type 0)"),
        Row("a field number too large", "80 80 80 80 10 01", "proto: Sample: illegal tag 536870912 (wire type 0)"),
        Row("a group", "a3 06 a4 06", "proto: Sample: illegal tag 100 (wire type 3)"),
        Row("a fixed number cut short", "29 00", "unexpected EOF"),
        Row(
            "no JSON inside any object", "62 03 0a 01 7b",
            "proto: field Sample.any: invalid JSON at byte 1: a name must be a string"),
        Row("no number at all", "29 000000000000f87f", "proto: field Sample.real: unsupported value: nan"),
        Row("neither number nor text", "5a 02 08 02", "proto: field Sample.port: impossible IntOrString.Type 2"),
        Row(
            "a time after the year 9999", "3a 08 08 80 80 80 80 80 80 01",
            "proto: field Sample.time: timestamp out of range: 4398046511104 s, 0 ns"),
    ])
    func refuses(_ row: Row<String, String>) {
        let error = #expect(throws: ProtobufError.self) {
            try KubeProtobuf.decode(body("Sample", hex(row.input)), schema: excerpt)
        }
        #expect(error.map { "\($0)" } == row.expected)
    }

    @Test(arguments: [
        Row("nothing", "", "empty body"),
        Row("only the prefix", "6b387300", "empty body"),
        Row(
            "JSON", "7b7d", "provided data does not appear to be a protobuf message, expected prefix [107, 56, 115, 0]"),
        Row(
            "no kind", "6b387300 0a04 0a02 7631",
            #"Object 'Kind' is missing in 'runtime.TypeMeta{APIVersion:"v1", Kind:""}'"#),
        Row(
            "no version", "6b387300 0a05 1203 506f64",
            #"Object 'apiVersion' is missing in 'runtime.TypeMeta{APIVersion:"", Kind:"Pod"}'"#),
        Row(
            "a kind nobody knows", "6b387300 0a08 0a02 7631 1202 5858", #"no kind "XX" is registered for version "v1""#),
        Row(
            "a version of three parts", "6b387300 0a0c 0a05 612f622f63 1203 506f64",
            #"no kind "Pod" is registered for version "a/b/c""#),
        Row("a compressed object", "6b387300 1a04 677a6970", #"unsupported contentEncoding "gzip""#),
        Row(
            "an object in another form", "6b387300 0a09 0a02 7631 1203 506f64 2201 78",
            #"unsupported contentType "x""#),
        Row("a number as the object", "6b387300 10 01", "proto: wrong wireType = 0 for field Unknown.raw"),
    ])
    func refusesEnvelopes(_ row: Row<String, String>) {
        let error = #expect(throws: ProtobufError.self) { try KubeProtobuf.decode(hex(row.input), schema: excerpt) }
        #expect(error.map { "\($0)" } == row.expected)
    }

    @Test func `an envelope may hold JSON`() throws {
        var writer = WireWriter()
        try writer.message(1) { writer in
            writer.string(1, "batch/v1")
            writer.string(2, "Job")
        }
        writer.string(2, #"{"metadata":{"name":"a"}}"#)
        writer.string(4, "application/json")
        let tree = try KubeProtobuf.decode(KubeProtobuf.prefix + writer.bytes, schema: excerpt)
        #expect(try tree == json(#"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"}}"#))
    }

    @Test(arguments: [
        Row("text for a number", #"{"small":"1"}"#, "field Sample.small is not of type int32"),
        Row("a number too large", #"{"small":2147483648}"#, "field Sample.small is not of type int32"),
        Row("a fraction", #"{"large":1.5}"#, "field Sample.large is not of type int64"),
        Row("a text for a list", #"{"texts":"a"}"#, "field Sample.texts is not of type array"),
        Row("a list for a message", #"{"inner":[]}"#, "field Sample.inner is not of type object"),
        Row("no base64", #"{"data":"!"}"#, "proto: field Sample.data: illegal base64 data"),
        Row("no time", #"{"time":"now"}"#, #"proto: field Sample.time: parsing time "now": not an RFC 3339 time"#),
        Row("no length of time", #"{"length":"3"}"#, #"proto: field Sample.length: time: invalid duration "3""#),
    ])
    func refusesTrees(_ row: Row<String, String>) throws {
        var tree = try #require(json(row.input).object)
        tree["apiVersion"] = "v1"
        tree["kind"] = "Sample"
        let error = #expect(throws: ProtobufError.self) { try KubeProtobuf.encode(.object(tree), schema: excerpt) }
        #expect(error.map { "\($0)" } == row.expected)
    }
}
