# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Tests of `prometheus`: the format, and the textfile. For tests/tool/run.
# shellcheck disable=SC2154 # work: the caller's

promtool_is_content() {	# FOLDER
	"$work/tcpfsm" prometheus --input "$1" | promtool check metrics
}

# A family stands together, and no series is there twice.
series_are_unique() {	# FOLDER
	"$work/tcpfsm" prometheus --input "$1" 2>/dev/null | grep -v '^#' | sed 's/ [^ ]*$//' |
		sort | uniq -d | grep . && return 1
	return 0
}

# eleven states, three scopes, zeros included
all_states_are_there() {
	local endpoints
	endpoints=$("$work/tcpfsm" prometheus --input empty | grep '^tcpfsm_endpoints')
	echo "$endpoints"
	[[ $(wc -l <<<"$endpoints") == 33 && $(grep -c ' 0$' <<<"$endpoints") == 33 ]]
}

# stats with another number for each key: all of them must come out, in seconds or as they are. The count of
# CLOSE_WAITs has no sample: it is that state's gauge.
every_key_is_there() {
	local number
	mkdir "$work/numbered"
	cp busy/* "$work/numbered"
	perl -pe 's/=\d+(?= |$)/"=" . (700000 + $n++)/ge; s/ count=\d+//' busy/stats >"$work/numbered/stats"
	"$work/tcpfsm" prometheus --input "$work/numbered" | tr -d . >"$work/out"
	for number in $(grep -o '=7[0-9]*' "$work/numbered/stats" | tr -d =); do
		grep -qE " $number\$|\"$number\"" "$work/out" && continue
		grep -ow "[a-z_0-9]*=$number" "$work/numbered/stats"
		return 1
	done
	[[ $number -gt 700070 ]]
}

# One that lacks a line says nothing of states.
half_is_not_up() {
	mkdir "$work/half"
	head -n 12 busy/stats >"$work/half/stats"
	"$work/tcpfsm" prometheus --input "$work/half" >"$work/out" 2>"$work/err"
	[[ $? == 1 ]] && grep -qx "tcpfsm_up 0" "$work/out" && ! grep -q "^tcpfsm_endpoints" "$work/out" &&
		grep -q "stats:13: expected a line for close_wait" "$work/err"
}

# Everything is there, and then something that the module does not write.
bad_is_not_up() {
	{ cat busy/stats; echo; } >"$work/half/stats"
	"$work/tcpfsm" prometheus --input "$work/half" >"$work/out" 2>"$work/err"
	[[ $? == 1 ]] && grep -qx "tcpfsm_up 0" "$work/out"
}

# All namespaces together are known in the first one alone, and nothing is wrong elsewhere.
namespaces_are_added_up() {
	"$work/tcpfsm" prometheus --input busy | grep -v '^#' >"$work/out" &&
		grep -qx 'tcpfsm_namespaces 2' "$work/out" &&
		grep -qx 'tcpfsm_namespaces_endpoints{state="ESTABLISHED"} 40' "$work/out" &&
		grep -qx 'tcpfsm_namespaces_close_wait_leaked 2' "$work/out" &&
		grep -qx 'tcpfsm_namespaces_anomalies 4' "$work/out" &&
		grep -qx 'tcpfsm_namespaces_flows 34' "$work/out" &&
		grep -qx 'tcpfsm_file_readable{file="namespaces"} 1' "$work/out"
}

within_one_they_are_not() {
	cp -r busy "$work/within"
	rm "$work/within/namespaces"
	quietly prometheus --input "$work/within" &&
		! "$work/tcpfsm" prometheus --input "$work/within" | grep namespaces | grep -v tcpfsm_flows_max
}

namespaces_unreadable() {
	cp -r busy "$work/closed"
	chmod 0 "$work/closed/namespaces"
	as_nobody "$work/tcpfsm" prometheus --input "$work/closed" >"$work/out" 2>"$work/err"
	[[ $? == 1 ]] && grep -q 'namespaces: permission denied' "$work/err" &&
		grep -qx 'tcpfsm_file_readable{file="namespaces"} 0' "$work/out" && ! grep -q '^tcpfsm_namespaces' "$work/out"
}

# What each file's metrics begin with.
families_of() {	# FILE
	case $1 in
	transitions) echo 'tcpfsm_transitions_total' ;;
	durations) echo 'tcpfsm_state_duration_seconds' ;;
	anomalies) echo 'tcpfsm_(anomalies|leaked_endpoints|peer_leak_endpoints|ports_pressure_ratio)( |\{)' ;;
	listeners) echo 'tcpfsm_listener_' ;;
	namespaces) echo 'tcpfsm_namespaces' ;;
	esac
}

# A file in $work/half that is not whole says nothing, and all but this one is there; it is told of once.
is_unreadable() {	# FILE
	local file
	"$work/tcpfsm" prometheus --input "$work/half" >"$work/out" 2>"$work/err"
	[[ $? == 1 && $(wc -l <"$work/err") == 1 ]] || { cat "$work/err"; return 1; }
	grep -qx "tcpfsm_file_readable{file=\"$1\"} 0" "$work/out" || return 1
	[[ $(grep -c '^tcpfsm_file_readable.* 1$' "$work/out") == 5 ]] || return 1
	for file in transitions durations anomalies listeners namespaces; do
		[[ $file != "$1" ]] || continue
		grep -qE "^$(families_of $file)" "$work/out" || { echo "no $file"; return 1; }
	done
	! grep -E "^(# (HELP|TYPE) )?$(families_of "$1")" "$work/out"
}

# A file that is there, but cannot be read to its end, as when the module goes meanwhile.
test_half_files() {
	local file
	for file in transitions durations anomalies listeners namespaces; do
		rm -rf "$work/half"
		cp -r busy "$work/half"
		rm "$work/half/$file"
		mkdir "$work/half/$file"
		check "prometheus: a read error is no good news: $file" is_unreadable $file
		rmdir "$work/half/$file"
		head -c -9 busy/$file >"$work/half/$file"
		check "prometheus: nor is half of the last line: $file" is_unreadable $file
		head -c 40 busy/$file >"$work/half/$file"
		check "prometheus: nor is half of the only line: $file" is_unreadable $file
		sed '1s/[0-9][0-9]*\( \|$\)/many\1/' busy/$file >"$work/half/$file"
		check "prometheus: nor is a bad line: $file" is_unreadable $file
	done
}

# One that cannot end, for its file listeners is a pipe that nobody writes to.
begin_endless() {	# TEXTFILE
	cp -r busy "$work/endless"
	rm "$work/endless/listeners"
	mkfifo "$work/endless/listeners"
	"$work/tcpfsm" prometheus --input "$work/endless" --textfile "$1" &
	for _ in {1..100}; do
		[[ -e $1.new ]] && return
		sleep 0.1
	done
	return 1
}

test_textfile_again() {	# TEXTFILE
	local endless
	check "prometheus: begins beside the textfile" begin_endless "$1"
	endless=$!
	says "prometheus: two at a time do not mix" 3 "$1.new: Device or resource busy" \
		"$work/tcpfsm" prometheus --input busy --textfile "$1"
	kill "$endless"
	wait "$endless" 2>/dev/null
	check "prometheus: after one that was killed" quietly prometheus --input busy --textfile "$1"
	check "prometheus: nothing is left of that" test "$(ls "${1%/*}")" = "${1##*/}"
}

