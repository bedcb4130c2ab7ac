# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Packs the small system that a test boots into: BusyBox, a few real programs of this machine
# with their libraries, the kernel modules asked for. Sourced by `boot`.

# The root of another release's programs, to be packed instead of this machine's.
initramfs_userland=

# Runs a command where the programs come from.
_initramfs_there() {
	if [[ -n $initramfs_userland ]]; then
		chroot "$initramfs_userland" "$@"
	else
		"$@"
	fi
}

# Links in there may be absolute: they are followed there.
_initramfs_install() {	# FROM TO
	install -D -m 755 "$initramfs_userland$(_initramfs_there readlink -f "$1")" "$2"
}

# Copies a program and the shared libraries that it needs to the same paths below a root.
initramfs_program() {	# ROOT PROGRAM
	local root=$1 program path lib
	# shellcheck disable=SC2016 # the inner shell's
	program=$(_initramfs_there sh -c 'command -v "$1"' sh "$2" || echo "/usr/sbin/$2")
	[[ -x $initramfs_userland$program ]] || { echo "no program $2 here" >&2; return 1; }
	# With /usr merged, /bin/ip and /usr/bin/ip are one; inside, too. Ours go to /usr/bin.
	case $program in
	/bin/* | /sbin/* | /usr/*) path=$root/usr/${program#/usr/} ;;
	*) path=$root/usr/bin/$(basename "$program") ;;
	esac
	_initramfs_install "$program" "$path"
	# A script or a static program has no libraries; ldd says so with an error.
	while read -r lib; do
		path=$root/usr/${lib#/usr/}
		[[ -e $path ]] || _initramfs_install "$lib" "$path"
	done < <(_initramfs_there ldd "$program" 2>/dev/null | grep -o '/[^ ]*')
}

# The named modules, those that they need, and the indexes, so that modprobe and the kernel's own
# loading on demand work. One that isn't there is built in, or will be missed by its user.
initramfs_modules() {	# ROOT MODULES-DIR NAME...
	local root=$1 dir=$2 release name file
	release=$(basename "$dir")
	shift 2
	for name in "$@"; do
		for file in $(modprobe -d "${dir%/lib/modules/*}" -S "$release" --show-depends "$name" \
				2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p'); do
			install -D -m 644 "$file" "$root/usr/lib/modules/$release/${file#"$dir"/}"
		done
	done
	cp "$dir"/modules.{order,builtin,builtin.modinfo} "$root/usr/lib/modules/$release/" 2>/dev/null || true
	depmod -b "$root" "$release"
}

initramfs_skeleton() {	# ROOT
	local root=$1 dir
	for dir in bin sbin lib lib64; do
		mkdir -p "$root/usr/$dir"
		ln -s "usr/$dir" "$root/$dir"
	done
	mkdir -p "$root"/{dev,proc,sys,tmp,run/netns,var/{log,lib},etc,root,busybox}
	ln -s ../run "$root/var/run"
	install -m 755 "$(command -v busybox)" "$root/busybox/busybox"
	install -m 755 "$initramfs_here/init" "$root/init"
	cp /etc/protocols "$root/etc/" 2>/dev/null || true
	echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	echo 'www-data:x:33:33:www-data:/var/www:/bin/false' >>"$root/etc/passwd"
	echo 'nobody:x:65534:65534:nobody:/:/bin/false' >>"$root/etc/passwd"
	printf 'root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n' >"$root/etc/group"
	printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
}

# The same files give the same image: no dates, inode numbers or chance order in it. With counted time
# a run can then be repeated.
initramfs_pack() {	# ROOT FILE
	find "$1" -exec touch -h -d @0 {} +
	(cd "$1" && find . -print0 | LC_ALL=C sort -z |
		cpio --quiet --reproducible -0 -o -H newc -R 0:0) >"$2"
}

initramfs_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
