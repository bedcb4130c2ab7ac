# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Tests of what the tool asks the machine itself: whose sockets leak, which names namespaces and
# control groups have. The module's files are made up around real sockets. For tests/tool/run.
# shellcheck disable=SC2154 # here, work: the caller's

hold() {	# FILE [any]: starts a holder; what it says is in FILE. HOLDER=PROGRAM: it, by another name
	"${HOLDER:-$here/holder}" "${@:2}" >"$1" &
	held_pid=$!
	for _ in {1..100}; do
		[[ -s $1 ]] && return
		sleep 0.1
	done
	return 1
}

live_files() {	# PORT INODE YOUNGER_INODE CGROUP PORT_OF_ANY INODE_OF_LONG_NAME INODE_OF_ODD_NAME PORT_OF_MAPPED
	local here="127.0.0.1:$1"
	mkdir link
	cat >link/flows <<-FLOWS
	local ipv4 $here 127.0.0.1:40001 state=CLOSE_WAIT in_state_ms=7 opened=passive uid=33 inode=$3 cgroup=$4
	local ipv4 $here 127.0.0.1:40002 state=CLOSE_WAIT in_state_ms=99 opened=passive uid=33 inode=$2 cgroup=$4 device=7
	local ipv4 $here 127.0.0.1:40003 state=ESTABLISHED in_state_ms=999 opened=passive uid=33 inode=$3 cgroup=$4
	local ipv4 127.0.0.1:40002 $here state=FIN_WAIT_2 in_state_ms=99 opened=active uid=34 inode=$3 cgroup=$4 device=0
	local ipv4 127.0.0.1:40002 $here state=FIN_WAIT_2 in_state_ms=999 opened=active uid=34 inode=$2 cgroup=$4 device=7
	local ipv4 127.0.0.1:2 127.0.0.1:40005 state=ESTABLISHED in_state_ms=9 opened=passive uid=37 inode=$6 cgroup=$4
	local ipv6 [::1]:$1 [::1]:40004 state=CLOSE_WAIT in_state_ms=9 opened=passive uid=33 inode=$3 cgroup=$4
	local ipv4 127.0.0.2:$1 127.0.0.1:40006 state=CLOSE_WAIT in_state_ms=8 opened=passive uid=33 inode=$2 cgroup=$4
	local ipv4 127.0.0.2:$1 127.0.0.1:40007 state=CLOSE_WAIT in_state_ms=99 opened=passive uid=33 inode=$3 cgroup=$4
	local ipv4 127.0.0.3:$1 127.0.0.1:40008 state=CLOSE_WAIT in_state_ms=99 opened=passive uid=33 inode=$2 cgroup=$4 device=7
	local ipv4 127.0.0.3:$1 127.0.0.1:40009 state=CLOSE_WAIT in_state_ms=9 opened=passive uid=33 inode=$3 cgroup=$4 device=0
	local ipv4 127.0.0.1:2 127.0.0.1:40010 state=ESTABLISHED in_state_ms=9 opened=passive uid=37 inode=$7 cgroup=$4
	FLOWS
	cat >link/anomalies <<-ANOMALIES
	close_wait_leak listener=$here opened=passive uid=33 cgroup=$4 verdict=fd_leak count=1 oldest_ms=99 device=0
	close_wait_leak listener=0.0.0.0:$1 opened=passive uid=33 cgroup=$4 verdict=fd_leak count=2 oldest_ms=99
	close_wait_leak listener=$here opened=passive uid=35 cgroup=9999999 verdict=accept_starvation count=3 unaccepted=3 oldest_ms=99
	peer_leak remote=$here state=FIN_WAIT_2 count=1 oldest_ms=99 device=0
	close_wait_leak listener=[::]:$1 opened=passive uid=36 cgroup=$4 verdict=fd_leak count=2 oldest_ms=99
	close_wait_leak listener=127.0.0.1:$5 opened=passive uid=35 cgroup=9999999 verdict=accept_starvation count=3 unaccepted=3 oldest_ms=99
	peer_leak remote=$here state=FIN_WAIT_2 count=1 oldest_ms=99 device=7
	close_wait_leak listener=[::]:$1 opened=passive uid=33 cgroup=$4 verdict=fd_leak count=2 oldest_ms=99
	close_wait_leak listener=127.0.0.3:$1 opened=passive uid=33 cgroup=$4 verdict=fd_leak count=2 oldest_ms=99 device=0
	close_wait_leak listener=127.0.0.3:$1 opened=passive uid=33 cgroup=$4 verdict=fd_leak count=2 oldest_ms=99 device=7
	close_wait_leak listener=127.0.0.1:$8 opened=passive uid=35 cgroup=9999999 verdict=accept_starvation count=3 unaccepted=3 oldest_ms=99
	ANOMALIES
	echo "$(stat -L -c %i /proc/self/ns/net) CLOSED=0" >link/namespaces
}

