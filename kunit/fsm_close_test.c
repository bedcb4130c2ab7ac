// SPDX-License-Identifier: GPL-2.0
/*
 * Closing: RFC 9293 sections 3.6, 3.10.4, 3.10.7.4; what counts as a FIN and as its ACK.
 */
#include "fsm_script.h"

static const struct fsm_case close_cases[] = {
	{ "figure 12: normal close sequence", .after = FSM_OPEN, .line = {
		{ A(FIN, 1, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 1, 2, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(FIN, 1, 2, 0), A_LAG(TIME_WAIT, FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 2, 0), AB(TIME_WAIT, CLOSED) },
		{ A_TIMEOUT, .wait_ms = 60000, AB(CLOSED, CLOSED) } } },
	{ "figure 12, of the end that was opened passively", .after = FSM_OPEN, .line = {
		{ B(FIN, 1, 1, 50), A_LAG(CLOSE_WAIT, ESTABLISHED, FIN_WAIT_1) },
		{ A(ACK, 1, 52, 0), AB(CLOSE_WAIT, FIN_WAIT_2) },
		{ A(FIN, 1, 52, 10), B_LAG(LAST_ACK, TIME_WAIT, FIN_WAIT_2) },
		{ B(ACK, 52, 12, 0), AB(CLOSED, TIME_WAIT) } } },
	{ "figure 5, note 2: FIN with the ACK of our FIN: TIME-WAIT at once",
	  .after = FSM_OPEN, .line = {
		{ A(FIN, 1, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(FIN, 1, 2, 0), A_LAG(TIME_WAIT, FIN_WAIT_1, LAST_ACK) },
		{ A(ACK, 2, 2, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "figure 13: simultaneous close sequence", .after = FSM_OPEN, .line = {
		{ A(FIN, 1, 1, 0), .seen = SENT, AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(FIN, 1, 1, 0), .seen = SENT, AB_LAG(FIN_WAIT_1, ANY, FIN_WAIT_1, FIN_WAIT_1) },
		{ B(FIN, 1, 1, 0), .seen = CAME, AB_LAG(CLOSING, ANY, FIN_WAIT_1, FIN_WAIT_1) },
		{ A(FIN, 1, 1, 0), .seen = CAME, AB_LAG(CLOSING, FIN_WAIT_1, CLOSING, ANY) },
		{ A(ACK, 2, 2, 0), AB_LAG(CLOSING, CLOSING, TIME_WAIT, FIN_WAIT_2) },
		{ B(ACK, 2, 2, 0), AB(TIME_WAIT, TIME_WAIT) },
		{ A_TIMEOUT, AB(CLOSED, TIME_WAIT) },
		{ B_TIMEOUT, AB(CLOSED, CLOSED) } } },
	{ "figure 13: an ACK under way does not count before it comes", .after = FSM_OPEN,
	  .views = LOOPBACK, .line = {
		{ A(FIN, 1, 1, 0), .seen = SENT, AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(FIN, 1, 1, 0), AB(CLOSING, FIN_WAIT_1) },
		{ A(FIN, 1, 1, 0), .seen = CAME, AB(CLOSING, CLOSING) },
		{ B(ACK, 2, 2, 0), .seen = SENT, AB(CLOSING, CLOSING) },
		{ A(ACK, 2, 2, 0), .seen = SENT, AB(CLOSING, CLOSING) },
		{ B(ACK, 2, 2, 0), .seen = CAME, AB(TIME_WAIT, CLOSING) },
		{ A(ACK, 2, 2, 0), .seen = CAME, AB(TIME_WAIT, TIME_WAIT) } } },
	{ "3.10.7.4 eighth: retransmitted FIN in CLOSING; its ACK still counts", .after = FSM_OPEN,
	  .views = HOST_A | LOOPBACK, .line = {
		{ A(FIN, 1, 1, 0), .seen = SENT, AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(FIN, 1, 1, 0), AB(CLOSING, FIN_WAIT_1) },
		{ A(ACK, 2, 2, 0), .seen = SENT, AB(CLOSING, ANY) },
		{ B(FIN, 1, 1, 0), AB(CLOSING, ANY) },
		{ A(FIN, 1, 2, 0), AB(CLOSING, ANY) },
		{ B(FIN, 1, 2, 0), AB(TIME_WAIT, ANY) } } },
	{ "3.6 case 1: half-close: the other direction goes on", .after = FSM_HALF, .line = {
		{ B(ACK, 1, 2, 100), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ A(ACK, 2, 101, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(ACK, 101, 2, 500), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(FIN, 601, 2, 100), A_LAG(TIME_WAIT, FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 702, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "3.10.7.4 fifth: only an ACK that covers the FIN leaves FIN-WAIT-1",
	  .after = FSM_OPEN, .line = {
		{ A(FIN, 1, 1, 10), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 1, 1, 20), .seen = CAME, AB_LAG(FIN_WAIT_1, ANY, ANY, ESTABLISHED) },
		{ B(ACK, 21, 11, 0), .seen = CAME, AB_LAG(FIN_WAIT_1, ANY, ANY, ESTABLISHED) },
		{ B(ACK, 21, 12, 0), .seen = CAME, AB_LAG(FIN_WAIT_2, ANY, ANY, CLOSE_WAIT) } } },
	{ "3.10.7.4 fifth: SEG.ACK > SND.NXT in FIN-WAIT-1: send an ACK, drop the segment",
	  .after = FSM_OPEN, .views = HOST_A, .line = {
		{ A(FIN, 1, 1, 10), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 13, 0), .out = 1, AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(FIN, 1, 13, 0), .out = 1, AB(FIN_WAIT_1, ESTABLISHED) } } },
	{ "3.10.7.4 fifth: only an ACK that covers the FIN leaves CLOSING", .after = FSM_OPEN,
	  .views = HOST_A, .line = {
		{ A(FIN, 1, 1, 10), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(FIN, 1, 11, 0), AB(CLOSING, FIN_WAIT_1) },
		{ B(ACK, 2, 11, 0), AB(CLOSING, FIN_WAIT_1) },
		{ B(ACK, 2, 12, 0), AB(TIME_WAIT, CLOSING) } } },
	{ "3.10.7.4 fifth: only an ACK that covers the FIN leaves LAST-ACK",
	  .after = FSM_HALF, .line = {
		{ B(FIN, 1, 2, 10), A_LAG(TIME_WAIT, FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 1, 0), .seen = CAME, AB_LAG(ANY, FIN_WAIT_2, LAST_ACK, ANY) },
		{ A(ACK, 2, 11, 0), .seen = CAME, AB_LAG(ANY, FIN_WAIT_2, LAST_ACK, ANY) },
		{ A(ACK, 2, 12, 0), .seen = CAME, AB_LAG(ANY, TIME_WAIT, CLOSED, ANY) } } },
	{ "RFC 1122 4.2.3.6: a keep-alive (SND.NXT-1) moves nobody", .after = FSM_HALF, .line = {
		{ B(ACK, 0, 2, 0), .out = 1, AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ A(ACK, 2, 1, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(FIN, 1, 2, 0), .seen = SENT, AB_LAG(ANY, FIN_WAIT_2, LAST_ACK, LAST_ACK) },
		{ A(ACK, 1, 1, 0), .seen = CAME, .out = 1,
		  AB_LAG(ANY, FIN_WAIT_2, LAST_ACK, ANY) } } },
	{ "tcp_fin: a retransmitted FIN changes nothing in CLOSE-WAIT", .after = FSM_OPEN, .line = {
		{ A(FIN, 1, 1, 10), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ A(FIN, 1, 1, 10), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ A(FIN, 11, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 1, 12, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ A(FIN, 11, 1, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ A(FIN, 1, 1, 10), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "tcp_fin: a retransmitted FIN changes nothing in LAST-ACK and restarts TIME-WAIT",
	  .after = FSM_HALF, .line = {
		{ B(FIN, 1, 2, 0), A_LAG(TIME_WAIT, FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 2, 0), .seen = SENT, A_LAG(TIME_WAIT, TIME_WAIT, ANY) },
		{ A(FIN, 1, 1, 0), .seen = CAME, AB_LAG(ANY, FIN_WAIT_2, LAST_ACK, ANY) },
		{ B(FIN, 1, 2, 0), .seen = CAME, .rearm = 1, AB(TIME_WAIT, ANY) },
		{ A(ACK, 2, 2, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "tcp_ofo_queue: a FIN beyond a hole counts later, shown by an ACK without FIN",
	  .after = FSM_OPEN, .views = HOST_B | LOOPBACK, .line = {
		{ A(ACK, 1, 1, 10), .seen = SENT, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 11, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(ACK, 1, 1, 10), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 12, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "tcp_ofo_queue: a FIN that comes again with all that the hole lacks is in order",
	  .after = FSM_OPEN, .views = HOST_B | LOOPBACK, .line = {
		{ A(ACK, 1, 1, 10), .seen = SENT, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 11, 1, 10), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(FIN, 1, 1, 20), B_LAG(FIN_WAIT_1, CLOSE_WAIT, CLOSE_WAIT) },
		{ B(ACK, 1, 22, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "tcp_ofo_queue: a FIN beyond a hole in FIN-WAIT-2, shown by an ACK", .after = FSM_OPEN,
	  .views = HOST_A | LOOPBACK, .line = {
		{ A(FIN, 1, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 1, 2, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(ACK, 1, 2, 10), .seen = SENT, AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(FIN, 11, 2, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 1, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ B(ACK, 1, 2, 10), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 12, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "tcp_ofo_queue: a FIN beyond a hole in FIN-WAIT-1, shown by the ACK: CLOSING",
	  .after = FSM_OPEN, .views = HOST_A, .line = {
		{ A(FIN, 1, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(FIN, 11, 1, 0), AB(FIN_WAIT_1, FIN_WAIT_1) },
		{ A(ACK, 2, 12, 0), AB(CLOSING, ANY) } } },
	{ "tcp_send_delayed_ack: a FIN that nobody saw, told of by the socket, shown by its ACK",
	  .after = FSM_OPEN, .views = HOST_B, .line = {
		{ B_FOLLOWS(CLOSE_WAIT), AB(ESTABLISHED, CLOSE_WAIT) },
		{ B(ACK, 1, 12, 0), .out = 1, AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "tcp_data_queue: with no room a FIN is dropped", .after = FSM_OPEN, .line = {
		{ B(ACK, 1, 1, 0), .window = NO_WINDOW, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), .window = NO_WINDOW, AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(FIN, 1, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "tcp_data_queue: where there is room after all, the ACK shows it",
	  .after = FSM_OPEN, .line = {
		{ B(ACK, 1, 1, 0), .window = NO_WINDOW, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 2, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "3.10.7.4 first: the data fill the window to its edge: the FIN counts", .after = FSM_OPEN,
	  .line = {
		{ B(ACK, 1, 1, 0), .window = 100, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 100), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "tcp_data_queue: data beyond the window's edge: a doubtful FIN waits for its ACK",
	  .after = FSM_OPEN, .line = {
		{ B(ACK, 1, 1, 0), .window = 100, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 101), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 103, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "tcp_data_queue: beyond the edge the data are taken, the FIN comes again",
	  .after = FSM_OPEN, .line = {
		{ B(ACK, 1, 1, 0), .window = 100, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 101), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 102, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(FIN, 102, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "tcp_data_queue: a FIN among what has already come is a retransmission's",
	  .after = FSM_OPEN, .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 5), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), AB(FIN_WAIT_1, ESTABLISHED) } } },
	{ "3.4: an old segment does not turn RCV.NXT back", .after = FSM_OPEN, .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 5), AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 11, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "tcp_rcv_established: a FIN without ACK is dropped", .after = FSM_OPEN, .line = {
		{ A(BARE_FIN, 1, 0, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "3.10.7.4 seventh: nothing can follow a FIN",
	  .after = FSM_HALF, .views = HOST_A | HOST_B, .line = {
		{ A(ACK, 2, 1, 10), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(ACK, 1, 2, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(FIN, 1, 2, 0), A_LAG(TIME_WAIT, FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 2, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "3.10.7.4 seventh: data after its FIN do not move what the reset is held to",
	  .after = FSM_HALF, .views = HOST_B, .line = {
		{ A(ACK, 2, 1, 10), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ A(RST, 12, 0, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ A(RST, 2, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "tcp_close_state, tcp_send_fin: Linux is ahead of the wire, the FIN waits behind data",
	  .after = FSM_OPEN, .views = HOST_A, .line = {
		{ A_FOLLOWS(FIN_WAIT_1), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(ACK, 1, 1, 100), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 101, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(FIN, 101, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(ACK, 1, 102, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "tcp_close_state: LAST-ACK ahead of the wire",
	  .after = FSM_HALF, .views = HOST_B, .line = {
		{ B_FOLLOWS(LAST_ACK), AB(FIN_WAIT_2, LAST_ACK) },
		{ B(ACK, 1, 2, 100), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 101, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ B(FIN, 101, 2, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 102, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "3.10.7.4 eighth: the FIN itself was never seen, its retransmission was",
	  .after = FSM_OPEN,
	  .line = {
		{ A(FIN, 1, 1, 10), .seen = SENT, AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(FIN, 1, 1, 10), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) } } },
	{ "3.4: a retransmission that carries old data, new data and the FIN",
	  .after = FSM_OPEN, .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 1, 1, 20), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 1, 22, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "3.10.8: user time-out in ESTABLISHED and FIN-WAIT-1", .after = FSM_OPEN, .line = {
		{ A(FIN, 1, 1, 0), .seen = SENT, AB(FIN_WAIT_1, ESTABLISHED) },
		{ A_TIMEOUT, AB(CLOSED, ANY) },
		{ B_TIMEOUT, AB(CLOSED, CLOSED) } } },
	{ "tcp_fin_timeout: FIN-WAIT-2; CLOSE-WAIT has no timer", .after = FSM_HALF, .line = {
		{ A_TIMEOUT, .wait_ms = 60000, AB(CLOSED, CLOSE_WAIT) },
		{ B_TIMEOUT, AB(CLOSED, CLOSE_WAIT) },
		{ B_TIMEOUT, AB(CLOSED, CLOSE_WAIT) } } },
	{ "tcp_orphan_retries: LAST-ACK gives up",
	  .after = FSM_HALF, .views = HOST_B | ROUTER, .line = {
		{ B(FIN, 1, 2, 0), .seen = SENT, AB_LAG(ANY, FIN_WAIT_2, LAST_ACK, LAST_ACK) },
		{ B_TIMEOUT, AB(FIN_WAIT_2, CLOSED) } } },
	{ "tcp_orphan_retries: CLOSING gives up", .after = FSM_OPEN, .views = HOST_A, .line = {
		{ A(FIN, 1, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(FIN, 1, 1, 0), AB(CLOSING, FIN_WAIT_1) },
		{ A_TIMEOUT, AB(CLOSED, FIN_WAIT_1) } } },
};

FSM_SUITE(close);

static struct kunit_suite close_suite = {
	.name = "tcpfsm_fsm_close",
	.test_cases = close_tests,
};

kunit_test_suite(close_suite);
