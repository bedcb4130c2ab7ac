# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A small Debian server, with its kernel, that kernel's headers, systemd and DKMS: what the packages are
# installed on. Kept between runs; nobody writes into it. Needs tests/lib/{need,cache,archive}.sh.

# What an administrator has there before; with what the packages depend on, and what "make
# dkms-install" builds the tool with, so that no network is needed.
_server_full=systemd-sysv,dbus,kmod,iproute2,procps,man-db,bash-completion,prometheus-node-exporter
_server_full+=,linux-image-cloud-amd64,linux-headers-cloud-amd64,dkms,libsmartcols1
_server_full+=,libc6-dev,pkg-config,libsmartcols-dev,scdoc
# What DKMS needs.
_server_plain=linux-headers-cloud-amd64,dkms,libc6-dev

_server_make() {	# RELEASE PACKAGES DIR
	local release=$1 packages=$2 dir=$3 uri root=$3/root
	need debootstrap debian-archive-keyring
	uri=$(archive_uri)
	echo "Making a server of $release ..."
	chmod 755 "$dir"
	# shellcheck disable=SC2154 # archive_keyring: from archive.sh
	if ! debootstrap --variant=minbase --keyring="$archive_keyring" \
			--include="$packages" "$release" "$root" "$uri" >"$dir/log" 2>&1; then
		tail -n 30 "$dir/log" "$root/debootstrap/debootstrap.log" 2>/dev/null || true
		return 1
	fi
	rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
	echo server >"$root/etc/hostname"
	: >"$root/etc/fstab"
}

# server RELEASE [plain]: prints the root of it; plain: only what DKMS needs.
server() {
	local path packages=_server_${2:-full}
	path=$(cache_make "server/$1${2:+-$2}" _server_make "$1" "${!packages}") || return 1
	echo "$path/root"
}
