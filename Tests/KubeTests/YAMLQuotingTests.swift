import Testing

@testable import Kube

@Suite struct YAMLQuotingTests {
    /// What kubectl 1.32 printed for a ConfigMap made of these strings.
    @Test func `quotes are where kubectl puts them`() throws {
        let strings: [String: JSONValue] = [
            "a": "true", "b": "a: b", "c": "a #b", "d": "-x", "e": "- x", "f": "a\u{1}\t", "g": "12:30",
            "h": "'it''s: x",
            "i": "2026-01-01T12:00:00Z", "j": "?x", "k": ":x", "l": "=x", "n": " lead", "o": "tab\there", "q": "a \nb",
            "r": "a\n\n", "s": "x:", "t": "é😀", "u": "~", "v": "0x1F", "w": "1_0", "y": "a\ttab\nb", "z": "@at",
            "zu": "2001-01-02x", "zv": ".5", "zw": "1e3", "zx": "---", "zy": "[x]", "zz": "a, b",
        ]
        let expected = #"""
            a: "true"
            b: 'a: b'
            c: 'a #b'
            d: -x
            e: '- x'
            f: "a\x01\t"
            g: "12:30"
            h: '''it''''s: x'
            i: "2026-01-01T12:00:00Z"
            j: ?x
            k: :x
            l: =x
            "n": ' lead'
            o: "tab\there"
            q: "a \nb"
            r: |+
              a

            s: 'x:'
            t: "é\U0001F600"
            u: "~"
            v: "0x1F"
            w: "1_0"
            "y": "a\ttab\nb"
            z: '@at'
            zu: 2001-01-02x
            zv: ".5"
            zw: "1e3"
            zx: '---'
            zy: '[x]'
            zz: a, b

            """#
        #expect(YAMLWriter.text(of: .object(strings)) == expected)
        #expect(try YAMLReader.read(bytes(expected)) == [.object(strings)])
    }
}
