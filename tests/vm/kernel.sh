#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernel.sh [NAME]: gets one of the kernels listed in `kernels` (default: the first) into the
# cache and prints where its parts are, as lines for `eval`:
#   release=     what uname -r will say
#   image=       the bzImage
#   modules=     the folder lib/modules/<release>
#   kdir=        the folder to build modules against, KDIR
#   userland=    the root of its release's compiler and programs; empty: this machine's will do
# Nothing is installed for it on this machine except the compiler.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lib/need.sh
. "$here/../lib/need.sh"
# shellcheck source=tests/lib/cache.sh
. "$here/../lib/cache.sh"
# shellcheck source=tests/lib/archive.sh
. "$here/../lib/archive.sh"
# shellcheck source=tests/lib/userland.sh
. "$here/../lib/userland.sh"

die() { echo "kernel.sh: $*" >&2; exit 1; }

# A package's direct dependencies whose names match a pattern.
depends() {	# DIR PKG PATTERN
	archive_apt "$1" apt-cache depends "$2" 2>/dev/null |
		sed -n "s/^ *Depends: \($3\)\$/\1/p" | sort -u
}

# Packages differ in where they keep the image: /boot up to 6.12, beside the modules later.
place() {	# FROM-GLOB... TO
	local to=${*: -1} from
	for from in "${@:1:$#-1}"; do
		[[ -e $from ]] || continue
		ln -s "${from#"$(dirname "$to")/"}" "$to"
		return 0
	done
	die "the packages have no ${to##*/}"
}

fetch() {	# SUITE FLAVOUR SERIES DIR
	local suite=$1 flavour=$2 series=$3 dir=$4 image headers modules pkg packages
	archive_open "$suite" "$dir/apt"
	image=$(depends "$dir/apt" "linux-image-$flavour" 'linux-image-[0-9].*')
	[[ $image == linux-image-"$series".* ]] ||
		die "$suite's linux-image-$flavour is '${image:-not there}', not a $series kernel"
	headers=linux-headers-${image#linux-image-}
	# From 7.x on the image's package is empty; what it depends on has the parts.
	mapfile -t packages < <(
		echo "$image"; depends "$dir/apt" "$image" 'linux-\(base\|binary\|modules\)-[0-9].*'
		echo "$headers"; depends "$dir/apt" "$headers" 'linux-\(headers-.*-common.*\|kbuild-.*\)')
	((${#packages[@]} >= 4)) || die "$suite has no headers for $image"

	echo "Fetching $image and its headers ..."
	chmod 755 "$dir"
	for pkg in "${packages[@]}"; do
		(cd "$dir/apt" && archive_apt "$dir/apt" apt-get -q download "$pkg" >/dev/null) ||
			die "cannot download $pkg"
	done
	for pkg in "$dir"/apt/*.deb; do
		dpkg-deb -x "$pkg" "$dir/root"
	done
	rm -r "$dir/apt"

	place "$dir"/root/boot/vmlinuz-* "$dir"/root/usr/lib/modules/*/vmlinuz "$dir/image"
	place "$dir"/root/lib/modules/* "$dir"/root/usr/lib/modules/* "$dir/modules"
	place "$dir"/root/usr/src/"$headers" "$dir/kdir"
	# The packages point to /usr/src on a machine where they are installed.
	rm -f "$dir"/modules/build "$dir"/modules/source
	# shellcheck disable=SC2016 # make's variables, not the shell's
	sed -i 's|/usr/src/|$(patsubst %/,%,$(dir $(realpath $(lastword $(MAKEFILE_LIST)))))/../|' \
		"$dir/kdir/Makefile"
	modules=$(readlink -f "$dir/modules")
	depmod -b "${modules%/lib/modules/*}" "$(basename "$modules")"
}

main() {
	local name=${1:-} entry suite flavour series kind path compiler root=''
	entry=$(awk -v n="$name" '!/^#/ && NF && (n == "" || $1 == n) { print; exit }' "$here/kernels")
	[[ -n $entry ]] || die "no kernel '$name' in tests/vm/kernels"
	read -r name suite flavour series kind <<<"$entry"

	need ca-certificates kmod dpkg
	path=$(cache_make "kernel/$name" fetch "$suite" "$flavour" "$series")
	# Debian builds modules with the compiler that built the kernel.
	compiler=$(sed -n 's/.*CC *=.*\(gcc-[0-9]*\).*/\1/p' "$path/kdir/.kernelvariables" | head -n 1)
	if [[ $kind == chroot ]]; then
		root=$(userland "$(archive_release "$suite")")
		[[ -x $root/usr/bin/$compiler ]] || die "the userland of $suite has no $compiler"
	else
		need make gcc libc6-dev libelf1 "$compiler"
	fi

	echo "release=$(basename "$(readlink -f "$path/modules")")"
	echo "image=$(readlink -f "$path/image")"
	echo "modules=$(readlink -f "$path/modules")"
	echo "kdir=$(readlink -f "$path/kdir")"
	echo "userland=$root"
}

main "$@"
