# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Functions that stop where something fails, whoever asks.

# strictly COMMAND...: runs it with errexit, in a bash of its own with this one's functions and
# variables, and returns its status. A subshell is not enough: below "if", "&&" or "||", however far up, bash
# goes on after what fails, and "set -e" there changes nothing.
strictly() {
	bash -c 'eval "$1"; shift; set -euo pipefail; "$@"' "$0" \
		"$(declare -p | sed '/^declare -[a-zA-Z]*r/d'; declare -f)" "$@"
}