# A device would be replaced as well.
pipe_stays_a_pipe() {
	mkfifo "$work/pipe"
	cat "$work/pipe" >"$work/piped" &
	quietly prometheus --input busy --textfile "$work/pipe" || return 1
	wait $!
	[[ -p $work/pipe ]] && cmp "$work/piped" <("$work/tcpfsm" prometheus --input busy)
}

# A link stays one, though what it leads to is not there yet.
link_stays_a_link() {
	mkdir -p "$work/linked/far"
	ln -s far/second "$work/linked/first"
	ln -s ../tcpfsm.prom "$work/linked/far/second"
	quietly prometheus --input busy --textfile "$work/linked/first" || return 1
	ls -lR "$work/linked"
	[[ -L $work/linked/first && -L $work/linked/far/second && ! -L $work/linked/tcpfsm.prom ]] &&
		cmp "$work/linked/tcpfsm.prom" <("$work/tcpfsm" prometheus --input busy)
}

test_textfile() {
	local file=$work/textfile/tcpfsm.prom
	mkdir "$work/textfile"
	echo old >"$file"
	check "prometheus: a textfile" quietly prometheus --input busy --textfile "$file"
	"$work/tcpfsm" prometheus --input busy >"$work/out"
	check "prometheus: has what stdout has" cmp "$work/out" "$file"
	check "prometheus: everybody may read it" test "$(stat -c %a "$file")" = 644
	check "prometheus: nothing is left beside it" test "$(ls "$work/textfile")" = tcpfsm.prom
	says "prometheus: without the module" 1 "is not loaded" "$work/tcpfsm" prometheus --textfile "$file"
	check "prometheus: the textfile says so" grep -qx "tcpfsm_up 0" "$file"
	says "prometheus: no folder to write to" 3 "cannot make $work/none/x." \
		"$work/tcpfsm" prometheus --input busy --textfile "$work/none/x"
	mkdir "$work/textfile/folder"
	says "prometheus: a folder is in the way" 3 "cannot make $work/textfile/folder: Is a directory" \
		"$work/tcpfsm" prometheus --input busy --textfile "$work/textfile/folder"
	rmdir "$work/textfile/folder"
	check "prometheus: nothing is left after a failure" test "$(ls "$work/textfile")" = tcpfsm.prom
	test_textfile_again "$file"
	check "prometheus: a link that leads nowhere yet" link_stays_a_link
	ln -s none/x "$work/textfile/lost"
	says "prometheus: nor can it ever" 3 "cannot make $work/textfile/none/x.new: No such" \
		"$work/tcpfsm" prometheus --input busy --textfile "$work/textfile/lost"
	rm "$work/textfile/lost"
	check "prometheus: what is no file stays what it is" pipe_stays_a_pipe
}

test_prometheus() {
	local folder
	for folder in busy empty; do
		check "prometheus: promtool is content: $folder" promtool_is_content "$folder"
	done
	for folder in busy future truncated; do
		check "prometheus: no series is there twice: $folder" series_are_unique "$folder"
	done
	check "prometheus: all states, zeros included" all_states_are_there
	check "prometheus: every key of stats" every_key_is_there
	check "prometheus: all namespaces together" namespaces_are_added_up
	check "prometheus: not from within one" within_one_they_are_not
	check "prometheus: nor by who may not read them" namespaces_unreadable
	check "prometheus: not up without all states and sections" half_is_not_up
	check "prometheus: nor where a line of stats is bad" bad_is_not_up
	test_half_files
	test_textfile
}
