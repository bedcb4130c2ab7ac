# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Tests of each verb on the real /proc/tcpfsm: machine-guest's answers from a virtual machine, where programs
# leak and ports run out. For tests/tool/run.
# shellcheck disable=SC2154 # root, here, work: the caller's

# Each answer becomes a file $work/machine/NAME.
boot_machine() {
	# shellcheck source=tests/vm/build.sh
	. "$root/tests/vm/build.sh"
	build_module && build_tool || return 1
	mkdir -p "$work/machine"
	gcc -std=gnu11 -O2 -Wall -Wextra -static -o "$work/actor" "$root/tests/demo/actor.c" &&
	"$root/tests/vm/boot" --name tool --icount --file "$ko:/tcpfsm.ko" --with "$tool" \
		--file "$work/actor:/actor" "$here/machine-guest" >"$work/answers" || return 1
	awk -v to="$work/machine/" '/^==> / { file = to $2; printf "" >file; next } { print >file }' "$work/answers"
}

# holds NAME FILTER: jq's filter is true of that answer.
holds() {
	(cd "$work/machine" && jq -e "$2" "$1-json" >/dev/null) && return
	cat "$work/machine/$1-json"
	return 1
}

# says_line NAME TEXT: a line of that answer begins so.
says_line() {
	grep -q "^$2" "$work/machine/$1" && return
	cat "$work/machine/$1"
	return 1
}

# What ss counts in the kernel's socket table, and what the tool shows.
agrees_with_ss() {	# NAMESPACE
	diff <(awk '{ sub("ESTAB", "ESTABLISHED"); sub("SYN-RECV", "SYN_RECEIVED"); gsub("-", "_", $1); print $1 }' \
			"$work/machine/$1-ss" | sort | uniq -c | awk '{ print $2, $1 }') \
		<(jq -r '.stats.states | sort_by(.state)[] | select(.local > 0) | "\(.state) \(.local)"' \
			"$work/machine/$1-stats-json")
}

# A table shows each of JSON's objects in a line of its own, below the headings and above the advice.
tables_agree() {	# NAMESPACE
	local verb
	for verb in flows leaks ports listeners transitions witness durations; do
		[[ $(sed -n '1d; /^$/q; p' "$work/machine/$1-$verb" | wc -l) == \
		   $(jq ".$verb | length" "$work/machine/$1-$verb-json") ]] || { echo "$verb"; return 1; }
	done
}

test_server() {
	check "machine: server: the states are those that ss counts" agrees_with_ss server
	check "machine: server: tables and JSON have as many rows" tables_agree server
	check "machine: a program that forgets to close" holds server-leaks '.leaks[] | select(.verdict == "fd_leak") |
		.where == "[::]:9000" and .count == 7 and .eof_read == 7 and (.processes | test("^actor\\[[0-9]+\\]$"))'
	check "machine: its control group, fit for a terminal" holds server-leaks '.leaks[] |
		select(.verdict == "fd_leak") | .cgroup_path == "/shop?[2J"'
	check "machine: a program that does not accept" holds server-leaks '.leaks[] |
		select(.verdict == "accept_starvation") | .where == "[::]:9001" and .count == 3 and .unaccepted == 3 and
		(.processes | test("^actor\\[[0-9]+\\]$")) and (.advice | test("accept"))'
	check "machine: a program that does not read" holds server-leaks '.leaks[] |
		select(.verdict == "not_reading") | .where == "[::]:9002" and .count == 2 and .unread_bytes == 12'
	check "machine: peers that keep their end open" holds server-leaks '[.leaks[] |
		select(.kind == "peer_leak" and .state == "FIN_WAIT_2" and .count == 1)] | length == 5'
	check "machine: each listener with its connections" holds server-listeners '[.listeners[] |
		select(.close_wait > 0) | .close_wait_leaked] | sort == [2, 3, 7]'
	check "machine: pairs" says_line server-pairs 'LISTENER="\[::\]:9000" CLOSE_WAIT="7"'
	check "machine: flows by state and process" test "$(grep -c ' *10.99.0.2:900[0-2] *0$' \
		"$work/machine/server-filtered") $(wc -l <"$work/machine/server-filtered")" = "9 9"
	check "machine: transitions" holds server-transitions '.transitions[] |
		select(.from == "ESTABLISHED" and .to == "CLOSE_WAIT") | .segment == 57 and .timer == 0'
	check "machine: durations" holds server-durations '.durations[] |
		select(.state == "SYN_RECEIVED") | .count == 62 and .le_1d == 62'
	check "machine: the wire was right" holds server-witness '[.witness[].corrected] | add // 0 == 0'
	check "machine: check warns" says_line server-check \
		'TCPFSM WARNING - 12 leaked in CLOSE_WAIT, oldest .*, [0-9]* anomalies with these | '
	check "machine: by its exit code, too" says_line server-check 'exit 1$'
}

