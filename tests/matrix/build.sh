# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Builds the module for one kernel, with the compiler of its own release. Sourced; cache.sh,
# userland.sh and the variables that tests/vm/kernel.sh prints must be there.

matrix_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# A fresh copy: nothing may be left of an earlier build, which would hide its warnings.
matrix_copy() {	# DIR
	rm -rf "$1"
	mkdir -p "$1/module"
	cp "$matrix_top"/{Makefile,Kbuild} "$1/"
	(cd "$matrix_top/module" &&
		find . -type f \( -name '*.[ch]' -o -name 'K*' \) ! -name '*.mod.c' -print0 |
			xargs -0 cp --parents -t "$1/module")
}

# What the compiler, modpost and objtool complain of.
_matrix_warnings='warning:|WARNING:|error:'

# matrix_build KDIR DIR: builds the sources in DIR, with the log in DIR/log.
matrix_build() {
	local kernel_dir=$1 dir=$2 kernel make
	make=(env -u MAKEFLAGS -u MFLAGS make "-j$(nproc)" module)
	# shellcheck disable=SC2154 # userland: from kernel.sh
	if [[ -n $userland ]]; then
		kernel=${kernel_dir%/root/usr/src/*}
		make=(userland_run "$userland" "$kernel" "$dir"
			"${make[@]}" -C /source "KDIR=/kernel${kernel_dir#"$kernel"}")
	else
		make+=(-C "$dir" "KDIR=$kernel_dir")
	fi
	"${make[@]}" >"$dir/log" 2>&1
}

# matrix_clean DIR: was nothing complained of?
matrix_clean() {
	! grep -E "$_matrix_warnings" "$1/log"
}
