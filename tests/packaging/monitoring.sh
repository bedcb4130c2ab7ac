# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What Prometheus and Grafana are given: alert rules, their runbook, the dashboard. Sourced by run, whose
# check(), $top, $tool and $work it uses.
# shellcheck disable=SC2154

mon=$top/packaging/monitoring
fixtures=$top/tests/tool/fixtures
# Of a virtual machine; record makes them.
copies=$top/tests/packaging/copies

rules_check() {
	promtool check rules "$mon/tcpfsm.rules.yml"
}

rules_test() {
	(cd "${1:-$mon}" && promtool test rules tcpfsm.rules_test.yml)
}

alerts() {
	sed -n 's/^ *- alert: //p' "$mon/tcpfsm.rules.yml"
}

# The tests notice each alert that never fires, and each that always does.
rules_tests_notice() {
	local alert expr
	mkdir -p "$work/rules"
	cp "$mon"/tcpfsm.rules{,_test}.yml "$work/rules/"
	rules_test "$work/rules"
	[[ -n $(alerts) ]]
	for alert in $(alerts); do
		for expr in 'vector(0) > 1' 'vector(1)'; do
			sed "/- alert: $alert\$/,/expr:/s/expr: .*/expr: $expr/" "$mon/tcpfsm.rules.yml" \
				>"$work/rules/tcpfsm.rules.yml"
			! rules_test "$work/rules" >/dev/null 2>&1 || { echo "$alert: $expr"; return 1; }
		done
	done
}

# Each has its chapter, and no chapter is of an alert that is gone.
runbook() {
	local alert
	for alert in $(alerts); do
		grep -qxF "      runbook: Documentation/alerts.md#${alert,,}" <(sed 's/^    *runbook/      runbook/' \
			"$mon/tcpfsm.rules.yml") || { echo "$alert: no runbook"; return 1; }
	done
	diff -U 0 <(alerts | sort) <(sed -n 's/^## \(Tcpfsm.*\)/\1/p' "$top/Documentation/alerts.md" | sort)
}

# The line that the runbook gives for where these documents are kept.
runbook_moves() {
	local line
	line=$(grep '^sed -i .*tcpfsm.rules.yml$' "$top/Documentation/alerts.md") || return 1
	mkdir -p "$work/runbook"
	cp "$mon/tcpfsm.rules.yml" "$work/runbook/"
	(cd "$work/runbook" && bash -c "$line" && promtool check rules tcpfsm.rules.yml &&
		! sed -n 's/^ *runbook: //p' tcpfsm.rules.yml |
			grep -v '^https://[^ ]*/Documentation/alerts.md#tcpfsm[a-z]*$')
}

rule_expressions() {
	sed -n 's/^ *expr: //p' "$mon/tcpfsm.rules.yml"
}

dashboard_expressions() {
	jq -er '.panels[].targets[].expr' "$mon/dashboard.json"
	jq -r '.templating.list[] | select(.definition) | .definition' "$mon/dashboard.json"
}

# What the tool exports of a copy in which everything has happened.
exported() {
	"$tool" prometheus --input "$fixtures/busy" | grep -v '^#'
}