# What the tool has in a column of a row, without blanks behind it.
cell() {	# ROW COLUMN VERB...
	./tcpfsm "${@:3}" -n -o "$2" | sed -n "$1s/ *\$//p"
}

cell_is() {	# EXPECTED ROW COLUMN VERB...
	local found
	found=$(cell "${@:2}")
	echo "expected '$1', found '$found'"
	[[ $found == "$1" ]]
}

cell_is_either() {	# EXPECTED EXPECTED ROW COLUMN VERB...
	cell_is "$1" "${@:3}" || cell_is "$2" "${@:3}"
}

# "PATH ID" of this process's control group; nothing where version 2 is not mounted.
own_cgroup() {
	local path mount
	path=$(sed -n 's/^0:://p' /proc/self/cgroup)
	for mount in /sys/fs/cgroup /sys/fs/cgroup/unified; do
		[[ $(stat -f -c %T $mount 2>/dev/null) == cgroup2fs ]] || continue
		echo "$path $(stat -c %i "$mount$path")"
		return
	done
}

test_holders() {	# PID OTHER_PID PID_OF_ANY PORT PID_OF_MAPPED
	check "leaks: the process with the oldest sockets, so many as leak" \
		cell_is "holder[$1]" 1 processes leaks
	check "leaks: any address: all processes" \
		cell_is_either "holder[$1], holder[$2]" "holder[$2], holder[$1]" 2 processes leaks
	check "leaks: not accepted: who listens there" cell_is "holder[$1]" 3 processes leaks
	check "leaks: not accepted: who listens at any address" cell_is "holder[$3]" 6 processes leaks
	check "leaks: not accepted: who listens there with an IPv6 socket" cell_is "holder[$5]" 11 processes leaks
	check "leaks: by the other end and the state" cell_is "holder[$2]" 4 processes leaks
	check "leaks: the same addresses in another VRF" cell_is "holder[$1]" 7 processes leaks
	check "leaks: nobody has a socket of another user's" cell_is "" 5 processes leaks
	check "leaks: IPv4's have a listener of their own" cell_is "holder[$2]" 8 processes leaks
	check "leaks: so have those of a device" cell_is "holder[$2]" 9 processes leaks
	check "leaks: which is bound to it" cell_is "holder[$1]" 10 processes leaks
	check "flows: of a process" test "$(./tcpfsm flows -n -o remote --process "$1" | xargs)" = \
		"127.0.0.1:40002 127.0.0.1:$4 127.0.0.1:40006 127.0.0.1:40008"
	check "flows: of a name that the kernel cuts" test \
		"$(./tcpfsm flows -n -o remote --process holder-of-a-long-name | xargs)" = 127.0.0.1:40005
	check "flows: of a name that is not ASCII" test "$(./tcpfsm flows -n -o remote --process naïve | xargs)" = 127.0.0.1:40010
	says "flows: not of one that it does not cut" 1 "no process with the name" \
		quietly flows --process hold
	check "flows: of all that have a name" test "$(./tcpfsm flows --process holder -n | wc -l)" = 10
	says "flows: of nobody" 1 "no process with the name or the number 'nobody-has-it'" \
		quietly flows --process nobody-has-it
}

