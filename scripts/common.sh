# Shared by the scripts beside it: sourced, not run. Leaves the caller in the project's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else die "this needs root: $*"; fi
}

# Installs the Debian packages that are missing, and only then asks apt anything.
need_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "please install these packages: ${missing[*]}"
    say "installing: ${missing[*]}"
    as_root apt-get update -q >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >&2
}

BUILD_PACKAGES=(libcap-dev libisal-dev libseccomp-dev libsqlite3-dev libssl-dev libzstd-dev pkg-config tzdata)

need_swift() {
    command -v swift >/dev/null || die "swift is not on PATH: install Swift 6.3 or newer first (https://www.swift.org/install/linux/)"
}