# Every metric and every label's value that is asked for is there.
asks_for_what_is_exported() {	# EXPRESSIONS: a function
	local metric label value missing=0
	exported >"$work/exported"
	"$1" >"$work/expressions"
	[[ -s $work/expressions ]]
	while read -r metric; do
		grep -q "^${metric}[{ ]" "$work/exported" || { echo "no metric $metric"; missing=1; }
	done < <(grep -oE 'tcpfsm_[a-z_]+' "$work/expressions" | sort -u)
	while IFS='=' read -r label value; do
		for value in ${value//[\"|~]/ }; do
			grep -q "[{,]$label=\"$value\"" "$work/exported" || { echo "no $label=\"$value\""; missing=1; }
		done
	done < <(grep -oE '[a-z]+=~?"[A-Za-z_|]+"' "$work/expressions" | sort -u)
	return "$missing"
}

# Prometheus reads each of them; Grafana's variables have got values by then.
dashboard_parses() {
	# shellcheck disable=SC2016 # Grafana's variables
	jq -er '.panels[].targets[].expr' "$mon/dashboard.json" |
		sed 's/\$__rate_interval/1m/g; s/\$instance/.*/g' |
		jq -R '{record: "a", expr: .}' | jq -s '{groups: [{name: "dashboard", rules: .}]}' >"$work/dashboard.json"
	promtool check rules "$work/dashboard.json"
	jq -e '[.panels[].id] | length > 10 and length == (unique | length)' "$mon/dashboard.json"
}

# increase() extrapolates, and nobody has seen a third of a connection.
dashboard_counts_whole() {
	dashboard_expressions >"$work/expressions"
	grep -q 'increase(' "$work/expressions"
	! grep 'increase(' "$work/expressions" | grep -v '^round('
}

# From here on the real thing: exporter, Prometheus, our rules. Only the rules' patience is shortened.

# They end by themselves, should nobody end them.
_pids=()
_start() {
	timeout 120 "$@" >"$work/$1.log" 2>&1 &
	_pids+=($!)
}

monitoring_stop() {
	((${#_pids[@]} == 0)) || { kill "${_pids[@]}"; wait "${_pids[@]}"; } 2>/dev/null || true
	_pids=()
}

free_port() {
	local port
	while port=$((20000 + RANDOM % 10000)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

watch_it() {
	local exporter server
	mkdir -p "$work/textfile" "$work/prometheus"
	exporter=127.0.0.1:$(free_port) server=127.0.0.1:$(free_port)
	sed 's/for: .*/for: 1s/' "$mon/tcpfsm.rules.yml" >"$work/prometheus/tcpfsm.rules.yml"
	cat >"$work/prometheus/prometheus.yml" <<-END
		global: {scrape_interval: 1s, evaluation_interval: 1s}
		rule_files: [tcpfsm.rules.yml]
		scrape_configs:
		  - job_name: node
		    static_configs: [{targets: ["$exporter"]}]
	END
	alerts_url=http://$server/api/v1/alerts
	_start prometheus-node-exporter --collector.disable-defaults --collector.textfile --collector.time \
		--collector.textfile.directory="$work/textfile" --web.listen-address="$exporter"
	_start prometheus --config.file="$work/prometheus/prometheus.yml" --web.listen-address="$server" \
		--storage.tsdb.path="$work/prometheus/data"
}

firing() {
	curl -s --max-time 2 "$alerts_url" | jq -r '.data.alerts[] | select(.state == "firing") | .labels.alertname' |
		sort -u
}

# until SECONDS COMMAND...
until_true() {
	local end=$((SECONDS + $1))
	shift
	while ((SECONDS < end)); do
		! "$@" || return 0
		# What the timer does.
		"$tool" prometheus --input "$work/copy" --textfile "$work/textfile/tcpfsm.prom" 2>/dev/null
		sleep 0.5
	done
	return 1
}

is_firing() {	# ALERT
	firing | grep -qx "$1"
}

is_quiet() {	# after the exporter's figures were read
	curl -s --max-time 2 "${alerts_url%alerts}query?query=tcpfsm_up" | jq -e '.data.result | length == 1' >/dev/null &&
		[[ -z $(firing) ]]
}

# What TcpfsmFiguresOld compares: it has the figures' age of this exporter.
age_is_known() {
	local expression
	expression=$(sed -n '/alert: TcpfsmFiguresOld/,/expr:/s/^ *expr: \(.*\) > 120.*/\1/p' "$mon/tcpfsm.rules.yml")
	curl -sG --max-time 2 --data-urlencode "query=$expression" "${alerts_url%alerts}query" |
		jq -e '.data.result | length == 1 and (.[0].value[1] | tonumber | . > -5 and . < 60)'
}

show() {	# FIXTURE
	rm -rf "$work/copy"
	cp -r "$1" "$work/copy"
}

# A server that has never had trouble; then its anomalies come, and go.
end_to_end() {
	local result=0
	show "$copies/healthy"
	until_true 30 is_quiet || { echo "not quiet: $(firing)"; result=1; }
	until_true 20 age_is_known || { echo "the figures' age is not known"; result=1; }
	show "$copies/leak"
	until_true 20 is_firing TcpfsmFdLeak || { echo "TcpfsmFdLeak does not fire"; result=1; }
	echo "firing: $(firing)"
	show "$copies/healthy"
	until_true 20 is_quiet || { echo "still firing: $(firing)"; result=1; }
	rm -r "$work/copy"
	until_true 20 is_firing TcpfsmModuleGone || { echo "TcpfsmModuleGone does not fire"; result=1; }
	return "$result"
}

end_to_end_and_stop() {
	trap monitoring_stop EXIT
	watch_it
	end_to_end || { tail -n 5 "$work"/prometheus*.log; return 1; }
}

monitoring() {
	need prometheus prometheus-node-exporter curl jq || return
	check "promtool: the alert rules" rules_check
	check "promtool: the rules' tests" rules_test
	check "the rules' tests notice an alert that never or always fires" rules_tests_notice
	check "each alert has its chapter in the runbook" runbook
	check "the runbook's address can be put before each alert's" runbook_moves
	check "the rules ask for what the tool exports" asks_for_what_is_exported rule_expressions
	check "the dashboard asks for what the tool exports" asks_for_what_is_exported dashboard_expressions
	check "Prometheus reads the dashboard's expressions" dashboard_parses
	check "the dashboard counts whole connections" dashboard_counts_whole
	check "a leak becomes an alert: exporter, Prometheus, rules" end_to_end_and_stop
}
