/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Anomalies: when one begins and ends, how many there are, and which is the worst.
 *
 * Who watches for one (a source) keeps a struct tcpfsm_anomaly where it keeps the rest, and says
 * now and then whether it holds: tcpfsm_anomaly_update(). When `anomalies` is read it hands out a
 * line for each that has begun: proc_anomalies.c has the list of sources.
 */
#ifndef TCPFSM_ANOMALY_H
#define TCPFSM_ANOMALY_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct tcpfsm_net;

/* The worst first: what refuses connections, what hangs some, what will, what others do. */
#define TCPFSM_ANOMALIES(X)			\
	X(PORT_PRESSURE, port_pressure)		\
	X(SYN_INTO_CLOSE_WAIT, syn_into_close_wait) \
	X(CLOSE_WAIT_LEAK, close_wait_leak)	\
	X(PEER_LEAK, peer_leak)

/* Whose fault a CLOSE_WAIT is, of the greater part of a group. */
#define TCPFSM_VERDICTS(X)		\
	X(FD_LEAK, fd_leak)		/* it has read the end of file, and does not close */ \
	X(NOT_READING, not_reading)	/* accepted, the end of file not read */ \
	X(ACCEPT_STARVATION, accept_starvation)	/* nobody has accepted it */ \
	X(UNKNOWN, unknown)		/* nobody could be asked: witness=0, and no socket */

#define TCPFSM_VERDICT_ENUM(name, text) TCPFSM_VERDICT_##name,
enum tcpfsm_verdict {
	TCPFSM_VERDICTS(TCPFSM_VERDICT_ENUM)
	TCPFSM_NR_VERDICTS
};
#undef TCPFSM_VERDICT_ENUM

#define TCPFSM_ANOMALY_ENUM(name, text) TCPFSM_ANOMALY_##name,
enum tcpfsm_anomaly_kind {
	TCPFSM_ANOMALIES(TCPFSM_ANOMALY_ENUM)
	TCPFSM_NR_ANOMALIES
};
#undef TCPFSM_ANOMALY_ENUM

/* Gone for so long it has ended; back before that, it has never ended: no flapping. */
#define TCPFSM_ANOMALY_LINGER_MS	5000

/**
 * struct tcpfsm_anomaly - whether one anomaly holds; all zeros: it does not
 * @gone_ms: when it ceased to hold, while it lingers
 * @begun: it has begun, and not ended yet: it has a line in `anomalies`
 * @lingers: it does not hold any more
 */
struct tcpfsm_anomaly {
	u64 gone_ms;
	bool begun;
	bool lingers;
};

enum tcpfsm_anomaly_event {
	TCPFSM_ANOMALY_STAYS,	/* as it was */
	TCPFSM_ANOMALY_BEGINS,
	TCPFSM_ANOMALY_ENDS,
};

/**
 * struct tcpfsm_anomaly_subject - what it is about; zeros where that does not apply
 * @local: address here, one word for IPv4, four for IPv6
 * @remote: address there
 * @cgroup: id of the culprit's cgroup
 * @uid: the culprit
 * @device: index of the interface that the sockets are bound to, 0: none
 * @local_port: port here
 * @remote_port: port there
 * @kind: enum tcpfsm_anomaly_kind
 * @state: enum tcpfsm_state, of a peer_leak and a close_wait_leak
 * @ipv6: addresses have four words
 */
struct tcpfsm_anomaly_subject {
	__be32 local[4];
	__be32 remote[4];
	u64 cgroup;
	kuid_t uid;
	int device;
	__be16 local_port;
	__be16 remote_port;
	u8 kind;
	u8 state;
	bool ipv6;
};

/**
 * struct tcpfsm_anomaly_line - what a line of `anomalies` says
 * @subject: of what
 * @weight: of two of one kind the greater is the worse
 * @oldest_ms: then the older
 * @leak: of a close_wait_leak; a peer_leak has @leak.count alone
 * @ports: of a port_pressure
 * @collisions: of a syn_into_close_wait
 */
struct tcpfsm_anomaly_line {
	struct tcpfsm_anomaly_subject subject;
	u64 weight;
	u64 oldest_ms;
	union {
		struct {
			u64 unread_bytes;
			u32 count;
			u32 eof_read;
			u32 unaccepted;
			u32 new_1h;
			u8 verdict;	/* enum tcpfsm_verdict */
			bool passive;
		} leak;
		struct {
			s64 seconds_left;
			u32 used;
			u32 time_wait;
			u32 reusable;
			u32 available;
		} ports;
		u64 collisions;
	};
};

/**
 * struct tcpfsm_anomaly_lines - room for lines
 * @line: the room
 * @n: lines there are
 * @max: lines there is room for
 * @full: there were more
 */
struct tcpfsm_anomaly_lines {
	struct tcpfsm_anomaly_line *line;
	unsigned int n;
	unsigned int max;
	bool full;
};

/**
 * struct tcpfsm_anomalies - the anomalies of one namespace, counted
 * @holding: that have begun and not ended
 * @begun: since load
 * @ended: since load
 * @generation: another whenever the file `anomalies` is another, ages and rates apart
 */
struct tcpfsm_anomalies {
	atomic_t holding;
	atomic_t begun;
	atomic_t ended;
	atomic_t generation;
};

extern const char * const tcpfsm_anomaly_names[];
extern const char * const tcpfsm_verdict_names[];

/* The rules; pure. */
enum tcpfsm_anomaly_event tcpfsm_anomaly_judge(struct tcpfsm_anomaly *a, bool holds, u64 now_ms);
int tcpfsm_anomaly_compare(const void *a, const void *b);
enum tcpfsm_verdict tcpfsm_anomaly_verdict(u32 count, u32 known, u32 eof_read, u32 unaccepted);

bool tcpfsm_anomaly_update(struct tcpfsm_net *tn, struct tcpfsm_anomaly *a,
			   const struct tcpfsm_anomaly_subject *subject, bool holds, u64 now_ms);
void tcpfsm_anomaly_drop(struct tcpfsm_net *tn, struct tcpfsm_anomaly *a,
			 const struct tcpfsm_anomaly_subject *subject);
void tcpfsm_anomaly_changed(struct tcpfsm_net *tn);
struct tcpfsm_anomaly_line *tcpfsm_anomaly_line(struct tcpfsm_anomaly_lines *lines,
						const struct tcpfsm_anomaly_subject *subject);

#endif /* TCPFSM_ANOMALY_H */
