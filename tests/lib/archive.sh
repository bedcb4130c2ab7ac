# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Packages of any Debian release, from the mirror that this machine's apt uses, without touching
# what this machine's apt knows. Needs tests/lib/need.sh.

archive_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# archive_uri [security]: where apt gets this machine's own release, or its security updates.
archive_uri() {
	local suite uri
	suite=$(. /etc/os-release && echo "$VERSION_CODENAME")${1:+-$1}
	# shellcheck disable=SC2016 # apt's variables, not the shell's
	uri=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' |
		awk -v suite="$suite" '$2 == suite && $3 == "main" { print $1; exit }')
	[[ -n $uri ]] || { echo "apt knows no mirror of $suite main here" >&2; return 1; }
	echo "${uri%/}"
}

# A backports suite completes a release: bullseye, bookworm-backports.
archive_release() {	# SUITE
	echo "${1%-backports}"
}

# archive_open SUITE DIR: an apt of its own in DIR, for archive_apt.
archive_open() {
	local suite=$1 dir=$2 release main security
	release=$(archive_release "$suite")
	need debian-archive-keyring
	main=$(archive_uri)
	mkdir -p "$dir"/{lists/partial,cache/archives/partial}
	{
		echo "deb [signed-by=$archive_keyring] $main $release main"
		[[ $suite == "$release" ]] || echo "deb [signed-by=$archive_keyring] $main $suite main"
		if [[ $release != sid ]]; then
			security=$(archive_uri security)
			echo "deb [signed-by=$archive_keyring] $security $release-security main"
		fi
	} >"$dir/sources.list"
	{
		echo "Dir::Etc::SourceList \"$dir/sources.list\";"
		echo 'Dir::Etc::SourceParts "/dev/null";'
		echo 'Dir::Etc::Preferences "/dev/null";'
		echo 'Dir::Etc::PreferencesParts "/dev/null";'
		echo "Dir::State::Lists \"$dir/lists\";"
		echo 'Dir::State::Status "/dev/null";'
		echo "Dir::Cache \"$dir/cache\";"
		echo 'APT::Sandbox::User "root";'
		# Backports are chosen only where they are asked for.
		[[ $suite == "$release" ]] || echo "APT::Default-Release \"$suite\";"
	} >"$dir/apt.conf"
	archive_apt "$dir" apt-get -qq update
}

archive_apt() {	# DIR COMMAND...
	APT_CONFIG=$1/apt.conf "${@:2}"
}
