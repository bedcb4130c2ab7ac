# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Debian's kernel source, unpacked once. Needs tests/lib/need.sh and cache.sh.

kernel_source_unpack() {	# PACKAGE DIR
	echo "Unpacking $1 ..."
	tar -xJf "/usr/src/$1.tar.xz" -C "$2" --strip-components=1
}

# kernel_source_version: the version, as Debian counts it; installs the package if need be.
kernel_source_version() {
	need linux-source xz-utils || return 1
	dpkg-query -W -f '${Version}' "$(kernel_source_package)"
}

# linux-source is only a name that points to the release's linux-source-X.Y.
kernel_source_package() {
	dpkg-query -W -f '${Depends}' linux-source | sed 's/[ ,(|].*//'
}

# kernel_source: prints the path of the unpacked tree. Nobody may write into it.
kernel_source() {
	local version
	version=$(kernel_source_version) || return 1
	cache_make "linux-source/$version" kernel_source_unpack "$(kernel_source_package)"
}
