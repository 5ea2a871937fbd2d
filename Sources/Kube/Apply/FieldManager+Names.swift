/// What managers may be called.
extension FieldManager {
    private static let maximumLength = 128
    private static let maximumSubresourceLength = 256

    /// The name of who writes: the request's `fieldManager`, or else what its User-Agent says before the first slash.
    public static func manager(fieldManager: String?, userAgent: String?) -> String {
        if let fieldManager, !fieldManager.isEmpty { return fieldManager }
        var name = ""
        for scalar in (userAgent ?? "").unicodeScalars.prefix(while: { $0 != "/" }) where isPrintable(scalar) {
            if name.utf8.count + UTF8.width(scalar) > maximumLength { break }
            name.unicodeScalars.append(scalar)
        }
        return name
    }

    /// The `fieldManager` of a request. Apply must give one; the others are named after their User-Agent.
    public static func validate(fieldManager: String?, isApply: Bool, at path: FieldPath = "fieldManager") -> [FieldError]
    {
        let name = fieldManager ?? ""
        if isApply, name.isEmpty { return [.required(path, "is required for apply patch")] }
        // Each bad character is an error of its own that quotes the name, so the name must be short.
        if name.utf8.count > maximumLength { return [.tooLong(path, maximum: maximumLength)] }
        var errors: [FieldError] = []
        var position = 0
        for scalar in name.unicodeScalars {
            if !isPrintable(scalar) {
                let code = String(scalar.value, radix: 16, uppercase: true)
                let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
                errors.append(
                    .invalid(path, .string(name), "invalid character U+\(padded) (at position \(position))"))
            }
            position += UTF8.width(scalar)
        }
        return errors
    }

    /// `metadata.managedFields` of an object that is about to be stored.
    public static func validate(
        managedFields: [JSONValue], at path: FieldPath = "metadata.managedFields"
    ) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, entry) in managedFields.enumerated() {
            let path = path[index]
            let operation = entry["operation"]?.string ?? ""
            if operation.isEmpty {
                errors.append(.required(path / "operation", "must not be empty"))
            } else if ManagerIdentity.Operation(rawValue: operation) == nil {
                errors.append(.notSupported(path / "operation", .string(operation), ["Apply", "Update"]))
            }
            if let type = entry["fieldsType"]?.string, !type.isEmpty, type != "FieldsV1" {
                errors.append(.invalid(path / "fieldsType", .string(type), "must be `FieldsV1`"))
            }
            errors += validate(fieldManager: entry["manager"]?.string, isApply: false, at: path / "manager")
            if (entry["subresource"]?.string ?? "").utf8.count > maximumSubresourceLength {
                errors.append(.tooLong(path / "subresource", maximum: maximumSubresourceLength))
            }
        }
        return errors
    }

    /// As Go has it: letters, marks, numbers, punctuation, symbols and the plain space.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
