# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# In the machine: the same works with nothing, with tcpfsm, with nf_conntrack, and with both, in turns.
# Prints lines "CONFIGURATION PATH WORK FAMILY INSTRUCTIONS", where a configuration may also be one of
# PEERS, "flow FAMILY OCTETS", what it costs to ask for the states of so many sockets, or flows, "ask WHAT
# NUMBER INSTRUCTIONS", and to load or unload with so many, "module insmod|rmmod NUMBER INSTRUCTIONS".
# ROUNDS, PATHS, SOCKETS, SCALE: how many, which, how many sockets, and how many flows at most.
#
#   loopback    client and server in the first namespace
#   veth        a ──── b
#   forwarded   c ──── r ──── d
set -eu

netns="a b c r d"

link() {	# NETNS NETNS NUMBER
	ip link add "v$3" netns "$1" type veth peer name "w$3" netns "$2"
	ip -n "$1" link set "v$3" up
	ip -n "$2" link set "w$3" up
	ip -n "$1" addr add "10.0.$3.1/24" dev "v$3"
	ip -n "$2" addr add "10.0.$3.2/24" dev "w$3"
	ip -n "$1" addr add "fd00:$3::1/64" dev "v$3" nodad
	ip -n "$2" addr add "fd00:$3::2/64" dev "w$3" nodad
}

topology() {
	for n in $netns; do
		ip netns add "$n"
		ip -n "$n" link set lo up
	done
	link a b 1
	link c r 2
	link r d 3
	ip -n c route add default via 10.0.2.2
	ip -n d route add default via 10.0.3.1
	# Nobody is there: what is sent there is forwarded by r, and dropped by d.
	ip -n r route add 10.9.0.0/16 via 10.0.3.2
	ip -n c -6 route add default via fd00:2::2
	ip -n d -6 route add default via fd00:3::1
	for file in ipv4/ip_forward ipv6/conf/all/forwarding; do
		ip netns exec r sh -c "echo 1 >/proc/sys/net/$file"
	done
}

# A line ends with what the command has to say. Within echo "$(...)" its failure would be nobody's.
print() {	# WORDS COMMAND...
	words=$1
	shift
	said=$("$@")
	echo "$words $said"
}

work() {	# CONFIGURATION PATH WORK WARM-UP COUNT
	case $2 in
	loopback) v4=127.0.0.1 v6=::1 sides= ;;
	veth) v4=10.0.1.2 v6=fd00:1::2 sides="a b" ;;
	forwarded) v4=10.0.3.2 v6=fd00:3::2 sides="c d" ;;
	esac
	# shellcheck disable=SC2086 # two words, or none
	{
		print "$1 $2 $3 ipv4" /bench $v4 "$3" "$4" "$5" $sides
		print "$1 $2 $3 ipv6" /bench $v6 "$3" "$4" "$5" $sides
	}
}

# TIME_WAITs of one measurement are no burden on the next; under counted time waiting is free.
measure() {
	for path in $PATHS; do
		work "$1" "$path" request_response 500 5000
		work "$1" "$path" connect_close 500 1500
		[ "$path" = forwarded ] || work "$1" "$path" bulk 100 500
	done
	sleep 65
}

rules() {	# NFT...
	"$@" add table inet bench
	"$@" add chain inet bench in '{ type filter hook input priority 0; }'
	"$@" add rule inet bench in ct state established accept
}

conntrack_on() {
	rules nft
	for n in $netns; do
		rules ip netns exec "$n" nft
	done
}

# Each round begins with an empty table of connections and none of its hooks.
conntrack_off() {
	nft delete table inet bench
	for n in $netns; do
		ip netns exec "$n" nft delete table inet bench
	done
	modprobe -r nft_ct nf_conntrack
	[ ! -e /sys/module/nf_conntrack ]
}

# What a flow takes of its slab, the page's unused rest included; its share of the table beside.
sizes() {
	awk '/^tcpfsm_flow_/ { sub("tcpfsm_flow_", "", $1); print "flow", $1, $6 * 4096 / $5 }' \
		/proc/slabinfo
}

# Others that watch sockets' states, by eBPF; what they print is made, and nobody reads it.
peers() {
	for peer in $PEERS; do
		"$peer" >/dev/null &
		watcher=$!
		sleep 10
		print "$peer loopback request_response ipv4" /bench 127.0.0.1 request_response 500 5000
		print "$peer loopback connect_close ipv4" /bench 127.0.0.1 connect_close 500 1500
		kill "$watcher"
		wait "$watcher" || true
		sleep 65
	done
}

hold() {	# CONNECTIONS
	/bench 127.0.0.1 hold 0 "$1" >/dev/null &
	holder=$!
	while [ "$(awk '$1 == "TCP:" { print $3 }' /proc/net/sockstat)" -lt $((2 * $1)) ]; do
		sleep 1
	done
}

let_go() {
	kill "$holder"
	wait "$holder" || true
}

# What it costs to learn how many sockets are in which state.
ask() {	# CONNECTIONS
	hold "$1"
	for file in tcpfsm/stats net/tcp net/sockstat; do
		print "ask $file $((2 * $1))" /bench read "/proc/$file"
	done
	print "ask ss $((2 * $1))" /bench run ss -Htan state established
	let_go
}

established() {
	awk '$1 == "ESTABLISHED" { sub("local=", "", $2); print $2 }' /proc/tcpfsm/stats
}

# So many sockets are there before it.
adopt() {	# SOCKETS
	hold $(($1 / 2))
	print "module insmod $1" /bench once insmod /tcpfsm.ko max_flows=$((2 * $1))
	[ "$(established)" -ge "$1" ] || {
		echo "$(established) sockets of $1 are tracked" >&2
		exit 1
	}
	let_go
	rmmod tcpfsm
	sleep 65
}

# So many flows of a router: what it costs to read their numbers, and to let them all go.
scale() {	# FLOWS
	# Namespaces other than the first share half of them.
	insmod /tcpfsm.ko max_flows=$(($1 * 9 / 4))
	ip netns exec c /bench inject 10.0.2.1 10.9.0.0 "$1"
	tracked=$(ip netns exec r sed -n 's/^flows current=\([0-9]*\).*/\1/p' /proc/net/tcpfsm/stats)
	[ "$tracked" = "$1" ] || {
		echo "$tracked flows of $1 are tracked" >&2
		exit 1
	}
	print "ask tcpfsm/stats $1" ip netns exec r /bench read /proc/net/tcpfsm/stats
	print "module rmmod $1" /bench once rmmod tcpfsm
}

topology
for round in $(seq "$ROUNDS"); do
	echo "round $round of $ROUNDS" >&2
	measure nothing
	[ "$round" -gt 1 ] || peers
	insmod /tcpfsm.ko
	measure tcpfsm
	if [ "$round" = 1 ]; then
		sizes
		ask 5
		ask 5000
		sleep 65
	fi
	conntrack_on
	measure both
	rmmod tcpfsm
	measure nf_conntrack
	conntrack_off
done
[ "$SOCKETS" = 0 ] || adopt "$SOCKETS"
[ "$SCALE" = 0 ] || scale "$SCALE"
