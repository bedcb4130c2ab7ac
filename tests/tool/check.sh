# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Tests of `check`: what it says, and the exit code. For tests/tool/run.
# shellcheck disable=SC2154 # work: the caller's

# answers NAME EXIT TEXT ARGUMENTS...: one line that begins so; nothing on stderr.
answers() {
	local name=$1 expected=$2 text=$3 code
	shift 3
	"$work/tcpfsm" check "$@" >"$work/out" 2>"$work/err"
	code=$?
	[[ $code == "$expected" && $(wc -l <"$work/out") == 1 && ! -s $work/err ]] &&
		[[ $(head -n 1 "$work/out") == "TCPFSM $text"* ]]
	ktap_result $? "check: $name"
}

# Makes a copy of the busy files, with sed's help; checks go there.
change() {	# SED_SCRIPT...
	rm -rf "$work/changed"
	cp -r busy "$work/changed"
	sed -i "$@" "$work/changed/stats"
}

well='s/leaked=1/leaked=0/; s/pressured=1/pressured=0/; s/anomalies current=2/anomalies current=0/'

# Each piece is 'label'=value[UOM];[warn];[crit];[min];[max].
perfdata_parses() {
	"$work/tcpfsm" check --input busy | sed 's/.* | //' | tr ' ' '\n' |
		grep -vE '^[A-Za-z_12]+=[0-9]+%?;(@?[0-9~:]*);(@?[0-9~:]*);0(;100)?$' | grep . && return 1
	"$work/tcpfsm" check --input busy | grep -q ' | leaks=1;0;99;0 '
}

test_check_defaults() {
	answers "all is well" 0 "OK - 0 established, 0 in CLOSE_WAIT, 0 leaked | " --input empty
	answers "a leak and a pressed destination" 1 \
		"WARNING - 1 leaked in CLOSE_WAIT, oldest 5 min, 1 destination under port pressure | " --input busy
	change 's/leaked=1/leaked=99/; s/pressured=1/pressured=2/'
	answers "99 leaks" 1 "WARNING - 99 leaked in CLOSE_WAIT, oldest 5 min, 2 destinations" --input "$work/changed"
	change 's/leaked=1/leaked=100/'
	answers "100 leaks: the worst comes first" 2 "CRITICAL - 100 leaked" --input "$work/changed"
	change 's/worst_used=[0-9]*/worst_used=28232/'
	sed -i '/^port_pressure/s/ used=[0-9]*/ used=28232/; /^port_pressure/s/ reusable=[0-9]*/ reusable=0/' "$work/changed/anomalies"
	answers "no port left" 2 "CRITICAL - a destination has no port left, 1 leaked" --input "$work/changed"
	rm "$work/changed/anomalies"
	answers "perhaps none" 1 "WARNING - 1 leaked in CLOSE_WAIT, oldest 5 min, 1 destination under port pressure (a destination may" \
		--input "$work/changed"
	answers "perhaps none: that alone is no answer" 3 "UNKNOWN - a destination may have no port left: the file anomalies" \
		--input "$work/changed" -w leaks= -w pressured=
	cp busy/anomalies "$work/changed"
	answers "ports that can be used again are left" 1 "WARNING - 1 leaked" --input "$work/changed"
	change 's/pressured=1/pressured=0/; s/anomalies current=2/anomalies current=1/; s/worst_used=[0-9]*/worst_used=28232/'
	answers "all ports can be used again: no pressure" 1 "WARNING - 1 leaked in CLOSE_WAIT, oldest 5 min | " \
		--input "$work/changed"
	check "check: performance data has the plugins' form" perfdata_parses
}

