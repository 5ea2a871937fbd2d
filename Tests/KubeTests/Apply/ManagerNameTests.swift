import Testing

@testable import Kube

@Suite struct ManagerNameTests {
    @Test(
        arguments: [
            ("mine", "kubectl/v1.32", "mine"), ("", "kubectl/v1.32.0 (linux/amd64)", "kubectl"), (nil, "curl", "curl"),
            (nil, nil, ""), (nil, "/x", ""), (nil, "a\u{7}b\tc d\u{A0}e", "abc de"),
            (nil, String(repeating: "ä", count: 100), String(repeating: "ä", count: 64)),
            (nil, "a" + String(repeating: "ä", count: 100), "a" + String(repeating: "ä", count: 63)),
        ] as [(String?, String?, String)])
    func `a writer that gives no name has that of its program`(_ given: String?, _ agent: String?, _ name: String) {
        #expect(FieldManager.manager(fieldManager: given, userAgent: agent) == name)
    }

    @Test(arguments: [
        ("", false, []), ("kubectl", true, []), (String(repeating: "a", count: 128), true, []),
        ("", true, ["fieldManager: Required value: is required for apply patch"]),
        (String(repeating: "a", count: 129), false, ["fieldManager: Too long: may not be more than 128 bytes"]),
        (
            "ä\u{7}", false,
            ["fieldManager: Invalid value: \"ä\\a\": invalid character U+0007 (at position 2)"]
        ),
    ])
    func `names are short and can be printed`(_ name: String, _ isApply: Bool, _ messages: [String]) {
        #expect(FieldManager.validate(fieldManager: name, isApply: isApply).map(\.message) == messages)
    }

    @Test func `entries that a client sends are checked by the same rules`() {
        let entry: JSONValue = [
            "manager": "\u{1}", "operation": "Delete", "fieldsType": "FieldsV2",
            "subresource": .string(String(repeating: "s", count: 257)),
        ]
        let errors = FieldManager.validate(managedFields: [["operation": "Apply"], entry, [:]])
        #expect(
            errors.map(\.message) == [
                #"metadata.managedFields[1].operation: Unsupported value: "Delete": supported values: "Apply", "Update""#,
                #"metadata.managedFields[1].fieldsType: Invalid value: "FieldsV2": must be `FieldsV1`"#,
                "metadata.managedFields[1].manager: Invalid value: \"\\x01\": invalid character U+0001 (at position 0)",
                "metadata.managedFields[1].subresource: Too long: may not be more than 256 bytes",
                "metadata.managedFields[2].operation: Required value: must not be empty",
            ])
    }
}
