// SPDX-License-Identifier: GPL-2.0
/*
 * When an anomaly begins and ends, how many there are, and which is the worst.
 *
 * One begins as soon as it holds: what is behind it has a threshold of its own. It ends when it has
 * not held for TCPFSM_ANOMALY_LINGER_MS; until then it is shown, as little as is left of it.
 */
#include "anomaly.h"

#include <linux/kernel.h>
#include <linux/string.h>

#include "net.h"
#include "trace.h"

#define ANOMALY_NAME(name, text) #text,
const char * const tcpfsm_anomaly_names[] = { TCPFSM_ANOMALIES(ANOMALY_NAME) };
const char * const tcpfsm_verdict_names[] = { TCPFSM_VERDICTS(ANOMALY_NAME) };

/**
 * tcpfsm_anomaly_judge() - does an anomaly begin or end now?
 * @a: what has become of it so far; written
 * @holds: it holds now
 * @now_ms: the time
 *
 * Context: any; the caller's lock guards @a.
 *
 * Return: enum tcpfsm_anomaly_event.
 */
enum tcpfsm_anomaly_event tcpfsm_anomaly_judge(struct tcpfsm_anomaly *a, bool holds, u64 now_ms)
{
	if (holds) {
		a->lingers = false;
		if (a->begun)
			return TCPFSM_ANOMALY_STAYS;
		a->begun = true;
		return TCPFSM_ANOMALY_BEGINS;
	}
	if (!a->begun)
		return TCPFSM_ANOMALY_STAYS;
	if (!a->lingers) {
		a->lingers = true;
		a->gone_ms = now_ms;
	}
	if (now_ms < a->gone_ms + TCPFSM_ANOMALY_LINGER_MS)
		return TCPFSM_ANOMALY_STAYS;
	memset(a, 0, sizeof(*a));
	return TCPFSM_ANOMALY_ENDS;
}

/**
 * tcpfsm_anomaly_verdict() - whose fault are these CLOSE_WAITs?
 * @count: how many there are
 * @known: of how many their sockets could be asked
 * @eof_read: of those, how many have had their end of file read
 * @unaccepted: how many nobody has accepted, so nobody can have read them
 *
 * Of equal parts the one decides that is mended most surely: a program that forgets close().
 *
 * Context: any.
 *
 * Return: the verdict of the greater part.
 */
enum tcpfsm_verdict tcpfsm_anomaly_verdict(u32 count, u32 known, u32 eof_read, u32 unaccepted)
{
	u32 unread = known - eof_read - unaccepted;

	if (known < count - known)
		return TCPFSM_VERDICT_UNKNOWN;
	if (eof_read >= unread && eof_read >= unaccepted)
		return TCPFSM_VERDICT_FD_LEAK;
	return unread >= unaccepted ? TCPFSM_VERDICT_NOT_READING :
				      TCPFSM_VERDICT_ACCEPT_STARVATION;
}

/**
 * tcpfsm_anomaly_compare() - which of two lines comes first, for sort()
 * @a: struct tcpfsm_anomaly_line
 * @b: another
 *
 * Context: any.
 *
 * Return: less than 0: @a is the worse; greater than 0: @b is.
 */
int tcpfsm_anomaly_compare(const void *a, const void *b)
{
	const struct tcpfsm_anomaly_line *x = a, *y = b;

	if (x->subject.kind != y->subject.kind)
		return (int)x->subject.kind - (int)y->subject.kind;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->oldest_ms != y->oldest_ms)
		return x->oldest_ms > y->oldest_ms ? -1 : 1;
	/* Equals keep one order from one reading to the next. */
	return memcmp(&x->subject, &y->subject, sizeof(x->subject));
}

static void anomaly_begins(struct tcpfsm_net *tn, const struct tcpfsm_anomaly_subject *subject)
{
	atomic_inc(&tn->anomalies.begun);
	atomic_inc(&tn->anomalies.holding);
	tcpfsm_anomaly_changed(tn);
	trace_tcpfsm_anomaly(tn, subject, true);
}

static void anomaly_ends(struct tcpfsm_net *tn, const struct tcpfsm_anomaly_subject *subject)
{
	atomic_inc(&tn->anomalies.ended);
	atomic_dec(&tn->anomalies.holding);
	tcpfsm_anomaly_changed(tn);
	trace_tcpfsm_anomaly(tn, subject, false);
}

/**
 * tcpfsm_anomaly_update() - say whether an anomaly holds
 * @tn: the namespace
 * @a: the source's
 * @subject: what it is about
 * @holds: it holds now
 * @now_ms: the time
 *
 * One that does not hold any more is to be updated until it has ended, at least once a second.
 *
 * Context: any but NMI; the caller's lock guards @a.
 *
 * Return: true: it has begun, and not ended yet.
 */
bool tcpfsm_anomaly_update(struct tcpfsm_net *tn, struct tcpfsm_anomaly *a,
			   const struct tcpfsm_anomaly_subject *subject, bool holds, u64 now_ms)
{
	switch (tcpfsm_anomaly_judge(a, holds, now_ms)) {
	case TCPFSM_ANOMALY_BEGINS:
		anomaly_begins(tn, subject);
		break;
	case TCPFSM_ANOMALY_ENDS:
		anomaly_ends(tn, subject);
		break;
	case TCPFSM_ANOMALY_STAYS:
		break;
	}
	return a->begun;
}

/**
 * tcpfsm_anomaly_drop() - end an anomaly at once: nobody watches any more
 * @tn: the namespace
 * @a: the source's; it need not have begun
 * @subject: what it is about
 *
 * Context: any but NMI; the caller's lock guards @a.
 */
void tcpfsm_anomaly_drop(struct tcpfsm_net *tn, struct tcpfsm_anomaly *a,
			 const struct tcpfsm_anomaly_subject *subject)
{
	if (a->begun)
		anomaly_ends(tn, subject);
	memset(a, 0, sizeof(*a));
}

/**
 * tcpfsm_anomaly_changed() - a line of `anomalies` is another now
 * @tn: the namespace
 *
 * Not for ages and rates, which are others at each reading. Begin and end say it themselves.
 *
 * Context: any.
 */
void tcpfsm_anomaly_changed(struct tcpfsm_net *tn)
{
	atomic_inc(&tn->anomalies.generation);
}

/**
 * tcpfsm_anomaly_line() - one more line
 * @lines: where to
 * @subject: what it is about
 *
 * Context: any. Allocates nothing.
 *
 * Return: the line, zeros but for its subject; or NULL: no room, and the caller may as well stop.
 */
struct tcpfsm_anomaly_line *tcpfsm_anomaly_line(struct tcpfsm_anomaly_lines *lines,
						const struct tcpfsm_anomaly_subject *subject)
{
	struct tcpfsm_anomaly_line *line;

	if (lines->n == lines->max) {
		lines->full = true;
		return NULL;
	}
	line = &lines->line[lines->n++];
	memset(line, 0, sizeof(*line));
	line->subject = *subject;
	return line;
}
