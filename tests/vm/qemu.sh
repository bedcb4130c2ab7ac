# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The QEMU that tests run in, with all its libraries, in a folder kept between runs. Sourced.
# Needs tests/lib/need.sh, cache.sh and archive.sh, sourced before.
#
# Debian 12's own (7.2) is no use with two CPUs: a CPU may translate code while another one patches
# it, and run the old code for ever. From 8.1 on, translation locks the page.

_qemu_suite=bookworm-backports
_qemu_least=8.1

_qemu_command() {	# ROOT: sets qemu
	local lib=$1/lib/x86_64-linux-gnu
	# Its own loader: the libraries, libc too, must be of one release, whatever this machine has.
	qemu=("$lib/ld-linux-x86-64.so.2" --library-path "$lib:$1/usr/lib/x86_64-linux-gnu"
	      "$1/usr/bin/qemu-system-x86_64" -L "$1/usr/share/qemu" -L "$1/usr/share/seabios")
}

_qemu_make() {	# DIR
	local dir=$1 deb version qemu
	echo "Fetching QEMU of $_qemu_suite and its libraries (35 MB) ..."
	archive_open "$_qemu_suite" "$dir/apt"
	# As if nothing were installed: with all that it depends on. Nothing is installed by that.
	archive_apt "$dir/apt" apt-get -qq -y -o Debug::NoLocking=1 --no-install-recommends \
		--download-only install qemu-system-x86 >/dev/null
	for deb in "$dir"/apt/cache/archives/*.deb; do
		dpkg-deb -x "$deb" "$dir/root"
	done
	rm -r "$dir"/apt "$dir"/root/usr/share/{doc,man,locale}
	_qemu_command "$dir/root"
	version=$("${qemu[@]}" --version | sed -n 's/.* version \([0-9.]*\).*/\1/p')
	dpkg --compare-versions "${version:-0}" ge "$_qemu_least" || {
		echo "$_qemu_suite has QEMU '$version', older than $_qemu_least" >&2
		return 1
	}
}

# qemu_get: sets the array qemu, a command to which a machine's options are added.
qemu_get() {
	local path
	need ca-certificates dpkg
	path=$(cache_make "qemu/$_qemu_suite" _qemu_make) || return 1
	_qemu_command "$path/root"
}