test_client() {
	check "machine: client: the states are those that ss counts" agrees_with_ss client
	check "machine: client: tables and JSON have as many rows" tables_agree client
	check "machine: a pool that does not look" holds client-leaks '.leaks[] | select(.verdict == "not_reading") |
		.where == "10.99.0.2:9003" and .opened == "active" and .count == 5 and .device == 0'
	check "machine: ports run out" holds client-ports '.ports | length == 1 and (.[0] |
		.remote == "10.99.0.2:9004" and .used == 45 and .available == 50 and .used_pct == 90)'
	check "machine: check warns of ports" says_line client-check \
		'TCPFSM WARNING - 5 leaked in CLOSE_WAIT, .*1 destination under port pressure.* | .* ports=90%'
}

test_both() {
	local namespace
	for namespace in server client; do
		check "machine: $namespace: promtool is content" \
			promtool check metrics <"$work/machine/$namespace-prometheus"
		check "machine: $namespace: watch" says_line "$namespace-watch" 'CLOSE_WAIT '
		check "machine: $namespace: diagram" grep -q 'CLOSE_WAIT' "$work/machine/$namespace-diagram"
		check "machine: $namespace: as many flows as stats has" test \
			"$(jq '.flows | length' "$work/machine/$namespace-flows-json")" = \
			"$(jq '.stats.flows.current' "$work/machine/$namespace-stats-json")"
	done
	check "machine: leaks exported" says_line server-prometheus \
		'tcpfsm_leaked_endpoints{verdict="fd_leak"} 7$'
	check "machine: ports exported" says_line client-prometheus 'tcpfsm_ports_worst_used 45$'
	check "machine: namespaces have ip netns' names" holds namespaces '[.namespaces[] |
		select(.close_wait_leaked > 0) | "\(.name) \(.close_wait_leaked)"] | sort == ["client 5", "server 12"]'
	check "machine: the first namespace exports all leaks" says_line first-prometheus \
		'tcpfsm_namespaces_close_wait_leaked 17$'
	check "machine: and others do not" test -z "$(grep tcpfsm_namespaces "$work/machine/server-prometheus")"
	check "machine: check in the first tells of others" grep -q \
		'^TCPFSM WARNING - [1-9][0-9]* anomalies in other network namespaces | ' "$work/machine/first-check"
	check "machine: a record is what was there" diff "$work/machine/recorded" "$work/machine/now"
	check "machine: the record has flows" says_line recorded ' *10.99.0.2:9000 '
	check "machine: no leak after a restart" test ! -s "$work/machine/cured-leaks"
	check "machine: all is well after a restart" says_line cured-check 'TCPFSM OK - '
}

test_machine() {
	boot_machine >"$work/log" 2>&1
	ktap_result $? "machine: it boots, and each verb answers"
	[[ -e $work/machine/cured-check ]] || { sed 's/^/# /' "$work/log"; return; }
	test_server
	test_client
	test_both
}
