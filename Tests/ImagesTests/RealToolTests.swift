import Foundation
import Testing

@testable import Images

/// Archives that other programs wrote, of an image that has a bit of everything.
struct RealToolTests {
    /// An OCI layout `layout:app` made by umoci and GNU tar, two layers, gzip.
    private func makeLayout(_ fixture: ImageFixture) throws {
        try shell(
            """
            cd '\(fixture.path)' && exec 2>&1
            mkdir -p root/bin root/etc root/tmp && cp "$(command -v busybox)" root/bin/busybox && ln -s busybox root/bin/sh
            ln root/bin/busybox root/bin/ls && chmod 1777 root/tmp && echo one > root/etc/one && chown 5:6 root/etc/one
            umoci init --layout layout && umoci new --image layout:app && umoci unpack --image layout:app bundle
            cp -a root/. bundle/rootfs/ && umoci repack --refresh-bundle --image layout:app bundle
            rm bundle/rootfs/etc/one && echo two > bundle/rootfs/etc/two && umoci repack --image layout:app bundle
            umoci config --image layout:app --config.entrypoint /bin/sh --config.env A=B --config.user 1000:1000
            """)
    }

    private func check(_ image: Image, _ fixture: ImageFixture) throws {
        #expect(image.layers.count == 2)
        #expect(image.config.entrypoint == ["/bin/sh"])
        #expect(image.config.env.contains("A=B"))
        #expect(image.config.user == "1000:1000")
        let lower = image.layers.reversed().map(\.directory).joined(separator: ":")
        let list =
            "find . -mindepth 1 ! -type d -printf '%P %y %m %U:%G %n %s %l\\n' -o -mindepth 1 -printf '%P %y %m %U:%G\\n' | sort; find . -type f | sort | xargs sha256sum"
        let seen = try shell(
            """
            d='\(fixture.path)/merged' && mkdir -p $d && mount -t overlay overlay -o 'lowerdir=\(lower)' $d || exit 1
            (cd $d && \(list)); umount $d
            """)
        #expect(try shell("cd '\(fixture.path)/bundle/rootfs' && \(list)") == seen)
    }

    @Test(.enabled(if: has("umoci", "busybox"), "needs umoci and busybox"))
    func `a layout by umoci, as a directory and as a tar`() async throws {
        let fixture = try ImageFixture()
        try makeLayout(fixture)
        try check(
            try await fixture.store.importImage(from: .directory(path: fixture.path + "/layout"), name: "a")[0], fixture
        )
        try shell("cd '\(fixture.path)/layout' && tar cf ../layout.tar . && tar czf ../layout.tar.gz *")
        for file in ["layout.tar", "layout.tar.gz"] {
            try check(
                try await fixture.store.importImage(from: .file(path: "\(fixture.path)/\(file)"), name: "a")[0], fixture
            )
        }
    }

    @Test(.enabled(if: has("umoci", "busybox", "skopeo"), "needs umoci, busybox and skopeo"))
    func `archives by skopeo: docker and OCI, gzip and zstd`() async throws {
        let fixture = try ImageFixture()
        try makeLayout(fixture)
        for (target, name) in [
            ("docker-archive:d.tar:quay.io/x/app:7", "quay.io/x/app:7"),
            ("oci-archive:o.tar:quay.io/x/app:8", "quay.io/x/app:8"),
            ("oci-archive:z.tar:quay.io/x/app:9", "quay.io/x/app:9"),
        ] {
            let format = target.contains(":z.tar") ? "--dest-compress-format zstd --dest-compress" : ""
            try shell("cd '\(fixture.path)' && skopeo --insecure-policy copy \(format) oci:layout:app '\(target)' 2>&1")
            let file = fixture.path + "/" + target.split(separator: ":")[1]
            let image = try await fixture.store.importImage(from: .file(path: file), name: nil)[0]
            #expect(image.names.contains(name), "\(target)")
            try check(image, fixture)
            try fixture.store.remove(image.id, force: true) { _ in false }
        }
    }

    @Test(.enabled(if: has("umoci", "busybox", "skopeo", "podman"), "needs umoci, busybox, skopeo and podman"))
    func `podman save, one image with two names, both formats`() async throws {
        let fixture = try ImageFixture()
        try makeLayout(fixture)
        // podman wants a run root of at most 50 characters.
        let runRoot = try shell("mktemp -d /tmp/stint-XXXXXX").trimmingCharacters(in: .whitespacesAndNewlines)
        defer { _ = try? shell("rm -rf '\(runRoot)'") }
        let podman = "podman --root '\(fixture.path)/p' --runroot '\(runRoot)' --storage-driver vfs"
        try shell("cd '\(fixture.path)' && \(podman) pull -q oci:layout:app 2>&1")
        let id = try shell("\(podman) images -q | head -1").trimmingCharacters(in: .whitespacesAndNewlines)
        try shell("\(podman) tag \(id) quay.io/x/one:1 quay.io/x/two:2 2>&1")
        for format in ["docker-archive", "oci-archive"] {
            let file = "\(fixture.path)/\(format).tar"
            try shell(
                "\(podman) save -q --format \(format) -o '\(file)' quay.io/x/one:1 \(format == "docker-archive" ? "quay.io/x/two:2" : "") 2>&1"
            )
            let image = try await fixture.store.importImage(from: .file(path: file), name: nil)[0]
            #expect(image.names.contains("quay.io/x/one:1"))
            if format == "docker-archive" { #expect(image.names.contains("quay.io/x/two:2")) }
            try check(image, fixture)
            try fixture.store.remove(image.id, force: true) { _ in false }
        }
    }
}
