# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the checks stand on: packages, a kernel's headers (LINT_KDIR), its source (LINT_SOURCE).

# shellcheck source=tests/lib/need.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/need.sh"
# shellcheck source=tests/lib/cache.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/cache.sh"
# shellcheck source=tests/lib/source.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/source.sh"

# A make above us must not make ours silent: its output is what the checks read.
unset MAKEFLAGS MFLAGS

lint_setup() {
	local parts
	[[ -z ${LINT_KDIR:-} ]] || return 0
	need make gcc libc6-dev patch sparse perl shellcheck cppcheck pkg-config libsmartcols-dev
	parts=$("$(dirname "${BASH_SOURCE[0]}")/../vm/kernel.sh")
	LINT_KDIR=$(sed -n 's/^kdir=//p' <<<"$parts")
	LINT_SOURCE=$(kernel_source)
	export LINT_KDIR LINT_SOURCE
}