# What is in use is one thing, for thresholds and performance data; that nothing is left another.
test_check_ports() {
	change "$well; s/worst_used=[0-9]*/worst_used=28232/"
	answers "ports: one's own threshold counts all in use" 2 "CRITICAL - 100% of the ports to a destination in use | " \
		--input "$work/changed" -c ports=99
	answers "ports: one's own warning is a warning" 1 "WARNING - 100% of the ports to a destination in use | " \
		--input "$work/changed" -w ports=90
	answers "ports: one that is taken away is none" 0 "OK - " --input "$work/changed" -w ports=
	has_perfdata "ports: in use, all of them free again" 'ports=100%;90;;0;100' -w ports=90
	change 's/worst_used=[0-9]*/worst_used=28232/; s/leaked=1/leaked=0/; s/anomalies current=2/anomalies current=1/'
	answers "ports: what is left is no matter of those in use" 1 \
		"WARNING - 1 destination under port pressure, 100% of the ports to a destination in use | " \
		--input "$work/changed" -w ports=99
	has_perfdata "ports: in use, some of them free again" 'ports=100%;;;0;100'
	sed -i '/^port_pressure/s/ used=[0-9]*/ used=28232/; /^port_pressure/s/ reusable=[0-9]*/ reusable=0/' "$work/changed/anomalies"
	answers "ports: none is left, whatever one warns of" 2 "CRITICAL - a destination has no port left, 1 destination" \
		--input "$work/changed" -w ports=
	answers "ports: one's own critical goes first" 1 "WARNING - 1 destination under port pressure | " \
		--input "$work/changed" -c ports=
	truncate -s -1 "$work/changed/anomalies"
	answers "ports: none is left, whatever is in a bad line" 2 \
		"CRITICAL - a destination has no port left ($work/changed/anomalies:7: truncated: expected a line end" \
		--input "$work/changed" -w pressured=
	rm "$work/changed/anomalies"
	answers "ports: one's own warning stands where nobody knows" 1 \
		"WARNING - 100% of the ports to a destination in use (a destination may have no port left" \
		--input "$work/changed" -w pressured= -w ports=90
}

# Peers that leak and clients that hang are in no other count.
test_check_anomalies() {
	change "$well; s/anomalies current=0/anomalies current=3/"
	answers "anomalies: some that nothing else tells of" 1 "WARNING - 3 anomalies | " --input "$work/changed"
	has_perfdata "anomalies: of all kinds" "anomalies=3;0;;0"
	answers "anomalies: a threshold of one's own" 2 "CRITICAL - 3 anomalies | " --input "$work/changed" -c anomalies=2
	answers "anomalies: taken away" 0 "OK - " --input "$work/changed" -w anomalies=
	change "$well; s/anomalies current=0/anomalies current=1/; s/exact=1/exact=0/"
	answers "anomalies: one is one, and seen is seen" 1 "WARNING - 1 anomaly (exact=0: " --input "$work/changed"
	change 's/anomalies current=2/anomalies current=4/'
	answers "anomalies: besides what is told" 1 \
		"WARNING - 1 leaked in CLOSE_WAIT, oldest 5 min, 1 destination under port pressure, 4 anomalies with these | " \
		--input "$work/changed"
	answers "anomalies: what is worse comes first" 2 "CRITICAL - 4 anomalies, 1 leaked in CLOSE_WAIT, " \
		--input "$work/changed" -c anomalies=3
	answers "anomalies: who puts up with leaks does so" 0 "OK - " --input "$work/changed" -w leaks=10 -w pressured=
	answers "anomalies: unless they ask for these" 1 "WARNING - 4 anomalies | " --input "$work/changed" \
		-w anomalies=3 -w leaks=10 -w pressured=1
	answers "anomalies: none is one's own alert, too" 1 "WARNING - 0 anomalies | " --input empty -w anomalies=1:
	change "$well; s/anomalies current=[0-9]*/anomalies/"
	answers "anomalies: not known" 3 "UNKNOWN - the file stats does not have anomalies | " --input "$work/changed"
}

has_perfdata() {	# NAME TEXT ARGUMENTS...
	check "check: $1" grep -qF " $2 " <("$work/tcpfsm" check --input "$work/changed" "${@:3}")
}

