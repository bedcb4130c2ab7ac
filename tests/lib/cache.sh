# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The folder of things that are costly to get and are kept between runs. An entry is made
# under another name and renamed when it is whole, so what is there is always whole.

# shellcheck source=tests/lib/strictly.sh
. "$(dirname "${BASH_SOURCE[0]}")/strictly.sh"

TCPFSM_CACHE=${TCPFSM_CACHE:-/var/cache/tcpfsm}

# cache_make ENTRY COMMAND...: prints the entry's path; if it isn't there, runs
# COMMAND... DIR, which fills DIR. Two runs at once wait for each other. A command that fails, at
# whichever step, leaves nothing behind.
cache_make() {
	local entry=$1 path tmp rc=0
	shift
	path=$TCPFSM_CACHE/$entry
	if [[ ! -d $path ]]; then
		mkdir -p "$(dirname "$path")"
		tmp=$path.making
		exec {_cache_lock}>"$path.lock"
		flock "$_cache_lock"
		if [[ ! -d $path ]]; then
			rm -rf "$tmp"
			mkdir -p "$tmp"
			strictly "$@" "$tmp" >&2 || rc=$?
			if ((rc == 0)); then
				mv "$tmp" "$path"
			else
				rm -rf "$tmp"
			fi
		fi
		exec {_cache_lock}>&-
	fi
	((rc == 0)) && echo "$path"
	return "$rc"
}
