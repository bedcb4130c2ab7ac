# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# In the machine: each work on one CPU, then on both at once. Prints lines "without|with WORK CPUS
# THROUGHPUT", in pieces of work a second.
set -eu

one() {	# CPU WORK COUNT
	taskset "$1" /bench "127.0.0.$1" "$2" 100 "$3"
}

throughput() {	# NS...
	echo "$@" | awk -v n=$# 'NF != n { exit 1 } { for (i = 1; i <= NF; i++) sum += 1e9 / $i; printf "%.0f\n", sum }'
}

# Either is at work as long as the other is, nearly.
both() {	# WORK COUNT
	one 1 "$@" >/tmp/first &
	other=$!
	one 2 "$@" >/tmp/second
	wait "$other"
}

# Assigned first: within a command's arguments a failure would be nobody's.
measure() {	# MODULE WORK COUNT
	first=$(one 1 "$2" "$3")
	speed=$(throughput "$first")
	echo "$1 $2 1 $speed"
	both "$2" "$3"
	first=$(cat /tmp/first) second=$(cat /tmp/second)
	speed=$(throughput "$first" "$second")
	echo "$1 $2 2 $speed"
}

sysctl -qw net.ipv4.tcp_max_tw_buckets=1000
for round in $(seq "$ROUNDS"); do
	echo "round $round of $ROUNDS" >&2
	for module in without with; do
		[ "$module" = without ] || insmod /tcpfsm.ko
		measure "$module" request_response 10000
		measure "$module" connect_close 2000
		[ "$module" = without ] || rmmod tcpfsm
	done
done