test_check_unknown() {
	change "$well; s/exact=1/exact=0/"
	answers "not exact: unknown" 3 "UNKNOWN - exact=0: not every local socket is tracked | leaks=0" \
		--input "$work/changed"
	change 's/exact=1/exact=0/'
	answers "not exact: what is seen stands" 1 \
		"WARNING - 1 leaked in CLOSE_WAIT, oldest 5 min, 1 destination under port pressure (exact=0: " \
		--input "$work/changed"
	change "$well; s/exact=1/exact=0/"
	answers "not exact: too few may be enough" 3 "UNKNOWN - exact=0" --input "$work/changed" -c LISTEN=6:
	answers "not exact: between may be above" 3 "UNKNOWN - exact=0" --input "$work/changed" -c LISTEN=@4:6
	answers "not exact: too many stay too many" 2 "CRITICAL - 5 in LISTEN (exact=0" --input "$work/changed" -c LISTEN=4
	change "$well; s/ leaked=0//"
	answers "a key that is not there" 3 "UNKNOWN - the file stats does not have leaks | pressured" --input "$work/changed"
	answers "a key that nobody asks for" 0 "OK - " --input "$work/changed" -w leaks= -c leaks=
	change "$well; /^ESTABLISHED/d"
	answers "a line that is not there" 3 "UNKNOWN - $work/changed/stats:19: expected a line for ESTABLISHED" \
		--input "$work/changed"
	change "$well; /^witness/d"
	answers "a section that is not there" 3 "UNKNOWN - $work/changed/stats:19: expected a line for witness before" \
		--input "$work/changed"
	answers "truncated" 3 "UNKNOWN - truncated/stats:11: truncated: expected a line end" --input truncated
	answers "a folder without a name" 3 "UNKNOWN - option --input needs an argument: DIR, found ''" --input ""
	answers "no folder" 3 "UNKNOWN - there is no nowhere/stats" --input nowhere
	answers "no module" 3 "UNKNOWN - the kernel module tcpfsm is not loaded"
	chmod 0 "$work/changed/stats"
	check "check: no permission" unreadable
}

ends_unknown() {	# PATTERN ARGUMENTS...
	"$work/tcpfsm" "${@:2}" >"$work/out" 2>"$work/err"
	[[ $? == 3 && ! -s $work/err ]] && grep -q "$1" "$work/out"
}

unreadable() {
	as_nobody "$work/tcpfsm" check --input "$work/changed" >"$work/out"
	[[ $? == 3 ]] && grep -q "^TCPFSM UNKNOWN - cannot open .*: permission denied" "$work/out"
}

# All values are whole ones.
test_check_decimals() {
	answers "a decimal range: above" 1 "WARNING - 96% of the ports" --input busy -w leaks= -w pressured= -w ports=95.5
	answers "a decimal range: not above" 0 "OK - " --input busy -w leaks= -w pressured= -w ports=96.5
	answers "a decimal range: below" 1 "WARNING - 40 in EST" --input busy -w leaks= -w pressured= -w ESTABLISHED=40.5:
	answers "a decimal range: not below" 0 "OK - " --input busy -w leaks= -w pressured= -w ESTABLISHED=39.50:40.0
	answers "a decimal range: no whole number is inside" 0 "OK - " --input busy -w leaks= -w pressured= \
		-w ESTABLISHED=@39.2:39.8
	answers "a decimal range: so all are outside" 1 "WARNING - 40 in EST" --input busy -w leaks= -w pressured= \
		-w ESTABLISHED=39.2:39.8
	change "$well"
	has_perfdata "a decimal range: as it was given" "ports=96%;92.5;;0;100" -w ports=92.5
}

