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

# A shell in a terminal of that size; it has something on its screen, and its settings noted. What looks
# for leaks when a program ends stops it meanwhile, which a shell takes for its own business; once in a
# while it then waited for itself for ever. The other parts look for them.
terminal_begin() {	# WIDTH HEIGHT LOCALE
	tmux_number=$((tmux_number + 1))
	tmux_in new-session -d -x "$1" -y "$2" "cd $work && env PS1='$ ' LC_ALL=$3 TERM=screen \
		ASAN_OPTIONS=detect_leaks=0 bash --norc --noprofile"
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

# The shell's prompt is below it; its first row is still there.
last_picture_fits() {	# VERB
	rm -f drawn
	type_line "clear; ./tcpfsm $1 --count 2 --interval 0.1; touch drawn"
	for _ in {1..100}; do
		[[ ! -e drawn ]] || break
		sleep 0.1
	done
	screen_matches '^\$$' && cat "$work/screen" && grep -qE '^(tcpfsm |Local endpoints)' "$work/screen"
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
	check "watch: --count: the last picture fits: $at" last_picture_fits watch
	check "diagram: --count: the last picture fits: $at" last_picture_fits diagram
	terminal_end
}

# The one program that runs in the terminal's shell.
its_pid() {
	pgrep -P "$(tmux_in display-message -p '#{pane_pid}')"
}

test_signals() {
	local signal
	# Room for what the shell says of each.
	terminal_begin 80 60 C.UTF-8
	for signal in INT TERM HUP QUIT USR1 ALRM; do
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
	kill -STOP "$(its_pid)"
	screen_matches "Stopped"
	type_line "fg"
	check "watch: goes on after SIGSTOP" screen_matches "CLOSE_WAIT: 1 leaked"
	tmux_in send-keys q
	check "watch: and hears of keys" terminal_is_back
	type_line "(trap '' HUP; exec ./tcpfsm watch)"
	screen_matches "CLOSE_WAIT: 1 leaked"
	kill -HUP "$(its_pid)"
	sleep 0.5
	check "watch: SIGHUP under nohup: stays" kill -0 "$(its_pid)"
	mv link gone
	check "watch: the module goes: says so, on the screen that stays" screen_matches "is not loaded"
	check "watch: and gives the terminal back" terminal_is_back
	mv gone link
	type_line "clear; ./tcpfsm watch --count 2 --interval 0.2; echo end""ed"
	check "watch: --count: ends" screen_matches "ended"
	check "watch: --count: the last picture stays" screen_matches "CLOSE_WAIT: 1 leaked"
	terminal_end
}

on_terminal() {	# ENVIRONMENT ARGUMENTS... : on a terminal of its own
	script -qec "env TERM=xterm $1 $work/tcpfsm ${*:2}" /dev/null </dev/null | tr -d '\r'
}

has_colours() {	# ENVIRONMENT
	on_terminal "$1" watch --count 1 --input busy | grep -q $'\033\\[0;1m'
}

# Bold, dim, and the colours are one kind of sequence.
without_colours() {
	sed 's/\x1b\[[0-9;]*m//g'
}

test_colours() {
	check "colours: on a terminal" has_colours A=B
	check "colours: not with NO_COLOR" not has_colours NO_COLOR=1
	check "colours: an empty NO_COLOR says nothing" has_colours NO_COLOR=
	check "colours: none in a pipe" not grep -q $'\033' <("$work/tcpfsm" watch --count 1 --input busy)
}

# Its first 1000 lines are libsmartcols'.
test_table_colours() {
	mkdir "$work/coloured"
	make_flows 2500 | sed '2000s/state=ESTABLISHED/state=CLOSE_WAIT/' >"$work/coloured/flows"
	check "colours: a table: a verdict" grep -q $'\033\\[0;1;31maccept_starvation' <(on_terminal A=B leaks --input busy)
	check "colours: a table: none with NO_COLOR" not grep -q $'\033' <(on_terminal NO_COLOR=1 leaks --input busy)
	check "colours: a table: none in a pipe" not grep -q $'\033' <("$work/tcpfsm" leaks --input busy)
	on_terminal A=B flows --input "$work/coloured" >"$work/out"
	check "colours: a table: far below, too" grep -q $'\033\\[0;1;33mCLOSE_WAIT\033\\[0m' "$work/out"
	check "colours: a table: the same without them" \
		cmp <(without_colours <"$work/out") <("$work/tcpfsm" flows --input "$work/coloured")
}

# What is in use counts those ports, too, that can be used again.
watch_tells_ports() {	# NAME TEXT
	check "watch: ports: $1" grep -q " ports: $2\$" <("$work/tcpfsm" watch --count 1 --input "$work/changed")
}

test_watch_ports() {
	change 's/worst_used=[0-9]*/worst_used=28232/'
	watch_tells_ports "of those under pressure, what is left" "96% used, 1 of 3 pressed"
	rm "$work/changed/anomalies"
	watch_tells_ports "nobody may know what is left" "28232 of 28232, 1 of 3 pressed"
	change 's/worst_used=[0-9]*/worst_used=28232/; s/pressured=1/pressured=0/'
	watch_tells_ports "in use and no pressure" "28232 of 28232, 0 of 3 pressed"
}

# The golden tests have the sign in UTF-8.
cut_is_shown() {
	LC_ALL=C "$work/tcpfsm" diagram --input crowded | grep 'Others:.*>CLOSED 4>$'
}

not() {
	! "$@"
}

# What somebody else has chosen: a size that no screen has, and a comma for the decimal point.
test_odd_terminals() {
	script -qec "stty rows 2000 cols 2000; env TERM=xterm $work/tcpfsm watch --count 2 --interval 0.1 --input busy" /dev/null \
		</dev/null >"$work/out"
	check "watch: a huge terminal: as far as makes sense" grep -q $'\033\\[1000;1H' "$work/out"
	check "watch: a huge terminal: no further" not grep -q $'\033\\[1001;1H' "$work/out"
	# A cursor behind the last cell is still on it, on most terminals.
	check "watch: erases behind a row" grep -q $'\033\\[K' "$work/out"
	check "watch: not the end of one that is full" not grep -q $'q quits\033\\[K' "$work/out"
	mkdir "$work/locale"
	check "locale: one with a decimal comma" localedef -i de_DE -f UTF-8 "$work/locale/de_DE.UTF-8"
	LOCPATH=$work/locale LC_ALL=de_DE.UTF-8 \
		"$work/tcpfsm" watch --count 1 --interval 0.5 --input busy >"$work/out" 2>&1
	check "locale: --interval has a point" not grep -q "expected 0,1" "$work/out"
	check "locale: and its characters" grep -q '██' "$work/out"
}

test_svg() {
	check "svg: is written" quietly diagram --svg "$work/picture.svg" --input busy
	check "svg: is drawn" rsvg-convert "$work/picture.svg" -o "$work/picture.png"
	check "svg: has every state and edge" test "$(grep -c '<rect x' "$work/picture.svg") $(grep -c '<title>.* to ' "$work/picture.svg")" = "12 20"
	says "svg: nothing to draw" 1 "there is no nowhere/stats" \
		"$work/tcpfsm" diagram --svg "$work/picture.svg" --input nowhere
	check "svg: then the old one stays" test -s "$work/picture.svg"
	says "svg: no folder" 3 "cannot make $work/none/x.new: No such" \
		"$work/tcpfsm" diagram --input busy --svg "$work/none/x"
	says "svg: a full disk" 3 "cannot write /dev/full: No space" \
		"$work/tcpfsm" diagram --input busy --svg /dev/full
}

test_terminal() {
	local size locale moved=1000
	test_colours
	test_table_colours
	test_watch_ports
	check "diagram: half a number is no whole one, in ASCII" cut_is_shown
	test_odd_terminals
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