# Sorting by what is looked up, with it and without it among the columns.
sorts_alike() {	# COLUMN
	./tcpfsm leaks -n -o where --sort "$1" >without-it
	./tcpfsm leaks -n -o "$1,where" --sort "$1" >with-it
	diff <(tr -d ' ' <without-it) <(sed 's/ *$//; s/.* //' with-it)
}

# Two thousand groups, and flows that are in them, or in none of their states.
many_files() {	# FLOWS STATE...
	rm -rf link
	mkdir link
	awk 'BEGIN { for (i = 0; i < 1000; i++) {
		at = "10.0." int(i / 250) "." i % 250 ":443"
		print "close_wait_leak listener=" at " opened=passive verdict=fd_leak count=50 device=0"
		print "peer_leak remote=" at " state=FIN_WAIT_2 count=50 device=0" } }' >link/anomalies
	awk -v lines="$1" -v states="${*:2}" 'BEGIN {
		count = split(states, state)
		for (i = 0; i < lines; i++) {
			at = "10.0." i % 4 "." i % 250 ":443"
			ends = i % 2 ? "10.9.0.1:" 1024 + i % 60000 " " at : at " 10.9.0.1:" 1024 + i % 60000
			print "local ipv4 " ends " state=" state[i % count + 1], "in_state_ms=" i, \
				"opened=" (i % 2 ? "active" : "passive"), "inode=" i + 1, "device=0" } }' >link/flows
}

# Comparing each flow with each group takes several.
in_a_second() {
	[[ $(prlimit --cpu=1 "$build/plain/tcpfsm" leaks -n | wc -l) == 2000 ]]
}

test_many_leaks() {
	many_files 100000 ESTABLISHED
	check "leaks: 100,000 flows in no leak's state" in_a_second
	many_files 100000 CLOSE_WAIT FIN_WAIT_2
	check "leaks: 100,000 flows that leak, in 2000 groups" in_a_second
	rm -r link
}

test_live() {
	local port inode younger long odd pid other_pid any_pid long_pid odd_pid mapped_pid any_port mapped_port cgroup_path cgroup
	cd "$work" || exit
	hold first
	pid=$held_pid
	hold second
	other_pid=$held_pid
	hold third any
	any_pid=$held_pid
	cp "$here/holder" holder-of-a-long-name
	HOLDER=./holder-of-a-long-name hold fourth
	long_pid=$held_pid
	cp "$here/holder" naïve
	HOLDER=./naïve hold fifth
	odd_pid=$held_pid
	hold sixth mapped
	mapped_pid=$held_pid
	read -r port inode <first
	read -r _ younger <second
	read -r any_port _ <third
	read -r _ long <fourth
	read -r _ odd <fifth
	read -r mapped_port _ <sixth
	read -r cgroup_path cgroup < <(own_cgroup)
	live_files "$port" "$inode" "$younger" "${cgroup:-1}" "$any_port" "$long" "$odd" "$mapped_port"
	test_holders "$pid" "$other_pid" "$any_pid" "$port" "$mapped_pid"
	check "leaks: the control group" cell_is "$cgroup_path" 1 cgroup_path leaks
	check "leaks: one that is gone" cell_is "" 3 cgroup_path leaks
	check "namespaces: a process in it" \
		grep -qE '^[^ ]+\[[0-9]+\]$' <(cell 1 name namespaces)
	check "leaks: sorted by the processes, which are not shown" sorts_alike processes
	check "leaks: sorted by the control group, which is not shown" sorts_alike cgroup_path
	echo "1 CLOSED=0" >>link/namespaces
	check "namespaces: sorted by the name, which is not shown" test \
		"$(./tcpfsm namespaces -n -o netns --sort name | xargs)" = "1 $(stat -L -c %i /proc/self/ns/net)"
	kill "$pid" "$other_pid" "$any_pid" "$long_pid" "$odd_pid" "$mapped_pid"
	wait "$pid" "$other_pid" "$any_pid" "$long_pid" "$odd_pid" "$mapped_pid" 2>/dev/null
	check "leaks: the process is gone" cell_is "" 1 processes leaks
	rm link/flows
	says "leaks: without flows, the rest is shown" 1 "there is no link/flows" quietly leaks
	rm -r link
	test_many_leaks
	cd "$here/fixtures" || exit
}
