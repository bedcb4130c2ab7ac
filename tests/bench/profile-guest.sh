# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# In the machine: one work; then where the functions are. Both boots read the symbols after the work.
set -eu

[ "$MODULE" = without ] || insmod /tcpfsm.ko
# shellcheck disable=SC2086 # arguments
/bench $WORK >&2
cat /proc/kallsyms