test_check_thresholds() {
	answers "a threshold of one's own" 2 "CRITICAL - 40 in ESTABLISHED, 1 leaked" --input busy -c ESTABLISHED=10:39
	answers "taken away" 0 "OK - 40 established, 3 in CLOSE_WAIT, 1 leaked" --input busy -w leaks= -w pressured=
	answers "the last one counts" 1 "WARNING - 1 destination" --input busy -w leaks=0 -w leaks=5
	answers "a range from" 1 "WARNING - 1 leaked in CLOSE_WAIT, oldest 5 min, 1 destination under port pressure, 40 in EST" \
		--input busy -w ESTABLISHED=41:
	answers "a range up to" 1 "WARNING - 3 in CLOSE_WAIT" --input busy -w leaks= -w pressured= -w 'CLOSE_WAIT=~:2'
	answers "inside of a range" 1 "WARNING - 3 in CLOSE_WAIT" --input busy -w leaks= -w pressured= -w CLOSE_WAIT=@3:4
	answers "outside of it" 0 "OK" --input busy -w leaks= -w pressured= -w CLOSE_WAIT=@4:5
	answers "other namespaces" 1 "WARNING - 2 anomalies in other network namespaces | " --input busy \
		-w leaks= -w pressured= -w elsewhere=0
	answers "other namespaces: by default no alert" 0 "OK - " --input busy -w leaks= -w pressured=
	change 's/anomalies current=2/anomalies current=3/'
	answers "other namespaces: one is one" 1 "WARNING - 1 anomaly in other network namespaces | " \
		--input "$work/changed" -w leaks= -w pressured= -w elsewhere=0
	change 's/anomalies current=2/anomalies current=5/'
	answers "other namespaces: never fewer than none" 0 "OK - " --input "$work/changed" -w leaks= -w pressured= -w elsewhere=0
	head -c -1 busy/namespaces >"$work/changed/namespaces"
	answers "other namespaces: half of the file is not all" 3 "UNKNOWN - $work/changed/namespaces:2: truncated" \
		--input "$work/changed" -w leaks= -w pressured= -w elsewhere=0
	check "check: other namespaces: nor is half a number shown" grep -q ' anomalies=[^ ]* LISTEN=' "$work/out"
	rm "$work/changed/namespaces"
	answers "other namespaces: not from within one" 3 "UNKNOWN - the file namespaces, which only the first" \
		--input "$work/changed" -w leaks= -w pressured= -w elsewhere=0
	answers "other namespaces: nor asked for there" 0 "OK - " --input "$work/changed" -w leaks= -w pressured=
	answers "percent of the ports" 2 "CRITICAL - 96% of the ports to a destination in use" --input busy --critical ports=95
	answers "no name" 3 "UNKNOWN - --warning: expected NAME=RANGE, found '5'; the names are: leaks, " -w 5
	answers "an unknown name" 3 "UNKNOWN - --critical: expected NAME=RANGE, found 'drops=5'" -c drops=5
	answers "a tilde that the shell has taken for a home" 3 \
		"UNKNOWN - --warning: 'leaks=/root:10' is no range; write 10, 10:, 10:20, @10:20 or, in quotes, '~:10'" \
		-w leaks=/root:10
	local range
	for range in x 5:4 1:x -3 @ '~' 1:2:3 : 9999999999999999999 1. .5 1.x 1.5.5 1.6:1.5 1.0000000001; do
		answers "no range: $range" 3 "UNKNOWN - --warning: 'leaks=$range' is no range" -w "leaks=$range"
	done
	answers "another verb's option" 3 "UNKNOWN - check has no option --json" --json
	answers "an unknown option" 3 "UNKNOWN - there is no option '--colour'" --colour
	answers "an unknown letter" 3 "UNKNOWN - there is no option '-x'" --input busy -x
	answers "an option without its argument" 3 "UNKNOWN - option --warning needs an argument: NAME=RANGE" --input busy -w
	check "check: help is no answer" ends_unknown "^check: one line" check --help
	check "check: nor is the version" ends_unknown "^tcpfsm [^ ]*$" check -V
	check "check: nor is it before the verb" ends_unknown "^tcpfsm [^ ]*$" --version check
	check "check: other verbs' help is one" quietly -h flows
}

test_check() {
	test_check_defaults
	test_check_ports
	test_check_anomalies
	test_check_unknown
	test_check_decimals
	test_check_thresholds
}
