import Foundation
import Testing

@testable import Images

/// SECURITY: image tarballs. Every row is imported beside a sentinel that must stay as it was.
struct HostileLayerTests {
    @Test(arguments: [
        ("../../sentinel/file", "its name leads out of the image"),
        ("..", "its name leads out of the image"),
        ("a/../../b", "its name leads out of the image"),
        ("/../sentinel/file", "its name leads out of the image"),
        ("./../x", "its name leads out of the image"),
        ("", "it has no name"),
        (String(repeating: "n", count: 256), "a part of its name is longer than 255 bytes"),
        (String(repeating: "ab/", count: 1500) + "x", "it lies too deep"),
        ((0..<250).map { _ in String(repeating: "n", count: 20) }.joined(separator: "/"), "its name is too long"),
        (".wh.", "it deletes a file without a name"),
        (".wh..", "it deletes a file without a name"),
        (".wh...", "it deletes a file without a name"),
        ("d/.wh...", "it deletes a file without a name"),
        (".wh.a/b", "it lies in a deleted directory's mark"),
    ])
    func `a name that is no place in the image is refused`(_ name: String, _ problem: String) async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in
            if name.isEmpty {
                tar.file("", "evil")
            } else {
                tar.file("x", "evil") { $0.pax = [("path", name)] }
            }
        }
        let message = try await fixture.failure(layers: layer)
        #expect(message?.hasSuffix(problem) == true, "\(message ?? "imported")")
        #expect(message?.hasPrefix("layer \(Digest(of: layer)): entry ") == true)
    }

    @Test func `an absolute name, dots that stay inside and any bytes are names in the image`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in
            tar.file("\(fixture.sentinel)/file", "inside")
            tar.file("./a/.//b/../c", "dots")
            tar.add("0", [0xff, 0xfe, 0x2f, 0x0a], Array("bytes".utf8))
            tar.file("slash/", "")
        }
        let root = try await fixture.unpacking(layer)[0]
        #expect(try shell("cat '\(root)\(fixture.sentinel)/file' '\(root)/a/c'") == "insidedots")
        #expect(try shell("cd '\(root)' && cat \"$(printf '\\377\\376')\"/*") == "bytes")
        #expect(try shell("stat -c %F '\(root)/slash'") == "directory\n")
        try fixture.expectSentinel()
    }

    @Test func `nothing passes through a link out of the image, in the same layer or the next`() async throws {
        let fixture = try ImageFixture()
        for target in [fixture.sentinel, "../../../../../../../../../../..\(fixture.sentinel)"] {
            func attack(_ tar: inout TarWriter) {
                tar.file("etc/file", "evil")
                tar.file("etc/new", "evil")
                tar.directory("etc/inner/") {
                    $0.mode = 0o777
                    $0.user = 1234
                }
                tar.add("0", "etc/.wh.file", [])
                tar.add("0", "etc/inner/.wh..wh..opq", [])
                tar.symlink("etc/inner/link", to: "/")
                tar.add("6", "etc/fifo", [])
                tar.hardLink("stolen", to: "etc/new")
                tar.file("etc/inner/x", "evil") { $0.pax = [("SCHILY.xattr.user.evil", "1")] }
            }
            let same = TarWriter.build { tar in
                tar.symlink("etc", to: target)
                attack(&tar)
            }
            let roots = try await fixture.unpacking(same)
            #expect(try shell("cat '\(roots[0])/\(fixture.sentinel)/new'") == "evil")
            let first = TarWriter.build { $0.symlink("etc", to: target) }
            let second = TarWriter.build { attack(&$0) }
            _ = try await fixture.unpacking(first, second)
            try fixture.expectSentinel()
        }
    }

    @Test func `a hard link cannot reach out, and may only name a file of the image`() async throws {
        let fixture = try ImageFixture()
        let rows: [(String, String)] = [
            ("../../../../../../../..\(fixture.sentinel)/file", "its name leads out of the image"),
            (
                "\(fixture.sentinel)/file",
                "it is a hard link to \"\(fixture.sentinel.dropFirst())/file\", which no layer has"
            ),
            ("out/file", "it is a hard link to \"out/file\", which no layer has"),
            ("d", "it is a hard link to a directory"),
            ("link", "it is a hard link to \"link\", which no layer has"),
            (".", "it is a hard link to \".\", which is no file"),
            (".wh.gone", "it is a hard link to \".wh.gone\", which is no file"),
            ("gone", "it is a hard link to \"gone\", which no layer has"),
            ("", "it has no name"),
        ]
        for (target, problem) in rows {
            let layer = TarWriter.build { tar in
                tar.symlink("out", to: fixture.sentinel)
                tar.directory("d/")
                tar.file(".wh.gone", "")
                tar.hardLink("link", to: target)
            }
            let message = try await fixture.failure(layers: layer)
            #expect(message?.hasSuffix(problem) == true, "\(target): \(message ?? "imported")")
        }
    }

    @Test func `a hard link to a file that comes later is made, and long chains do not matter`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in
            tar.hardLink("early", to: "late")
            tar.hardLink("earlier", to: "early")
            tar.file("late", "here")
            tar.hardLink("late", to: "late")
            var last = "late"
            for index in 0..<2000 {
                tar.hardLink("c/\(index)", to: last)
                last = "c/\(index)"
            }
        }
        let root = try await fixture.unpacking(layer)[0]
        #expect(try shell("cat '\(root)/early' '\(root)/earlier' '\(root)/c/1999'") == "hereherehere")
        #expect(try shell("stat -c %h '\(root)/late'") == "2003\n")
    }

    @Test func `a layer whose root is no directory is refused`() async throws {
        let fixture = try ImageFixture()
        for name in [".", "./", "/", "a/.."] {
            let layer = TarWriter.build { $0.symlink(name, to: fixture.sentinel) }
            let message = try await fixture.failure(layers: layer)
            #expect(message?.hasSuffix("the root of a layer must be a directory") == true, "\(name)")
        }
    }

    @Test func `a file is no directory, and links in circles end`() async throws {
        let fixture = try ImageFixture()
        let behindFile = TarWriter.build { tar in
            tar.file("a", "")
            tar.file("a/b", "")
        }
        #expect(try await fixture.failure(layers: behindFile)?.hasSuffix("\"a\" is not a directory") == true)
        let circle = TarWriter.build { tar in
            tar.symlink("a", to: "b")
            tar.symlink("b", to: "a")
            tar.file("a/x", "")
        }
        #expect(
            try await fixture.failure(layers: circle)?.hasSuffix("its directory is behind too many symbolic links")
                == true)
        // Each link doubles the way: 2^40 steps if nobody counted.
        let doubling = TarWriter.build { tar in
            tar.directory("0/")
            for index in 1...60 { tar.symlink("\(index)", to: "\(index - 1)/../\(index - 1)/missing/..") }
            tar.file("60/x", "")
        }
        #expect(
            try await fixture.failure(layers: doubling)?.hasSuffix("its directory is behind too many symbolic links")
                == true)
    }

    @Test func `the later of two entries wins, whatever the earlier was`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in
            tar.file("a", "one")
            tar.hardLink("peer", to: "a")
            tar.file("a", "two")
            tar.directory("b/")
            tar.file("b/c/d", "deep")
            tar.file("b", "file now")
            tar.symlink("s", to: fixture.sentinel)
            tar.file("s", "no link now")
            tar.symlink("t", to: fixture.sentinel)
            tar.directory("t/") { $0.mode = 0o700 }
            tar.file("t/x", "in")
            tar.directory("m/") { $0.mode = 0o711 }
            tar.file("m/kept", "kept")
            tar.directory("m/") { $0.mode = 0o750 }
            tar.directory("f/")
            tar.add("6", "f", [])
        }
        let root = try await fixture.unpacking(layer)[0]
        #expect(try shell("cd '\(root)' && cat a peer b s t/x m/kept") == "twoonefile nowno link nowinkept")
        #expect(
            try shell("cd '\(root)' && stat -c '%n %a %F' t m f") == "t 700 directory\nm 750 directory\nf 644 fifo\n")
        try fixture.expectSentinel()
    }

    @Test func `devices are not made, a whiteout device is refused, special bits and FIFOs are kept`() async throws {
        let fixture = try ImageFixture()
        let layer = TarWriter.build { tar in
            tar.add("4", "sda", []) { ($0.major, $0.minor) = (254, 0) }
            tar.add("3", "mem", []) { ($0.major, $0.minor) = (1, 1) }
            tar.add("6", "fifo", []) { $0.mode = 0o622 }
            tar.file("su", "x") { ($0.mode, $0.user, $0.group) = (0o6755, 12, 34) }
            tar.directory("tmp/") { $0.mode = 0o3777 }
            tar.file("tmp/in-setgid", "x") { $0.group = 5 }
            tar.file("big-id", "") { $0.pax = [("uid", "4294967294"), ("gid", "3000000000")] }
        }
        let root = try await fixture.unpacking(layer)[0]
        #expect(
            try shell("cd '\(root)' && stat -c '%n %a %u:%g %F' * tmp/*") == """
                big-id 644 4294967294:3000000000 regular empty file
                fifo 622 0:0 fifo
                su 6755 12:34 regular file
                tmp 3777 0:0 directory
                tmp/in-setgid 644 0:5 regular file

                """)
        let whiteout = TarWriter.build { $0.add("3", "gone", []) }
        #expect(
            try await fixture.failure(layers: whiteout)?
                .hasSuffix("a character device 0:0 would delete a file of a lower layer") == true)
    }

    @Test func `capabilities and user attributes are kept, overlayfs's own and others dropped`() async throws {
        let fixture = try ImageFixture()
        let capability: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let layer = TarWriter.build { tar in
            var records = TarWriter.pax(Array("SCHILY.xattr.security.capability".utf8), capability)
            for name in [
                "user.note", "trusted.overlay.opaque", "trusted.overlay.redirect", "trusted.overlay.metacopy",
                "trusted.x", "security.selinux", "user.overlay.opaque", "security.ima",
            ] { records += TarWriter.pax([("SCHILY.xattr.\(name)", "y")]) }
            tar.add("x", "p", records)
            tar.file("ping", "x") { ($0.mode, $0.user) = (0o755, 7) }
            tar.directory("d/") {
                $0.pax = [("SCHILY.xattr.trusted.overlay.opaque", "y"), ("SCHILY.xattr.user.dir", "z")]
            }
        }
        let root = try await fixture.unpacking(layer)[0]
        let names = try shell(
            "cd '\(root)' && python3 -c 'import os; print(sorted(os.listxattr(\"ping\")), os.listxattr(\"d\"))'")
        #expect(names == "['security.capability', 'user.note', 'user.overlay.opaque'] ['user.dir']\n")
        #expect(try shell("getcap '\(root)/ping' || /sbin/getcap '\(root)/ping'").contains("cap_net_bind_service=ep"))
    }

    @Test func `as another user, no file of the store can be reached`() async throws {
        let fixture = try ImageFixture()
        let root = try await fixture.unpacking(TarWriter.build { $0.file("su", "x") { $0.mode = 0o6755 } })[0]
        try shell("chmod 755 '\(fixture.path)'")
        for path in ["images/catalog.json", "images/layers", "images/tmp"].map({ "\(fixture.path)/\($0)" }) + [
            "\(root)/su"
        ] {
            #expect(
                try shell("setpriv --reuid 65534 --regid 65534 --clear-groups stat -L '\(path)' 2>&1 || true")
                    .contains("Permission denied"))
        }
    }
}
