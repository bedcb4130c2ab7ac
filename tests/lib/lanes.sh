# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Things that do not depend on each other, several at a time.

# lanes WIDTH COMMAND REPORT ITEM...: runs COMMAND ITEM for each, WIDTH of them at a time; in the
# items' order, as soon as all before are told, REPORT ITEM STATUS SECONDS with what it printed as its
# input. Each COMMAND is a process of its own; what it says on stderr comes at once.
lanes() {
	local width=$1 command=$2 report=$3 dir n=0 told=0 items
	shift 3
	items=("$@")
	dir=$(mktemp -d)
	for ((n = 0; n < ${#items[@]}; n++)); do
		while (($(jobs -rp | wc -l) >= width)); do
			wait -n || true
			_lanes_tell
		done
		_lane "$dir/$n" "$command" "${items[n]}" &
	done
	wait
	_lanes_tell
	# One that was killed has left no status, and those after it wait.
	while ((told < n)); do
		[[ -e $dir/$told.status ]] || echo "1 0" >"$dir/$told.status"
		_lanes_tell
	done
	rm -rf "$dir"
}

_lanes_tell() {
	while [[ -e $dir/$told.status ]]; do
		# shellcheck disable=SC2046 # two words
		"$report" "${items[told]}" $(<"$dir/$told.status") <"$dir/$told"
		told=$((told + 1))
	done
}

_lane() {	# FILE COMMAND ITEM
	local status=0 begin=$SECONDS
	"$2" "$3" >"$1" || status=$?
	echo "$status $((SECONDS - begin))" >"$1.status.new"
	mv "$1.status.new" "$1.status"
}
