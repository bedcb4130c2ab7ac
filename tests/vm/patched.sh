# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For scripts that run on several CPUs of QEMU. Sourced.

# Hooks and tracepoints patch the kernel's code when the first one comes and the last one goes.
# QEMU 7.2 with a thread for each CPU can miss that and run the old code for ever; so there is always
# another user of each. On real processors this is no matter.
keep_patched() {
	local family chain
	for family in ip ip6; do
		echo "nft add table $family keep"
		for chain in input forward output; do
			echo "nft add chain $family keep $chain '{ type filter hook $chain priority 0; }'"
		done
	done
	for chain in keep1 keep2; do
		echo "mkdir /sys/kernel/tracing/instances/$chain"
		echo "echo 1 >/sys/kernel/tracing/instances/$chain/events/sock/inet_sock_set_state/enable"
	done
}
