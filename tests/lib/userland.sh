# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Another Debian release's compiler and programs, in a folder to chroot into, kept between runs.
# Needs tests/lib/need.sh, cache.sh and archive.sh, sourced before.

# What builds a module (libelf-dev, dwarves: for kbuild's own programs), and what tests/vm/boot packs.
_userland_packages=gcc,make,libc6-dev,libelf-dev,dwarves,dash,iproute2,nftables,kmod,procps

_userland_make() {	# RELEASE DIR
	local release=$1 dir=$2 uri
	need debootstrap debian-archive-keyring
	uri=$(archive_uri)
	echo "Making a userland of $release ..."
	chmod 755 "$dir"
	# shellcheck disable=SC2154 # archive_keyring: from archive.sh
	if ! debootstrap --variant=minbase --keyring="$archive_keyring" \
			--include="$_userland_packages" "$release" "$dir/root" "$uri" >"$dir/log" 2>&1; then
		tail -n 30 "$dir/log" "$dir/root/debootstrap/debootstrap.log" 2>/dev/null || true
		return 1
	fi
	rm -rf "$dir"/root/var/cache/apt/archives/*.deb "$dir"/root/var/lib/apt/lists/*
	mkdir "$dir"/root/{kernel,source}
}

# userland RELEASE: prints the root of it.
userland() {
	local path
	path=$(cache_make "userland/$1" _userland_make "$1") || return 1
	echo "$path/root"
}

# userland_run ROOT KERNEL SOURCE COMMAND...: in there, with the folder KERNEL as /kernel and SOURCE
# as /source. The mounts are seen by nobody else and end with the command. /proc is there, since
# objtool reads it from 7.x on; /dev/null, since make does.
userland_run() {
	# shellcheck disable=SC2016 # the inner shell's
	unshare --mount --propagation private bash -euc '
		root=$1
		mount -t proc proc "$root/proc"
		mount --bind "$2" "$root/kernel"
		mount --bind "$3" "$root/source"
		mount --bind /dev "$root/dev"
		shift 3
		exec chroot "$root" "$@"' userland_run "$@"
}
