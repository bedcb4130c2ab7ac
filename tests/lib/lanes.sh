# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Things that do not depend on each other, several at a time.

# lanes WIDTH COMMAND REPORT ITEM...: runs COMMAND ITEM for each, WIDTH of them at a time; then, in
# the items' order, REPORT ITEM STATUS SECONDS with what it printed as its input. Each COMMAND is a
# process of its own; what it says on stderr comes at once.
lanes() {
	local width=$1 command=$2 report=$3 dir item n=0
	shift 3
	dir=$(mktemp -d)
	for item in "$@"; do
		while (($(jobs -rp | wc -l) >= width)); do
			wait -n || true
		done
		_lane "$dir/$n" "$command" "$item" &
		n=$((n + 1))
	done
	wait
	n=0
	for item in "$@"; do
		# One that was killed has left no status.
		[[ -e $dir/$n.status ]] || echo "1 0" >"$dir/$n.status"
		# shellcheck disable=SC2046 # two words
		"$report" "$item" $(<"$dir/$n.status") <"$dir/$n"
		n=$((n + 1))
	done
	rm -rf "$dir"
}

_lane() {	# FILE COMMAND ITEM
	local status=0 begin=$SECONDS
	"$2" "$3" >"$1" || status=$?
	echo "$status $((SECONDS - begin))" >"$1.status"
}
