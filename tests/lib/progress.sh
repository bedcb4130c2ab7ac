# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What is going on, on stderr, while something takes its time.

progress_text=
progress_tick=0

# progress TEXT: what is being done now; shown at once.
progress() {
	progress_text=$1
	progress_tick=$SECONDS
	if [[ -t 2 ]]; then
		printf '\r\033[K%s' "$1" >&2
	else
		printf '%s\n' "$1" >&2
	fi
}

# Called now and then: the seconds on a terminal, a line every 20 s in a log.
progress_alive() {
	if [[ -t 2 ]]; then
		printf '\r\033[K%s (%d s)' "$progress_text" "$SECONDS" >&2
	elif ((SECONDS - progress_tick >= 20)); then
		progress_tick=$SECONDS
		printf '%s ... %d s\n' "$progress_text" "$SECONDS" >&2
	fi
}

progress_end() {
	if [[ -t 2 ]]; then
		printf '\r\033[K' >&2
	fi
}
