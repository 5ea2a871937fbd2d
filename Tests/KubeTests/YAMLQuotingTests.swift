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

    /// What kubectl 1.32 printed for these texts, as members of an object and as elements of a list.
    @Test func `texts of several lines are blocks where kubectl makes blocks`() throws {
        let value: JSONValue = [
            "args": ["a\nb", "echo x\n", " lead\nx", "\nfoo", "plain", "<<", "a\n  b\n\n", "\n", ""],
            "b": " leading\nblank", "c": "\nleading newline", "d": "trail \nspace", "e": "\tleading\ttab\nx",
            "f": "two trailing\n\n", "g": "\n", "h": "\n\n", "j": "a\n b\n  c\n", "m": "key: v\nother", "r": "\n  x\n",
            "t": "line\n\n\nmore\n", "u": "-\n-", "w": "😀\nx", "z": "x\n ",
        ]
        let expected = #"""
            args:
            - |-
              a
              b
            - |
              echo x
            - |2-
               lead
              x
            - |2-

              foo
            - plain
            - <<
            - |+
              a
                b

            - |2+

            - ""
            b: |2-
               leading
              blank
            c: |2-

              leading newline
            d: "trail \nspace"
            e: "\tleading\ttab\nx"
            f: |+
              two trailing

            g: |2+

            h: |2+


            j: |
              a
               b
                c
            m: |-
              key: v
              other
            r: |2

                x
            t: |
              line


              more
            u: |-
              -
              -
            w: "\U0001F600\nx"
            z: "x\n "

            """#
        #expect(YAMLWriter.text(of: value) == expected)
        #expect(try YAMLReader.read(bytes(expected)) == [value])
    }

    @Test func `a member that is called as a merge comes back as a member`() throws {
        let value: JSONValue = ["<<": ["a": 1]]
        #expect(try YAMLReader.read(bytes(YAMLWriter.text(of: value))) == [value])
    }
}
