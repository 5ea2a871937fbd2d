/// The text in the editor: comments on top, objects below.
enum EditText {
    /// Why the text is shown again.
    struct Reason: Equatable, Sendable {
        var head: String
        var others: [String] = []
    }

    static func head(_ reasons: [Reason]) -> String {
        var text = """
            # Please edit the object below. Lines beginning with a '#' will be ignored,
            # and an empty file will abort the edit. If an error occurs while saving this file will be
            # reopened with the relevant failures.
            #

            """
        for reason in reasons {
            text += "# \(commented(reason.head))\(reason.others.isEmpty ? "" : ":")\n"
            for other in reason.others { text += "# * \(commented(other))\n" }
            text += "#\n"
        }
        return text
    }

    private static func commented(_ text: String) -> String { text.replacing("\n", with: "\n# ") }

    /// Without the comments on top, which are written anew.
    static func withoutHead(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { $0.hasPrefix("#") }.joined(separator: "\n")
    }

    /// What counts when two texts are compared.
    static func withoutComments(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.filter { !$0.trimmed.hasPrefix("#") }.joined(separator: "\n").trimmed
    }

    static func hasLines(_ text: String) -> Bool { !withoutComments(text).isEmpty }
}
