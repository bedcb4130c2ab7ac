# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Builds what goes into the machine under test. Sourced; `need` must be there.
# Sets: ko (the module), vmtest (the scenarios' program), tool.

build_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # used by those that source this
vmtest=$build_top/build/vm/progs/vmtest ko='' tool=$build_top/tools/tcpfsm

# Quiet unless it fails.
_build_make() {
	local log rc=0
	log=$(mktemp)
	make "$@" >"$log" 2>&1 || rc=1
	if ((rc)); then
		cat "$log" >&2
		echo "make $* failed" >&2
	fi
	rm -f "$log"
	return "$rc"
}

build_vmtest() {
	need gcc make libc6-dev
	_build_make -s -C "$build_top/tests/vm/progs" "BUILD=$(dirname "$vmtest")"
}

# Built in a copy of the sources: at the same time somebody may build the tree for another kernel.
_build_copy() {	# DIR
	local dir=$1 file
	mkdir -p "$dir"
	for file in "$dir"/module/*.[ch] "$dir"/module/compat/*; do
		[[ ! -e $file || -e $build_top/${file#"$dir"/} || $file == *.mod.c ]] || rm -rf "$file"
	done
	cp -a -u "$build_top"/{Makefile,Kbuild} "$dir/"
	mkdir -p "$dir/module"
	(cd "$build_top/module" && find . -type f \( -name '*.[ch]' -o -name 'K*' \) -print0 |
		xargs -0 cp -a -u --parents -t "$dir/module")
}

build_module() {
	local kernel_dir=${KDIR:-} dir
	if [[ -n ${TCPFSM_KO:-} ]]; then
		# shellcheck disable=SC2034 # used by those that source this
		ko=$TCPFSM_KO
		return
	fi
	if [[ -z $kernel_dir ]]; then
		[[ -z ${KERNEL:-} ]] || { echo "KERNEL= needs KDIR=, to build the module" >&2; return 1; }
		kernel_dir=$("$build_top/tests/vm/kernel.sh" | sed -n 's/^kdir=//p')
	fi
	dir=$build_top/build/vm/module-$(basename "$kernel_dir")
	mkdir -p "$build_top/build/vm"
	(
		flock 8
		_build_copy "$dir"
		_build_make -C "$dir" module "KDIR=$kernel_dir"
	) 8>"$dir.lock"
	# shellcheck disable=SC2034 # used by those that source this
	ko=$dir/loaded.ko
	strip -g -o "$ko" "$dir/tcpfsm.ko"
}

build_tool() {
	need gcc make libc6-dev libsmartcols-dev
	_build_make -C "$build_top" tools
}
