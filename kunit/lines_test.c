// SPDX-License-Identifier: GPL-2.0
/*
 * Cache lines: what a segment writes, two CPUs with different flows never share; what every segment
 * reads of its namespace is in a line that nothing writes while segments come.
 */
#include "../module/fsm_quiet.h"
#include "../module/segment.h"
#include "flow_env.h"

/* The smallest line of a machine that matters: what holds for it holds where lines are aligned. */
#define LINE	64

/* What a quiet segment may write of its flow: tcpfsm_timer_touch(), tcpfsm_quiet_within(). */
#define WRITTEN_FROM	offsetof(struct tcpfsm_flow, deadline)
#define WRITTEN_TO	offsetofend(struct tcpfsm_flow, pair.end[1].window)

struct written_field {
	const char *name;
	size_t from;
	size_t to;
};

#define WRITTEN(field)								\
	{ "by " #field, offsetof(struct tcpfsm_net, field), offsetofend(struct tcpfsm_net, field) }

static const struct written_field written_fields[] = {
	WRITTEN(anomalies),
	WRITTEN(ports),
	WRITTEN(missed),
	WRITTEN(found),
	WRITTEN(missed_before),
	WRITTEN(sweep),
	WRITTEN(listen_events),
	WRITTEN(listen_before),
	WRITTEN(listen_seen),
	WRITTEN(listen_off),
	WRITTEN(list),
};

static void written_field_desc(const struct written_field *field, char *desc)
{
	strscpy(desc, field->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(written_field, written_fields, written_field_desc);

/* Wherever the namespace's memory begins: a line further at least. */
static void counting_reads_no_line_written(struct kunit *test)
{
	const struct written_field *field = test->param_value;
	size_t from = offsetof(struct tcpfsm_net, account.percpu);
	size_t to = offsetofend(struct tcpfsm_net, account.percpu);

	KUNIT_EXPECT_TRUE_MSG(test, field->from >= to + LINE - 1 || from >= field->to + LINE - 1,
			      "account.percpu is at %zu, the field at %zu", from, field->from);
}

static size_t flow_size(bool ipv6)
{
	return struct_size((struct tcpfsm_flow *)NULL, addr, ipv6 ? 8 : 2);
}

/*
 * Flows follow each other in a page of their slab; each line has one writer at most. Where pointers
 * have 32 bits, flows are shorter, and two CPUs with one line are the price.
 */
static void __maybe_unused neighbours_write_no_common_line(struct kunit *test)
{
	unsigned int ipv6, start, line;
	size_t size, at;

	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		size = flow_size(ipv6);
		for (start = 0; start < LINE; start += sizeof(u32)) {
			unsigned int last = UINT_MAX;

			for (at = start; at + size <= start + PAGE_SIZE; at += size) {
				line = (at + WRITTEN_FROM) / LINE;
				KUNIT_ASSERT_NE_MSG(test, line, last, "IPv%c, the flow at %zu",
						    ipv6 ? '6' : '4', at);
				last = (at + WRITTEN_TO - 1) / LINE;
			}
		}
	}
}

static void play(struct tcpfsm_pair *p, u8 from, u8 flags, u32 seq, u32 ack, u32 len)
{
	struct tcpfsm_sighting at = {
		.now_ms = 5000, .from = from,
		.sender = TCPFSM_WITNESS_SURE, .receiver = TCPFSM_WITNESS_SURE,
	};
	struct tcpfsm_segment seg = {
		.seq = seq, .ack = ack, .len = len, .window = 1000 + seq, .flags = flags,
		.options = TCPFSM_OPT_TS, .tsval = 50 + seq,
	};
	struct tcpfsm_result res;

	if (!tcpfsm_fsm_quiet(p, &seg, &at))
		tcpfsm_fsm_step(p, &seg, &at, &res);
}

/* The span above is no mere claim. */
static void a_quiet_segment_writes_its_numbers_alone(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->host, 1);
	struct tcpfsm_flow *flow = add_flow(&key, TCPFSM_FLOW_LOCAL);
	size_t size = flow_size(false), i;
	u8 *before = kunit_kzalloc(test, size, GFP_KERNEL);
	bool wrote[2] = { 0 };

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, before);
	play(&flow->pair, 0, TCPFSM_SYN, 0, 0, 0);
	play(&flow->pair, 1, TCPFSM_SYN | TCPFSM_ACK, 0, 1, 0);
	play(&flow->pair, 0, TCPFSM_ACK, 1, 1, 0);
	play(&flow->pair, 1, TCPFSM_ACK, 1, 1, 0);
	memcpy(before, flow, size);
	play(&flow->pair, 0, TCPFSM_ACK, 1, 1, 100);
	play(&flow->pair, 1, TCPFSM_ACK, 1, 101, 100);
	play(&flow->pair, 0, TCPFSM_ACK, 101, 101, 100);
	for (i = 0; i < size; i++) {
		if (before[i] == ((u8 *)flow)[i])
			continue;
		wrote[i >= offsetof(struct tcpfsm_flow, pair.end[1])] = true;
		KUNIT_EXPECT_TRUE_MSG(test, i >= WRITTEN_FROM && i < WRITTEN_TO, "octet %zu", i);
	}
	KUNIT_EXPECT_TRUE(test, wrote[0] && wrote[1]);
	kill_flow(flow);
}

static struct kunit_case lines_cases[] = {
	KUNIT_CASE_PARAM(counting_reads_no_line_written, written_field_gen_params),
#ifdef CONFIG_64BIT
	KUNIT_CASE(neighbours_write_no_common_line),
#endif
	KUNIT_CASE(a_quiet_segment_writes_its_numbers_alone),
	{ }
};

static struct kunit_suite lines_suite = {
	.name = "tcpfsm_lines",
	.init = flow_env_init,
	.exit = flow_env_exit,
	.test_cases = lines_cases,
};

kunit_test_suite(lines_suite);
