# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Builds the modules of fault/ against the debug kernel. Sourced.
# Sets: fault_dir, the folder with fault.ko and early.ko.

faults_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
fault_dir=$faults_top/build/debug/fault

faults_build() {	# KDIR
	mkdir -p "$fault_dir"
	(
		flock 8
		cp -u "$faults_top"/tests/debug/fault/* "$fault_dir/"
		make -s -C "$1" M="$fault_dir" modules >"$fault_dir.log" 2>&1 ||
			{ cat "$fault_dir.log" >&2; exit 1; }
	) 8>"$fault_dir.lock"
}
