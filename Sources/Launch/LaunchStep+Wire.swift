extension LaunchStep {
    /// The first byte of a coded step. Numbers are forever only as long as a supervisor lives; a daemon of another
    /// version reads reports, in which steps occur when they failed, so do not renumber.
    private enum Kind: UInt8 {
        case joinControlGroups = 1
        case setOOMScoreAdjust, newKeyring, newControlGroupNamespace, isolateMounts, mountRoot, mount, bind, device
        case link, makeDirectory, mask, makeReadOnly, makeRootReadOnly, enterRoot, setResourceLimit, changeDirectory
        case limitBoundingCapabilities, becomeUser, setCapabilities, setNoNewPrivileges, loadFilter, execute
        case joinContainer, openTerminal
        case setKernelParameter
        /// `becomeUser` of a request that takes no groups from the image.
        case becomeUserStrictly
        case holdVolume = 40
        case showVolume, showImage
        case showConsole = 60
        case mapLayers = 80
        case ownFiles, joinUserNamespace
        /// `holdVolume` and `showVolume` of one that is to have the ids of the pod's user namespace.
        case holdMappedVolume, showMappedVolume
    }

    func write(to writer: inout WireWriter) {
        func kind(_ kind: Kind) { writer.put(kind.rawValue) }
        switch self {
        case .joinControlGroups(let files):
            kind(.joinControlGroups)
            writer.put(list: files)
        case .setOOMScoreAdjust(let value):
            kind(.setOOMScoreAdjust)
            writer.put(value)
        case .newKeyring: kind(.newKeyring)
        case .newControlGroupNamespace: kind(.newControlGroupNamespace)
        case .isolateMounts: kind(.isolateMounts)
        case .mountRoot(let layers, let upper, let work, let place, let allowDevices):
            kind(.mountRoot)
            writer.put(list: layers)
            writer.put(upper)
            writer.put(work)
            writer.put(place)
            writer.put(allowDevices)
        case .mount(let type, let target, let attributes, let data):
            kind(.mount)
            writer.put(type)
            writer.put(target)
            writer.put(attributes.rawValue)
            writer.put(data)
        case .bind(let source, let target, let attributes, let recursive):
            kind(.bind)
            writer.put(source)
            writer.put(target)
            writer.put(attributes.rawValue)
            writer.put(recursive)
        case .device(let path):
            kind(.device)
            writer.put(path)
        case .link(let to, let target):
            kind(.link)
            writer.put(to)
            writer.put(target)
        case .makeDirectory(let target, let mode):
            kind(.makeDirectory)
            writer.put(target)
            writer.put(mode)
        case .mask(let target):
            kind(.mask)
            writer.put(target)
        case .makeReadOnly(let target):
            kind(.makeReadOnly)
            writer.put(target)
        case .makeRootReadOnly: kind(.makeRootReadOnly)
        case .enterRoot: kind(.enterRoot)
        case .setResourceLimit(let resource, let soft, let hard):
            kind(.setResourceLimit)
            writer.put(resource)
            writer.put(soft)
            writer.put(hard)
        case .changeDirectory(let path):
            kind(.changeDirectory)
            writer.put(path)
        case .limitBoundingCapabilities(let mask):
            kind(.limitBoundingCapabilities)
            writer.put(mask)
        case .becomeUser(let request):
            kind(request.takesImageGroups ? .becomeUser : .becomeUserStrictly)
            request.write(to: &writer)
        case .setCapabilities(let mask):
            kind(.setCapabilities)
            writer.put(mask)
        case .setNoNewPrivileges: kind(.setNoNewPrivileges)
        case .loadFilter(let bytes):
            kind(.loadFilter)
            writer.put(bytes)
        case .setKernelParameter(let path, let value):
            kind(.setKernelParameter)
            writer.put(path)
            writer.put(value)
        case .execute(let arguments, let environment):
            kind(.execute)
            writer.put(list: arguments)
            writer.put(list: environment)
        case .joinContainer(let user):
            kind(.joinContainer)
            writer.put(user)
        case .openTerminal: kind(.openTerminal)
        case .showConsole: kind(.showConsole)
        case .holdVolume(let bind):
            kind(bind.isMapped ? .holdMappedVolume : .holdVolume)
            bind.write(to: &writer)
        case .showVolume(let bind):
            kind(bind.isMapped ? .showMappedVolume : .showVolume)
            bind.write(to: &writer)
        case .mapLayers(let layers):
            kind(.mapLayers)
            writer.put(list: layers)
        case .ownFiles(let id):
            kind(.ownFiles)
            writer.put(id)
        case .joinUserNamespace(let first):
            kind(.joinUserNamespace)
            writer.put(first)
        case .showImage(let layers, let bind, let place):
            kind(.showImage)
            writer.put(list: layers)
            bind.write(to: &writer)
            writer.put(place)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        let byte: UInt8 = try reader.take()
        guard let kind = Kind(rawValue: byte) else { throw .unknownKind(byte) }
        switch kind {
        case .joinControlGroups: self = .joinControlGroups(try reader.takeTexts())
        case .setOOMScoreAdjust: self = .setOOMScoreAdjust(try reader.take())
        case .newKeyring: self = .newKeyring
        case .newControlGroupNamespace: self = .newControlGroupNamespace
        case .isolateMounts: self = .isolateMounts
        case .mountRoot:
            self = .mountRoot(
                layers: try reader.takeTexts(), upper: try reader.take(), work: try reader.take(),
                place: try reader.take(), allowDevices: try reader.take())
        case .mount:
            self = .mount(
                type: try reader.take(), target: try reader.take(),
                attributes: MountAttributes(rawValue: try reader.take()), data: try reader.take())
        case .bind:
            self = .bind(
                source: try reader.take(), target: try reader.take(),
                attributes: MountAttributes(rawValue: try reader.take()), recursive: try reader.take())
        case .device: self = .device(try reader.take())
        case .link: self = .link(to: try reader.take(), target: try reader.take())
        case .makeDirectory: self = .makeDirectory(target: try reader.take(), mode: try reader.take())
        case .mask: self = .mask(target: try reader.take())
        case .makeReadOnly: self = .makeReadOnly(target: try reader.take())
        case .makeRootReadOnly: self = .makeRootReadOnly
        case .enterRoot: self = .enterRoot
        case .setResourceLimit:
            self = .setResourceLimit(resource: try reader.take(), soft: try reader.take(), hard: try reader.take())
        case .changeDirectory: self = .changeDirectory(try reader.take())
        case .limitBoundingCapabilities: self = .limitBoundingCapabilities(try reader.take())
        case .becomeUser: self = .becomeUser(try UserRequest(from: &reader))
        case .becomeUserStrictly:
            var request = try UserRequest(from: &reader)
            request.takesImageGroups = false
            self = .becomeUser(request)
        case .setKernelParameter: self = .setKernelParameter(path: try reader.take(), value: try reader.take())
        case .setCapabilities: self = .setCapabilities(try reader.take())
        case .setNoNewPrivileges: self = .setNoNewPrivileges
        case .loadFilter: self = .loadFilter(try reader.take(limit: WireLimit.bytes))
        case .execute: self = .execute(arguments: try reader.takeTexts(), environment: try reader.takeTexts())
        case .joinContainer: self = .joinContainer(user: try reader.take())
        case .openTerminal: self = .openTerminal
        case .showConsole: self = .showConsole
        case .holdVolume: self = .holdVolume(try VolumeBind(from: &reader))
        case .showVolume: self = .showVolume(try VolumeBind(from: &reader))
        case .holdMappedVolume: self = .holdVolume(try VolumeBind(from: &reader, isMapped: true))
        case .showMappedVolume: self = .showVolume(try VolumeBind(from: &reader, isMapped: true))
        case .mapLayers: self = .mapLayers(try reader.takeTexts())
        case .ownFiles: self = .ownFiles(try reader.take())
        case .joinUserNamespace: self = .joinUserNamespace(first: try reader.take())
        case .showImage:
            self = .showImage(
                layers: try reader.takeTexts(), bind: try VolumeBind(from: &reader), place: try reader.take())
        }
    }
}

extension UserRequest {
    func write(to writer: inout WireWriter) {
        user.write(to: &writer)
        writer.put(group) { $1.write(to: &$0) }
        writer.put(list: additionalGroups) { $0.put($1) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        user = try Name(from: &reader)
        group = try reader.takeOptional { (reader) throws(WireError) -> Name in try Name(from: &reader) }
        additionalGroups = try reader.takeList { (reader) throws(WireError) -> UInt32 in try reader.take() }
        takesImageGroups = true  // the kind of the step says
    }
}

extension UserRequest.Name {
    func write(to writer: inout WireWriter) {
        switch self {
        case .id(let id):
            writer.put(true)
            writer.put(id)
        case .text(let text):
            writer.put(false)
            writer.put(text)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        let isNumber: Bool = try reader.take()
        self = isNumber ? .id(try reader.take()) : .text(try reader.take())
    }
}
