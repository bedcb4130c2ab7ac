# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# need PKG...: installs those Debian packages that are missing, and no others.

_need_missing() {
	local pkg
	for pkg in "$@"; do
		dpkg-query -W -f '${db:Status-Status}\n' "$pkg" 2>/dev/null |
			grep -qx installed || echo "$pkg"
	done
}

# True if apt knows a version of every package that it could install.
_need_known() {
	local pkg
	for pkg in "$@"; do
		apt-cache policy "$pkg" 2>/dev/null | grep -q 'Candidate: [0-9]' || return 1
	done
}

need() {
	local missing
	mapfile -t missing < <(_need_missing "$@")
	((${#missing[@]})) || return 0

	if ((EUID != 0)); then
		echo "Missing packages: ${missing[*]}. Run as root, or: sudo apt-get install ${missing[*]}" >&2
		return 1
	fi
	# One at a time: of two, the first to end would take away the other's policy-rc.d.
	(
		flock 9
		_need_get "$@" 9>&-
	) 9>/run/lock/tcpfsm-need
}

_need_get() {
	local missing log
	mapfile -t missing < <(_need_missing "$@")
	((${#missing[@]})) || return 0
	echo "Installing ${missing[*]} ..." >&2
	log=$(mktemp)
	_need_known "${missing[@]}" || apt-get -q update >"$log" 2>&1 || true
	# A candidate that the mirror has since replaced needs one update and a second try.
	if _need_install "${missing[@]}" >>"$log" 2>&1 ||
	   { apt-get -q update && _need_install "${missing[@]}"; } >>"$log" 2>&1; then
		rm -f "$log"
		return 0
	fi
	cat "$log" >&2
	rm -f "$log"
	echo "Could not install: ${missing[*]}" >&2
	return 1
}

# Daemons that come with packages (nginx) must not start on the machine that only
# packs them for a virtual one: policy-rc.d's 101 says no, for this one run.
_need_install() {
	local policy=/usr/sbin/policy-rc.d made=0 rc=0
	if [[ ! -e $policy ]]; then
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
		made=1
	fi
	DEBIAN_FRONTEND=noninteractive apt-get -qy -o Dpkg::Use-Pty=0 \
		-o DPkg::Lock::Timeout=300 --no-install-recommends install "$@" || rc=$?
	((made)) && rm -f "$policy"
	return "$rc"
}
