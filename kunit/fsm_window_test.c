// SPDX-License-Identifier: GPL-2.0
/*
 * What is acceptable: RFC 9293 sections 3.4 and 3.8.6, RFC 7323 (window scale, PAWS), and
 * Linux's tcp_sequence(), tcp_data_queue(), tcp_paws_check().
 */
#include "fsm_script.h"

#define OPEN_WITH(of_a, of_b)								\
	{ A(SYN, 0, 0, 0), of_a, AB(SYN_SENT, LISTEN) },				\
	{ B(SYNACK, 0, 1, 0), of_b, A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },	\
	{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) }
/* Both with timestamps; A's TS.Recent at B is then @ts. */
#define OPEN_WITH_TS(ts)								\
	{ A(SYN, 0, 0, 0), TS(ts), AB(SYN_SENT, LISTEN) },				\
	{ B(SYNACK, 0, 1, 0), TS(7), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },	\
	{ A(ACK, 1, 1, 0), TS(ts), AB(ESTABLISHED, ESTABLISHED) }

static const struct fsm_case window_cases[] = {
	{ "tcp_sequence: SEG.SEQ at the right edge is taken, beyond it not",
	  .after = FSM_OPEN, .line = {
		{ A(ACK, 1001, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_sequence: the segment's end at the left edge is taken, below it not",
	  .after = FSM_OPEN,
	  .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 9), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "3.10.7.4 first: a FIN beyond the window is dropped", .after = FSM_OPEN, .line = {
		{ A(FIN, 1002, 1, 0), .out = 1, A_LAG(FIN_WAIT_1, ESTABLISHED, ESTABLISHED) } } },
	{ "3.10.7.4 first: a FIN below the window is dropped", .after = FSM_OPEN, .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 5), .out = 1, A_LAG(FIN_WAIT_1, ESTABLISHED, ESTABLISHED) } } },
	{ "3.10.7.4 fifth: SEG.ACK > SND.NXT: send an ACK, drop the segment", .after = FSM_OPEN,
	  .views = HOST_B, .line = {
		{ A(ACK, 1, 2, 10), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 2, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.4: what an end acknowledges it has received, though nobody saw it come",
	  .after = FSM_OPEN, .views = HOST_B, .line = {
		{ B(ACK, 1, 11, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 11, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.10.7.4 fifth: SEG.ACK = SND.NXT and duplicates are taken", .after = FSM_OPEN, .line = {
		{ B(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 11, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 12, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 2.2: the window in a SYN-ACK is not scaled", .line = {
		OPEN_WITH(WSCALE(7), WSCALE(7)),
		{ A(ACK, 1001, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 2.2: the window in a SYN is not scaled", .line = {
		{ A(SYN, 0, 0, 0), WSCALE(7), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), WSCALE(7), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), .window = 10, AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1281, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1282, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 2.3: all windows after the SYN's are scaled by their sender's shift", .line = {
		OPEN_WITH(WSCALE(1), WSCALE(3)),
		{ B(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 8001, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 8002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 2001, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 2002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 2.3: the largest shift is 14", .line = {
		OPEN_WITH(WSCALE(0), WSCALE(14)),
		{ B(ACK, 1, 1, 0), .window = 0xffff, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 0x3fffc001, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 0x3fffc002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 2.2: only the SYN offers a scale: no window is scaled", .line = {
		OPEN_WITH(WSCALE(7), .options = 0),
		{ B(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1001, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 2.2: only the SYN-ACK offers a scale: no window is scaled", .line = {
		OPEN_WITH(.options = 0, WSCALE(7)),
		{ B(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1001, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "3.8.6.1: a probe of a closed window (SND.NXT-1) is answered and moves nobody",
	  .after = FSM_OPEN, .line = {
		{ B(ACK, 1, 1, 0), .window = NO_WINDOW, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 0, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), .window = NO_WINDOW, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_data_queue: with a window of 0 data in order are dropped", .after = FSM_OPEN,
	  .views = HOST_B | LOOPBACK, .line = {
		{ B(ACK, 1, 1, 0), .window = NO_WINDOW, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 1), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "tcp_data_queue: likewise when the FIN comes with them", .after = FSM_OPEN,
	  .views = HOST_B | LOOPBACK, .line = {
		{ B(ACK, 1, 1, 0), .window = NO_WINDOW, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 5), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "RFC 1122 4.2.3.6: a keep-alive with one octet of garbage", .after = FSM_OPEN, .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 10, 1, 1), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 11, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.10.7.4 fifth: the window of an older ACK does not replace a newer one",
	  .after = FSM_OPEN,
	  .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), .window = 500, AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), .window = 5, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 511, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 512, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "3.8.6: the window moves with the ACK, and may grow without one",
	  .after = FSM_OPEN, .line = {
		{ B(ACK, 1, 1, 0), .window = 2000, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 2001, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 2002, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 5.3 R1: SEG.TSval < TS.Recent: not acceptable", .line = {
		OPEN_WITH_TS(500),
		{ A(FIN, 1, 1, 0), TS(498), .out = 1, A_LAG(FIN_WAIT_1, ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), TS(8), A_LAG(FIN_WAIT_1, ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 5.3 R1: SEG.TSval = TS.Recent: acceptable", .line = {
		OPEN_WITH_TS(500),
		{ A(FIN, 1, 1, 0), TS(500), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "TCP_PAWS_WINDOW: one less is acceptable to a full socket", .line = {
		OPEN_WITH_TS(500),
		{ A(FIN, 1, 1, 0), TS(499), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "TCP_PAWS_WINDOW: it does not turn TS.Recent back", .line = {
		OPEN_WITH_TS(500),
		{ A(ACK, 1, 1, 0), TS(499), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 0), TS(498), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 0), TS(498), .out = 1,
		  A_LAG(FIN_WAIT_1, ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_conn_request: what TS.Recent a SYN sets is not known: the first ACK sets it",
	  .line = {
		{ A(SYN, 0, 0, 0), TS(500), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), TS(7), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), TS(400), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 0), TS(398), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 5.2: timestamps wrap", .line = {
		OPEN_WITH_TS(0xfffffff0),
		{ A(ACK, 1, 1, 10), TS(5), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), TS(8), AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 11, 1, 0), TS(0xfffffff8), .out = 1,
		  A_LAG(FIN_WAIT_1, ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_paws_check: a TS.Recent of 0 is no word", .line = {
		OPEN_WITH_TS(0),
		{ A(FIN, 1, 1, 0), TS(0x90000000), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "tcp_paws_check: nor does it stay 0", .line = {
		OPEN_WITH_TS(0),
		{ A(ACK, 1, 1, 0), TS(0x90000000), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 0), TS(0x8ffffff0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7323 4.3 (2): only a segment that spans Last.ACK.sent updates TS.Recent", .line = {
		OPEN_WITH_TS(500),
		{ A(ACK, 1, 1, 10), TS(510), .seen = SENT, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 11, 1, 10), TS(600), AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 20), TS(550), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "RFC 7323 4.3 (2): what lies left of it updates it as well", .line = {
		OPEN_WITH_TS(500),
		{ A(ACK, 1, 1, 10), TS(510), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), TS(8), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 10), TS(600), AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 11, 1, 0), TS(550), .out = 1,
		  A_LAG(FIN_WAIT_1, ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_validate_incoming: a segment without timestamps is not held to them", .line = {
		OPEN_WITH_TS(500),
		{ A(FIN, 1, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "RFC 7323 5.3: TS.Recent is each end's own", .line = {
		OPEN_WITH_TS(500),
		{ B(ACK, 1, 1, 10), TS(8), AB(ESTABLISHED, ESTABLISHED) },
		{ B(FIN, 11, 1, 0), TS(6), .out = 1,
		  B_LAG(ESTABLISHED, FIN_WAIT_1, ESTABLISHED) } } },
};

FSM_SUITE(window);

static struct kunit_suite window_suite = {
	.name = "tcpfsm_fsm_window",
	.test_cases = window_tests,
};

kunit_test_suite(window_suite);
