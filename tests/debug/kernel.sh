#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernel.sh [--if-kept]: builds the debug kernel, once for each configuration and source version,
# and prints where its parts are, as lines for `eval` (like tests/vm/kernel.sh):
#   release=     what uname -r says
#   image=       the bzImage
#   modules=     the folder lib/modules/<release>
#   kdir=        the folder to build modules against, KDIR
# --if-kept: false at once if it has not been built yet.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lib/need.sh
. "$here/../lib/need.sh"
# shellcheck source=tests/lib/cache.sh
. "$here/../lib/cache.sh"
# shellcheck source=tests/lib/source.sh
. "$here/../lib/source.sh"

build() {	# SOURCE DIR
	local begin=$SECONDS
	echo "Building the debug kernel (10 to 15 minutes on two CPUs, once) ..."
	"$here/configure" "$1" "$2" "$here/kernel.config"
	if ! nice -n 19 make -C "$1" O="$2" ARCH=x86_64 -j"$(nproc)" bzImage modules \
			>"$2/build.log" 2>&1; then
		tail -n 30 "$2/build.log"
		return 1
	fi
	make -s -C "$1" O="$2" ARCH=x86_64 INSTALL_MOD_PATH="$2/root" modules_install >/dev/null
	rm -f "$2"/root/lib/modules/*/{build,source}
	# Modules need headers, scripts and the list of symbols; the objects would be a gigabyte.
	find "$2" -path "$2/root" -prune -o -name scripts -prune -o -name objtool -prune -o \
		-type f \( -name '*.[oa]' -o -name '*.ko' -o -name '.*.cmd' \) -exec rm -f {} +
	echo "Built in $((SECONDS - begin)) s."
}

# The kernel's build is its own; a make above us has no say in it.
unset MAKEFLAGS MFLAGS
need make gcc libc6-dev flex bison bc kmod libelf-dev libssl-dev
version=$(kernel_source_version)
entry=debug-kernel/$version-$(sha256sum <"$here/kernel.config" | cut -c1-12)
if [[ ${1:-} == --if-kept && ! -d $TCPFSM_CACHE/$entry ]]; then
	exit 1
fi
source=$(kernel_source)
path=$(cache_make "$entry" build "$source")

release=$(<"$path/include/config/kernel.release")
echo "release=$release"
echo "image=$path/arch/x86/boot/bzImage"
echo "modules=$path/root/lib/modules/$release"
echo "kdir=$path"
