import Foundation
import Testing

@testable import Images

/// Layers stacked by a real overlay mount must show what applying one tar after the other shows.
struct WhiteoutTests {
    private func merged(_ layers: [String], _ command: String) throws -> String {
        // The kernel takes the topmost first; one layer alone needs an empty one beside it.
        let lower = (layers.reversed() + ["$d/empty"]).joined(separator: ":")
        return try shell(
            """
            d=$(mktemp -d) && mkdir $d/m $d/empty && mount -t overlay overlay -o "lowerdir=\(lower)" $d/m || exit 1
            (cd $d/m && \(command)); r=$?; umount $d/m; rm -rf $d; exit $r
            """)
    }

    @Test func `what a later layer deletes is gone, and what it brings back is new`() async throws {
        let fixture = try ImageFixture()
        let first = TarWriter.build { tar in
            tar.file("gone", "1")
            tar.file("tree/deep/file", "1")
            tar.file("kept/file", "1")
            tar.file("opaque/old", "1")
            tar.file("again/old", "1")
            tar.symlink("link", to: "kept")
        }
        let second = TarWriter.build { tar in
            tar.file(".wh.gone", "")
            tar.file(".wh.tree", "")
            tar.file(".wh.link", "")
            tar.file("opaque/new", "2")
            tar.file("opaque/.wh..wh..opq", "")
            tar.file(".wh.again", "")
            tar.file("again/new", "2")
        }
        let layers = try await fixture.unpacking(first, second)
        #expect(
            try merged(layers, "find . -mindepth 1 | sort")
                == "./again\n./again/new\n./kept\n./kept/file\n./opaque\n./opaque/new\n")
        try fixture.expectSentinel()
    }

    @Test func `a whiteout in the layer that has the name spares that layer's own, in either order`() async throws {
        let fixture = try ImageFixture()
        let first = TarWriter.build { tar in
            for name in ["a", "b"] {
                tar.file("\(name)/old", "1")
                tar.file("file-\(name)", "1")
            }
        }
        let second = TarWriter.build { tar in
            tar.file(".wh.a", "")
            tar.file("a/new", "2")
            tar.file(".wh.file-a", "")
            tar.file("file-a", "2")
            tar.directory("b/")
            tar.file("b/new", "2")
            tar.file(".wh.b", "")
            tar.file("file-b", "2")
            tar.file(".wh.file-b", "")
        }
        let layers = try await fixture.unpacking(first, second)
        #expect(
            try merged(layers, "find . -mindepth 1 | sort; cat file-a file-b")
                == "./a\n./a/new\n./b\n./b/new\n./file-a\n./file-b\n22")
    }

    @Test func `an opaque root hides all layers below`() async throws {
        let fixture = try ImageFixture()
        let layers = try await fixture.unpacking(
            TarWriter.build { $0.file("old", "1") },
            TarWriter.build { tar in
                tar.file("new", "2")
                tar.file(".wh..wh..opq", "")
            })
        #expect(try merged(layers, "ls") == "new\n")
    }

    @Test func `AUFS's own files are no files of the image`() async throws {
        let fixture = try ImageFixture()
        let layers = try await fixture.unpacking(
            TarWriter.build { tar in
                tar.file(".wh..wh.aufs", "")
                tar.directory(".wh..wh.plnk/")
                tar.file(".wh..wh.plnk/12.34", "x")
                tar.file("a", "x")
            })
        #expect(try shell("ls -A '\(layers[0])'") == "a\n")
    }

    @Test func `a directory the layer has no entry for keeps what the layers below say of it`() async throws {
        let fixture = try ImageFixture()
        let first = TarWriter.build { tar in
            tar.directory("var/") { $0.mode = 0o711 }
            tar.directory("var/tmp/") {
                ($0.mode, $0.user, $0.group) = (0o1777, 5, 6)
                $0.pax = [("SCHILY.xattr.user.x", "y")]
            }
        }
        let second = TarWriter.build { tar in
            tar.file("var/tmp/file", "2")
            tar.file("other/new", "2")
        }
        let layers = try await fixture.unpacking(first, second)
        let seen = try merged(
            layers,
            "stat -c '%n %a %u:%g %Y' var var/tmp other; getfattr -n user.x --only-values var/tmp 2>/dev/null || true")
        #expect(seen.hasPrefix("var 711 0:0 1600000000\nvar/tmp 1777 5:6 1600000000\nother 755 0:0 0\n"))
        // The same layer on another image is another directory, for it has other metadata.
        let other = try await fixture.unpacking(TarWriter.build { $0.directory("var/") { $0.mode = 0o700 } }, second)
        #expect(other[1] != layers[1])
        #expect(try merged(other, "stat -c '%n %a' var var/tmp") == "var 700\nvar/tmp 755\n")
    }

    @Test func `a hard link to a file of a lower layer is a copy of it`() async throws {
        let fixture = try ImageFixture()
        let first = TarWriter.build { tar in
            tar.file("bin/tool", "content") { ($0.mode, $0.user) = (0o4755, 3) }
            tar.file("bin/gone", "x")
            tar.symlink("usr", to: "/bin")
        }
        let second = TarWriter.build { tar in
            tar.file("other", "2")
            tar.hardLink("alias", to: "bin/tool")
            tar.hardLink("alias2", to: "alias")
            tar.hardLink("through-link", to: "usr/tool")
        }
        let layers = try await fixture.unpacking(first, second)
        #expect(
            try merged(layers, "cat alias alias2 through-link; stat -c ' %a %u %Y' alias")
                == "contentcontentcontent 4755 3 1600000000\n")
        #expect(try shell("stat -c %h '\(layers[1])/alias'") == "2\n")
        let hidden = TarWriter.build { tar in
            tar.file("bin/.wh.gone", "")
            tar.hardLink("alias", to: "bin/gone")
        }
        let message = try await fixture.failure(layers: first, hidden)
        #expect(message?.hasSuffix("it is a hard link to \"bin/gone\", which no layer has") == true)
    }

    @Test func `names of a layer go through links the same layer brought`() async throws {
        let fixture = try ImageFixture()
        let layers = try await fixture.unpacking(
            TarWriter.build { tar in
                tar.symlink("lib", to: "usr/lib")
                tar.file("lib/a", "1")
                tar.symlink("up", to: "../../usr/./share/../lib")
                tar.file("up/b", "2")
                tar.symlink("abs", to: "/usr/lib")
                tar.directory("abs/c/")
                tar.file(".wh.lib2", "")
            })
        #expect(
            try shell("cd '\(layers[0])' && cat usr/lib/a usr/lib/b && ls usr/lib && readlink lib")
                == "12a\nb\nc\nusr/lib\n")
    }

    @Test(.enabled(if: has("umoci"), "needs umoci"))
    func `umoci unpacks the same image to the same files`() async throws {
        let fixture = try ImageFixture()
        let first = TarWriter.build { tar in
            tar.directory("./") { $0.mode = 0o755 }
            tar.directory("a/") { $0.mode = 0o750 }
            tar.file("a/x", "1")
            tar.file("a/y", "1") { ($0.mode, $0.user) = (0o4711, 9) }
            tar.directory("b/")
            tar.file("b/z", "1")
            tar.directory("c/")
            tar.file("c/w", "1")
            tar.symlink("l", to: "a/x")
            tar.symlink("esc", to: fixture.sentinel)
            tar.add("6", "p", [])
        }
        let second = TarWriter.build { tar in
            tar.directory("a/") { $0.mode = 0o705 }
            tar.file("a/.wh.x", "")
            tar.hardLink("a/hard", to: "a/new")
            tar.directory("b/")
            tar.file("b/.wh..wh..opq", "")
            tar.file("b/q", "2")
            tar.file(".wh.c", "")
            tar.file("l", "file now")
            tar.directory("esc/")
            tar.file("esc/file", "in the image")
        }
        // What the second layer links to.
        let middle = TarWriter.build { tar in
            tar.directory("a/") { $0.mode = 0o705 }
            tar.file("a/new", "2")
        }
        var layout = Archive.Layout()
        let layers = [first, middle, second]
        let manifest = layout.manifest(layers, stored: try layers.map { try packed("gzip", $0) })
        layout.index([
            layout.descriptor(
                manifest, Archive.manifestType, ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"x\"}")
        ])
        try Data(layout.tar).write(to: URL(filePath: fixture.path + "/layout.tar"))
        try shell(
            "cd '\(fixture.path)' && mkdir layout && tar xf layout.tar -C layout && umoci unpack --image layout:x bundle 2>&1"
        )
        let image = try await fixture.store.importImage(from: .directory(path: fixture.path + "/layout"), name: nil)[0]
        let list =
            "find . -mindepth 1 ! -type d -printf '%P %y %m %U:%G %s %T@ %l\\n' -o -mindepth 1 -printf '%P %y %m %U:%G\\n' | sort; find . -type f | sort | xargs sha256sum"
        let theirs = try shell("cd '\(fixture.path)/bundle/rootfs' && \(list)")
        #expect(try merged(image.layers.map(\.directory), list) == theirs)
        try fixture.expectSentinel()
    }
}
