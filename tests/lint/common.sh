# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Shared by the checks.

# lint_files TREE GLOB...: the source files (paths from the tree's top) with such names. In a git
# checkout git knows what a build has made; elsewhere there is only source.
lint_files() {
	local tree=$1 glob file
	shift
	if [[ -e $tree/.git ]]; then
		git -C "$tree" ls-files -co --exclude-standard
	else
		(cd "$tree" && find . -path ./build -prune -o -type f -printf '%P\n')
	fi | sort | while read -r file; do
		for glob in "$@"; do
			# shellcheck disable=SC2053 # a pattern is wanted
			if [[ ${file##*/} == $glob && -f $tree/$file ]]; then
				echo "$file"
				break
			fi
		done
	done
}

# lint_scripts TREE: the shell scripts, by their first line where the name doesn't say.
lint_scripts() {
	lint_files "$1" '*.sh'
	(
		cd "$1" || exit
		lint_files . '*' | while read -r file; do
			[[ ${file##*/} != *.* ]] || continue
			if head -n 1 "$file" | grep -qaE '^#!/bin/(ba|da)?sh'; then
				echo "$file"
			fi
		done
	)
}

# lint_copy TREE DIR: what the module is built from, to be built there.
lint_copy() {
	cp "$1/Kbuild" "$2"
	(cd "$1" && lint_files . "*" | grep "^module/" | xargs cp --parents -t "$2")
}

# lint_module TREE LOG MAKE-ARGUMENTS...: builds a copy of the module; all output goes to LOG, with
# paths as from the tree's top.
lint_module() {
	local tree=$1 log=$2 dir status=0
	shift 2
	dir=$(mktemp -d)
	lint_copy "$tree" "$dir"
	make -C "$LINT_KDIR" M="$dir" "$@" modules >"$log" 2>&1 || status=$?
	sed -i "s|$dir/||g" "$log"
	rm -rf "$dir"
	return "$status"
}
