// SPDX-License-Identifier: GPL-2.0
/* What to do about an anomaly, in a line. */

#include "advice.h"

static const char *const verdicts[VERDICTS_COUNT] = {
	[VERDICT_FD_LEAK] = "the program has read the connection's end and has not closed it:"
		" a close() is missing on that path; restarting the program frees them until then",
	[VERDICT_NOT_READING] = "the program has not read the connection's end: an idle pool that"
		" never checks its connections, or a stuck thread; look at what its threads wait for",
	[VERDICT_ACCEPT_STARVATION] = "nobody has accepted these connections: the program is stuck"
		" or overloaded before accept(); look at its threads and its accept queue (ss -ltn)",
	[VERDICT_UNKNOWN] = "nobody could ask the sockets (witness=0): see which of the program's"
		" connections ss -tanp shows in CLOSE-WAIT",
};

static const char *const kinds[ANOMALIES_COUNT] = {
	[ANOMALY_SYN_INTO_CLOSE_WAIT] = "clients come back from a port whose old connection is"
		" still in CLOSE_WAIT here, and hang: the leak at this listener must go",
	[ANOMALY_PEER_LEAK] = "the other end does not close, or is gone: ask its owner; keep-alive"
		" or TCP_USER_TIMEOUT ends such connections here",
};

const char *advice_name(const char *const cells[COLUMNS_MAX])
{
	return cells[LEAK_VERDICT] ? cells[LEAK_VERDICT] : cells[LEAK_KIND];
}

const char *advice_leak(const char *const cells[COLUMNS_MAX])
{
	int verdict = anomalies_verdict(cells[LEAK_VERDICT]);
	int kind = anomalies_kind(cells[LEAK_KIND]);

	if (verdict >= 0)
		return verdicts[verdict];
	return kind >= 0 ? kinds[kind] : NULL;
}

const char *advice_port(const char *const cells[COLUMNS_MAX])
{
	unsigned long long used = columns_number(cells[PORT_USED]);
	unsigned long long time_wait = columns_number(cells[PORT_TIME_WAIT]);
	unsigned long long reusable = columns_number(cells[PORT_REUSABLE]);

	if (reusable && 2 * reusable >= used)
		return "most of these ports are free again for connect() (tcp_tw_reuse):"
			" no need to act yet";
	if (2 * time_wait >= used)
		return "most are in TIME_WAIT: keep connections open and use them again;"
			" net.ipv4.tcp_tw_reuse=1 frees them after a second";
	return "most are in use: limit the connections to this destination, widen"
		" net.ipv4.ip_local_port_range, or use more addresses";
}
