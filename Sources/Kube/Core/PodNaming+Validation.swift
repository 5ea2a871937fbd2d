extension HostAlias {
    func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if !IPAddress.isValid(ip) { errors.append(.invalid(path / "ip", .string(ip), IPAddress.problem)) }
        for (index, name) in (hostnames ?? []).enumerated() {
            errors += Names.problemsOfSubdomain(name).map {
                .invalid((path / "hostnames")[index], .string(name), $0)
            }
        }
        return errors
    }
}

extension PodSpec {
    /// Upstream's `validatePodDNSConfig`. When the pod itself must name its servers and does not, nothing else is said.
    func validateDNS(_ path: FieldPath) -> [FieldError] {
        if dnsPolicy == "None" {
            guard let dnsConfig else {
                return [.required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
            }
            if dnsConfig.nameservers?.isEmpty ?? true {
                return [
                    .required(
                        path / "nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None")
                ]
            }
        }
        return dnsConfig?.validate(path) ?? []
    }

    /// The name of the host inside, whatever `hostname` and `subdomain` say (upstream's KEP 4762).
    func validateHostnameOverride(_ path: FieldPath) -> [FieldError] {
        guard let name = hostnameOverride, !name.isEmpty else { return [] }
        let place = path / "hostnameOverride"
        var errors = Names.problemsOfSubdomain(name).map { FieldError.invalid(place, .string(name), $0) }
        if name.utf8.count > Self.longestHostname { errors.append(.tooLong(place, maximum: Self.longestHostname)) }
        if setHostnameAsFQDN == true {
            errors.append(
                .forbidden(path / "setHostnameAsFQDN", "may not be true when `hostnameOverride` is specified"))
        }
        if hostNetwork == true {
            errors.append(.forbidden(place, "may not be specified when `hostNetwork` is true"))
        }
        return errors
    }

    /// As many bytes as the kernel has for it (`__NEW_UTS_LEN`).
    public static let longestHostname = 64
}

extension PodDNSConfig {
    fileprivate func validate(_ path: FieldPath) -> [FieldError] {
        let (nameservers, searches) = (nameservers ?? [], searches ?? [])
        var errors: [FieldError] = []
        if nameservers.count > Self.mostNameservers {
            errors.append(
                .invalid(
                    path / "nameservers", Rules.tree(nameservers),
                    "must not have more than \(Self.mostNameservers) nameservers"))
        }
        for (index, address) in nameservers.enumerated() where !IPAddress.isValid(address) {
            errors.append(.invalid((path / "nameservers")[index], .string(address), IPAddress.problem))
        }
        if searches.count > Self.mostSearches {
            errors.append(
                .invalid(
                    path / "searches", Rules.tree(searches),
                    "must not have more than \(Self.mostSearches) search paths"))
        }
        if searches.joined(separator: " ").utf8.count > Self.mostSearchCharacters {
            errors.append(
                .invalid(
                    path / "searches", Rules.tree(searches),
                    "must not have more than \(Self.mostSearchCharacters) characters (including spaces) in the search list"
                ))
        }
        // A dot alone asks for no search at all, and one at the end is fine.
        for (index, search) in searches.enumerated() where search != "." {
            let domain = search.hasSuffix(".") ? String(search.dropLast()) : search
            errors += Names.problemsOfSearchDomain(domain).map {
                .invalid((path / "searches")[index], .string(domain), $0)
            }
        }
        for (index, option) in (options ?? []).enumerated() {
            errors += option.validate((path / "options")[index])
        }
        return errors
    }
}

extension PodDNSConfigOption {
    /// Upstream looks at the name alone; here what would start a line of its own in resolv.conf is refused as well.
    fileprivate func validate(_ path: FieldPath) -> [FieldError] {
        let name = name ?? ""
        if name.isEmpty { return [.required(path, "must not be empty")] }
        var errors: [FieldError] = []
        for (field, text) in [("name", name), ("value", value ?? "")] where !text.utf8.allSatisfy(isWordCharacter) {
            errors.append(
                .invalid(path / field, .string(text), "must consist of printable ASCII characters without spaces"))
        }
        return errors
    }

    private func isWordCharacter(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }
}
