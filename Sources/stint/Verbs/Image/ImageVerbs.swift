import ArgumentParser
import Kube

/// `stint image`: the images on this host.
struct ImageVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Bring images to this host, and look at them.",
        subcommands: [ImageImport.self, ImageList.self, ImageInspect.self, ImageRemove.self])

    static let path = "/apis/stint.dev/v1/images"
}
