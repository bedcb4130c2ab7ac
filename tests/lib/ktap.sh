# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Reading and writing KTAP, the kernel's test report format (Documentation/dev-tools/ktap.rst).

_ktap_number=0

ktap_begin() {	# [PLAN]
	echo "KTAP version 1"
	[[ -z ${1:-} ]] || echo "1..$1"
	_ktap_number=0
}

ktap_result() {	# STATUS NAME: STATUS is 0 for passed
	_ktap_number=$((_ktap_number + 1))
	if (($1 == 0)); then
		echo "ok $_ktap_number $2"
	else
		echo "not ok $_ktap_number $2"
	fi
}

# Indents a subtest's lines by two blanks, as KTAP has it.
ktap_nest() {
	sed -u 's/^/  /'
}

# ktap_count [FILE]: prints "PASSED FAILED" of the leaves: a result line that closes a subtest
# repeats what is inside, unless it has failed for a reason of its own. A plan that was not
# fulfilled counts as a failure; so does a skip, since nobody was told anything by it.
ktap_count() {
	awk '
	function leaf(ok) { if (ok) passed++; else failed++ }
	# Ends the subtests that are deeper than this; is there one, and has it failed?
	function close_deeper(depth,	d, any) {
		any = 0
		for (d in seen) {
			if (d <= depth)
				continue
			if (open[d]) {
				if (seen[d] != plan[d]) { failed++; bad[d] = 1 }
				if (bad[d]) inner_failed = 1
				any = 1
			}
			seen[d] = open[d] = bad[d] = 0
		}
		return any
	}
	{ match($0, /^ */); depth = int(RLENGTH / 2) }
	$1 ~ /^1\.\.[0-9]+$/ && NF == 1 {
		# It stands before the results, or, where nobody knew, after them.
		if (open[depth]) close_deeper(depth - 1)
		plan[depth] = substr($1, 4); seen[depth] += 0; open[depth] = 1
	}
	$1 == "ok" || ($1 == "not" && $2 == "ok") {
		ok = $1 == "ok" && $0 !~ /# SKIP/
		inner_failed = 0
		closes = close_deeper(depth)
		seen[depth]++
		if (!ok) bad[depth] = 1
		if (!closes || (!ok && !inner_failed)) leaf(ok)
	}
	END { close_deeper(-1); print passed + 0, failed + 0 }' "$@"
}

# ktap_total [FILE]: the closing line; false if anything failed or nothing passed.
ktap_total() {
	local passed failed
	read -r passed failed < <(ktap_count "$@")
	echo "$passed passed, $failed failed"
	((failed == 0 && passed > 0))
}
