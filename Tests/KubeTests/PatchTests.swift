import Testing

@testable import Kube

/// Before, patch, after; all JSON. A nil after means that the patch must be refused.
struct PatchCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let before: String
    let patch: String
    let after: String?

    init(_ sentence: String, _ before: String, _ patch: String, _ after: String?) {
        testDescription = sentence
        self.before = before
        self.patch = patch
        self.after = after
    }
}

@Suite struct PatchTests {
    func check<R: Resource>(_ row: PatchCase, _ kind: Patch.Kind, _ type: R.Type) throws {
        let before = try json(row.before)
        let patch = try json(row.patch)
        if let after = row.after {
            #expect(try Patch.apply(kind, patch, to: before, type) == json(after))
        } else {
            #expect(throws: Status.self) { try Patch.apply(kind, patch, to: before, type) }
        }
    }

    @Test(arguments: [
        PatchCase("members are added", #"{"a":1}"#, #"{"b":2}"#, #"{"a":1,"b":2}"#),
        PatchCase("and replaced", #"{"a":1}"#, #"{"a":"x"}"#, #"{"a":"x"}"#),
        PatchCase("null removes", #"{"a":1,"b":2}"#, #"{"b":null}"#, #"{"a":1}"#),
        PatchCase("also deep inside", #"{"a":{"b":1,"c":2}}"#, #"{"a":{"b":null}}"#, #"{"a":{"c":2}}"#),
        PatchCase("lists are replaced", #"{"a":[1,2]}"#, #"{"a":[3]}"#, #"{"a":[3]}"#),
        PatchCase("an object replaces a value", #"{"a":1}"#, #"{"a":{"b":{"c":null,"d":1}}}"#, #"{"a":{"b":{"d":1}}}"#),
        PatchCase("a list is no patch", #"{"a":1}"#, "[]", nil),
    ])
    func mergePatch(_ row: PatchCase) throws { try check(row, .merge, Job.self) }

    static let operations: [PatchCase] = [
        PatchCase("add a member", #"{"a":{}}"#, #"[{"op":"add","path":"/a/b","value":1}]"#, #"{"a":{"b":1}}"#),
        PatchCase(
            "add puts into a list", #"{"a":[1,2]}"#, #"[{"op":"add","path":"/a/1","value":9}]"#, #"{"a":[1,9,2]}"#),
        PatchCase("or at its end", #"{"a":[1]}"#, #"[{"op":"add","path":"/a/-","value":9}]"#, #"{"a":[1,9]}"#),
        PatchCase("but not beyond", #"{"a":[1]}"#, #"[{"op":"add","path":"/a/2","value":9}]"#, nil),
        PatchCase("nor into nothing", #"{}"#, #"[{"op":"add","path":"/a/b","value":9}]"#, nil),
        PatchCase(
            "remove", #"{"a":[1,2],"b":1}"#, #"[{"op":"remove","path":"/a/0"},{"op":"remove","path":"/b"}]"#,
            #"{"a":[2]}"#),
        PatchCase("what is not there cannot be removed", "{}", #"[{"op":"remove","path":"/a"}]"#, nil),
        PatchCase("replace", #"{"a":[1]}"#, #"[{"op":"replace","path":"/a/0","value":{"b":1}}]"#, #"{"a":[{"b":1}]}"#),
        PatchCase("what is not there cannot be replaced", "{}", #"[{"op":"replace","path":"/a","value":1}]"#, nil),
        PatchCase("the whole", #"{"a":1}"#, #"[{"op":"replace","path":"","value":{"b":1}}]"#, #"{"b":1}"#),
        PatchCase("move", #"{"a":1,"b":{}}"#, #"[{"op":"move","from":"/a","path":"/b/c"}]"#, #"{"b":{"c":1}}"#),
        PatchCase("but not into itself", #"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a","path":"/a/b"}]"#, nil),
        PatchCase("copy", #"{"a":[1]}"#, #"[{"op":"copy","from":"/a","path":"/b"}]"#, #"{"a":[1],"b":[1]}"#),
        PatchCase(
            "a test that holds", #"{"a":{"b":1}}"#, #"[{"op":"test","path":"/a","value":{"b":1.0}}]"#, #"{"a":{"b":1}}"#
        ),
        PatchCase(
            "a test that fails undoes the rest", #"{"a":1}"#,
            #"[{"op":"remove","path":"/a"},{"op":"test","path":"/b","value":1}]"#, nil),
        PatchCase(
            "slashes and tildes in names", #"{"a/b~c":1}"#, #"[{"op":"replace","path":"/a~1b~0c","value":2}]"#,
            #"{"a/b~c":2}"#),
        PatchCase("an index with a leading zero", #"{"a":[1,2]}"#, #"[{"op":"remove","path":"/a/01"}]"#, nil),
        PatchCase("a negative index", #"{"a":[1,2]}"#, #"[{"op":"remove","path":"/a/-1"}]"#, nil),
        PatchCase("an unknown operation", "{}", #"[{"op":"spoil","path":"/a"}]"#, nil),
        PatchCase("no path", "{}", #"[{"op":"add","value":1}]"#, nil),
        PatchCase("no pointer", "{}", #"[{"op":"add","path":"a","value":1}]"#, nil),
        PatchCase("no value", "{}", #"[{"op":"add","path":"/a"}]"#, nil),
        PatchCase("the whole cannot be removed", "{}", #"[{"op":"remove","path":""}]"#, nil),
        PatchCase("an object is no list of operations", "{}", "{}", nil),
    ]

    @Test(arguments: operations)
    func jsonPatch(_ row: PatchCase) throws { try check(row, .json, Job.self) }

    @Test func `copies cannot grow without bound`() throws {
        let copies = (0..<40).map { _ in #"{"op":"copy","from":"/a","path":"/a/-"}"# }.joined(separator: ",")
        try check(PatchCase("", #"{"a":[1]}"#, "[\(copies)]", nil), .json, Job.self)
    }

    static let merges: [PatchCase] = [
        PatchCase(
            "containers are merged by name",
            #"{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}]}}"#,
            #"{"spec":{"containers":[{"name":"b","image":"3"}]}}"#,
            #"{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"3"}]}}"#),
        PatchCase(
            "new ones come last", #"{"spec":{"containers":[{"name":"a"}]}}"#,
            #"{"spec":{"containers":[{"name":"b"}]}}"#,
            #"{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}"#),
        PatchCase(
            "or where the order says", #"{"spec":{"containers":[{"name":"a"}]}}"#,
            #"{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"b"}]}}"#,
            #"{"spec":{"containers":[{"name":"b"},{"name":"a"}]}}"#),
        PatchCase(
            "one is deleted", #"{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}"#,
            #"{"spec":{"containers":[{"$patch":"delete","name":"a"}]}}"#, #"{"spec":{"containers":[{"name":"b"}]}}"#),
        PatchCase(
            "all are replaced", #"{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}"#,
            #"{"spec":{"containers":[{"$patch":"replace"},{"name":"c"}]}}"#, #"{"spec":{"containers":[{"name":"c"}]}}"#),
        PatchCase(
            "variables inside containers too",
            #"{"spec":{"containers":[{"name":"a","env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}]}]}}"#,
            #"{"spec":{"containers":[{"name":"a","env":[{"name":"X","value":null,"valueFrom":{}},{"name":"Y","$patch":"delete"}]}]}}"#,
            #"{"spec":{"containers":[{"name":"a","env":[{"name":"X","valueFrom":{}}]}]}}"#),
        PatchCase(
            "arguments are replaced", #"{"spec":{"containers":[{"name":"a","args":["1","2"]}]}}"#,
            #"{"spec":{"containers":[{"name":"a","args":["3"]}]}}"#,
            #"{"spec":{"containers":[{"name":"a","args":["3"]}]}}"#),
        PatchCase(
            "finalizers are united", #"{"metadata":{"finalizers":["a"]}}"#, #"{"metadata":{"finalizers":["b","a"]}}"#,
            #"{"metadata":{"finalizers":["a","b"]}}"#),
        PatchCase(
            "and taken away by name", #"{"metadata":{"finalizers":["a","b"]}}"#,
            #"{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"]}}"#, #"{"metadata":{"finalizers":["b"]}}"#),
        PatchCase(
            "conditions by type", #"{"status":{"conditions":[{"type":"A","status":"False"}]}}"#,
            #"{"status":{"conditions":[{"type":"A","status":"True"}]}}"#,
            #"{"status":{"conditions":[{"type":"A","status":"True"}]}}"#),
        PatchCase("null removes", #"{"spec":{"a":1,"b":2}}"#, #"{"spec":{"a":null}}"#, #"{"spec":{"b":2}}"#),
        PatchCase(
            "a map is replaced whole", #"{"metadata":{"labels":{"a":"1"}}}"#,
            #"{"metadata":{"labels":{"$patch":"replace","b":"2"}}}"#, #"{"metadata":{"labels":{"b":"2"}}}"#),
        PatchCase(
            "a map is deleted", #"{"spec":{"a":{"b":1}}}"#, #"{"spec":{"a":{"$patch":"delete"}}}"#, #"{"spec":{}}"#),
        PatchCase(
            "members that are not retained go", #"{"spec":{"volumes":[{"name":"v","emptyDir":{},"x":1}]}}"#,
            #"{"spec":{"volumes":[{"name":"v","$retainKeys":["name","hostPath"],"hostPath":{"path":"/"}}]}}"#,
            #"{"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"}}]}}"#),
        PatchCase("an unknown directive", "{}", #"{"spec":{"$patch":"spoil"}}"#, nil),
        PatchCase(
            "a container without a name", #"{"spec":{"containers":[]}}"#, #"{"spec":{"containers":[{"image":"x"}]}}"#,
            nil),
        PatchCase("a list is no patch", "{}", "[]", nil),
    ]

    @Test(arguments: merges)
    func strategicMerge(_ row: PatchCase) throws { try check(row, .strategicMerge, Pod.self) }

    @Test func `templates of jobs are merged like pods`() throws {
        let (job, _) = try admit(Job.self, helloJob)
        let patch = #"{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"other"}]}}}}"#
        let patched = try Patch.apply(.strategicMerge, bytes(patch), to: job)
        #expect(patched.object.spec.template.spec.containers.count == 1)
        #expect(patched.object.spec.template.spec.containers[0].image == "other")
        #expect(patched.object.spec.template.spec.containers[0].command == ["echo", "hello"])
    }

    @Test func `a patch that does not fit says why`() throws {
        let (job, _) = try admit(Job.self, helloJob)
        do {
            _ = try Patch.apply(.json, bytes(#"[{"op":"remove","path":"/spec/nothing"}]"#), to: job)
            Issue.record("the patch was taken")
        } catch {
            #expect(error.code == 422)
            #expect(error.message?.contains("nonexistent") == true)
        }
    }
}
