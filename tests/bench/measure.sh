# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# In the machine: the same works with nothing, with tcpfsm, and with nf_conntrack, in turns.
# Prints lines "CONFIGURATION WORK FAMILY INSTRUCTIONS".
set -eu

# TIME_WAITs of one measurement are no burden on the next; under counted time waiting is free.
measure() {
	/bench | sed "s/^/$1 /"
	sleep 65
}

rules() {
	nft add table inet bench
	nft add chain inet bench in '{ type filter hook input priority 0; }'
	nft add rule inet bench in ct state established accept
}

# Each round begins with an empty table of connections and none of its hooks.
drop_conntrack() {
	nft delete table inet bench
	modprobe -r nft_ct nf_conntrack
	[ ! -e /sys/module/nf_conntrack ]
}

for round in 1 2 3; do
	echo "round $round of 3" >&2
	measure nothing
	insmod /tcpfsm.ko
	measure tcpfsm
	rmmod tcpfsm
	rules
	measure nf_conntrack
	drop_conntrack
done
