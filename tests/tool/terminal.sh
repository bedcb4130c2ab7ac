# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Tests of `watch` and `diagram` in a real terminal, tmux's: what is on the screen, at several sizes
# and in two locales, and that the terminal is left as it was found. For tests/tool/run.
# shellcheck disable=SC2154 # work: the caller's

# Each terminal has a server of its own: one that is about to end takes no new one.
tmux_number=0

tmux_in() {
	tmux -L "tcpfsm-test-$$-$tmux_number" -f /dev/null "$@"
}

# Waits until a line of the screen matches, ten seconds at most.
screen_matches() {	# PATTERN
	for _ in {1..100}; do
		tmux_in capture-pane -p >"$work/screen"
		grep -qE -- "$1" "$work/screen" && return
		sleep 0.1
	done
	cat "$work/screen"
	return 1
}

type_line() {	# TEXT
	tmux_in send-keys -l -- "$1"
	tmux_in send-keys Enter
}

# A shell in a terminal of that size; it has something on its screen, and its settings noted.
terminal_begin() {	# WIDTH HEIGHT LOCALE
	tmux_number=$((tmux_number + 1))
	tmux_in new-session -d -x "$1" -y "$2" "cd $work && env PS1='$ ' LC_ALL=$3 TERM=screen bash --norc --noprofile"
	type_line "stty -g >settings; echo here-be""fore"
	screen_matches "here-before"
}

# The shell's screen is back, with its settings, and nothing of the picture.
terminal_is_back() {
	type_line "stty -g | cmp - settings && echo as-""found"
	screen_matches "as-found" && grep -q "here-before" "$work/screen" && ! grep -q "SYN_RECEIVED" "$work/screen"
}

terminal_end() {
	tmux_in kill-server 2>/dev/null
}

# Lets a counter go up until the screen says so.
shows_moves() {
	for _ in {1..100}; do
		moved=$((moved + 1))
		sed -i "s/^ESTABLISHED CLOSE_WAIT segment=[0-9]*/ESTABLISHED CLOSE_WAIT segment=$moved/" link/transitions
		tmux_in capture-pane -p >"$work/screen"
		grep -qE "ESTABLISHED (→|>) CLOSE_WAIT +[0-9.]+$" "$work/screen" && return
		sleep 0.1
	done
	cat "$work/screen"
	return 1
}

test_screens() {	# WIDTH HEIGHT LOCALE
	local at="$1x$2, $3" sign='██' line='──┐'
	[[ $3 != C ]] || sign='##' line='--[+]'
	terminal_begin "$1" "$2" "$3"
	type_line "./tcpfsm watch --interval 0.2"
	check "watch: $at" screen_matches "$sign"
	check "watch: all states: $at" test "$(grep -cE '^(CLOSED|LISTEN|SYN|EST|FIN|CLO|LAST|TIME)[A-Z_12]* +[0-9]+ ' "$work/screen")" = 11
	check "watch: says what moves: $at" shows_moves
	tmux_in send-keys q
	check "watch: q gives the terminal back: $at" terminal_is_back
	type_line "./tcpfsm diagram --interval 0.2"
	check "diagram: $at" screen_matches "$line"
	check "diagram: counts on the states: $at" screen_matches "ESTABLISHED 40"
	tmux_in send-keys q
	check "diagram: q gives the terminal back: $at" terminal_is_back
	terminal_end
}

# The one program that runs in the terminal's shell.
its_pid() {
	pgrep -P "$(tmux_in display-message -p '#{pane_pid}')"
}

test_signals() {
	local signal
	terminal_begin 80 24 C.UTF-8
	for signal in INT TERM HUP QUIT; do
		type_line "./tcpfsm watch"
		check "watch: before SIG$signal" screen_matches "CLOSE_WAIT: 1 leaked"
		kill "-$signal" "$(its_pid)"
		check "watch: SIG$signal gives the terminal back" terminal_is_back
	done
	type_line "./tcpfsm watch"
	screen_matches "CLOSE_WAIT: 1 leaked"
	kill -TSTP "$(its_pid)"
	check "watch: gives the terminal back while it is stopped" terminal_is_back
	type_line "fg"
	check "watch: and takes it again" screen_matches "CLOSE_WAIT: 1 leaked"
	tmux_in resize-window -x 60 -y 18
	check "watch: a smaller terminal: the title ends at its edge" screen_matches '^.{53}q quits$'
	tmux_in resize-window -x 120 -y 50
	check "watch: a larger one: the title ends at its edge" screen_matches '^.{113}q quits$'
	mv link gone
	check "watch: the module goes: says so, on the screen that stays" screen_matches "is not loaded"
	check "watch: and gives the terminal back" terminal_is_back
	mv gone link
	terminal_end
}

has_colours() {	# ENVIRONMENT... : on a terminal of its own
	script -qec "env TERM=xterm $* $work/tcpfsm watch --count 1 --input busy" /dev/null </dev/null |
		grep -q $'\033\\[0;1m'
}

test_colours() {
	check "colours: on a terminal" has_colours A=B
	check "colours: not with NO_COLOR" not has_colours NO_COLOR=1
	check "colours: an empty NO_COLOR says nothing" has_colours NO_COLOR=
	check "colours: none in a pipe" not grep -q $'\033' <("$work/tcpfsm" watch --count 1 --input busy)
}

not() {
	! "$@"
}

test_svg() {
	check "svg: is written" quietly diagram --svg "$work/picture.svg" --input busy
	check "svg: is drawn" rsvg-convert "$work/picture.svg" -o "$work/picture.png"
	check "svg: has every state and edge" test "$(grep -c '<rect x' "$work/picture.svg") $(grep -c '<title>.* to ' "$work/picture.svg")" = "12 20"
	says "svg: no folder" 1 "cannot make $work/none/x: No such" \
		"$work/tcpfsm" diagram --input busy --svg "$work/none/x"
	says "svg: a full disk" 1 "cannot write /dev/full: No space" \
		"$work/tcpfsm" diagram --input busy --svg /dev/full
}

test_terminal() {
	local size locale moved=1000
	test_colours
	test_svg
	cd "$work" || exit
	cp -r "$here/fixtures/busy" link
	for size in "80 24" "200 60"; do
		for locale in C.UTF-8 C; do
			# shellcheck disable=SC2086 # two words
			test_screens $size $locale
		done
	done
	test_signals
	rm -r link
	cd "$here/fixtures" || exit
}
