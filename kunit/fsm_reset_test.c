// SPDX-License-Identifier: GPL-2.0
/*
 * Resets and SYNs in synchronised states: RFC 9293 sections 3.5.2, 3.5.3, 3.10.7.4, RFC 5961,
 * RFC 1337.
 */
#include "fsm_script.h"

static const struct fsm_case reset_cases[] = {
	{ "RFC 5961 3.2: SEG.SEQ = RCV.NXT: reset the connection", .after = FSM_OPEN, .line = {
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "RFC 5961 3.2: exactly behind the data that came", .after = FSM_OPEN, .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RSTACK, 11, 1, 0), AB(CLOSED, CLOSED) } } },
	{ "RFC 5961 3.2: in the window, but not exact: challenge ACK", .after = FSM_OPEN, .line = {
		{ A(RST, 2, 0, 0), A_LAG(CLOSED, ESTABLISHED, ESTABLISHED) },
		{ A(RSTACK, 2, 900, 0), A_LAG(CLOSED, ESTABLISHED, ESTABLISHED) },
		{ A(RST, 1001, 0, 0), A_LAG(CLOSED, ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), A_LAG(CLOSED, ESTABLISHED, ESTABLISHED) },
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "RFC 5961 3.2: right of the window: drop", .after = FSM_OPEN, .line = {
		{ A(RST, 1002, 0, 0), .out = 1, A_LAG(CLOSED, ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 5961 3.2: left of the window: drop", .after = FSM_OPEN, .line = {
		{ A(RST, 0, 0, 0), .out = 1, A_LAG(CLOSED, ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_reset_check: RCV.NXT-1 before any FIN does not count", .after = FSM_OPEN, .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 10, 0, 0), A_LAG(CLOSED, ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_reset_check: RCV.NXT-1 after a FIN counts in CLOSE-WAIT",
	  .after = FSM_HALF, .line = {
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "tcp_reset_check: RCV.NXT-2 after a FIN does not", .after = FSM_HALF, .line = {
		{ A(RST, 0, 0, 0), .out = 1, A_LAG(CLOSED, FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "tcp_reset_check: RCV.NXT-1 after a FIN counts in LAST-ACK", .after = FSM_HALF,
	  .views = HOST_B | ROUTER, .line = {
		{ B(FIN, 1, 2, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "tcp_reset_check: RCV.NXT-1 after a FIN counts in CLOSING", .after = FSM_OPEN,
	  .views = HOST_A, .line = {
		{ A(FIN, 1, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(FIN, 1, 1, 0), AB(CLOSING, FIN_WAIT_1) },
		{ A(ACK, 2, 2, 0), AB(CLOSING, ANY) },
		{ B(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "tcp_reset_check: RCV.NXT-1 does not count in FIN-WAIT-2", .after = FSM_HALF, .line = {
		{ B(ACK, 1, 2, 10), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(RST, 10, 0, 0), B_LAG(FIN_WAIT_2, CLOSED, CLOSE_WAIT) } } },
	{ "tcp_validate_incoming: the right-most SACK edge counts", .after = FSM_OPEN,
	  .views = HOST_B | LOOPBACK, .line = {
		{ A(ACK, 1, 1, 10), .seen = SENT, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 11, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 11, 0, 0), A_LAG(CLOSED, ESTABLISHED, ESTABLISHED) },
		{ A(RST, 21, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "tcp_validate_incoming: the right-most SACK edge may be that of a FIN", .after = FSM_OPEN,
	  .views = HOST_B | LOOPBACK, .line = {
		{ A(ACK, 1, 1, 10), .seen = SENT, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 11, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(RST, 11, 0, 0), A_LAG(CLOSED, FIN_WAIT_1, ESTABLISHED) },
		{ A(RST, 12, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "tcp_reset_check: RCV.NXT-1 with a FIN beyond a hole does not count", .after = FSM_OPEN,
	  .views = HOST_B, .line = {
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 11, 1, 10), .seen = SENT, AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 21, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(RST, 10, 0, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(RST, 11, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "tcp_validate_incoming: when the hole is filled, only the new RCV.NXT counts",
	  .after = FSM_OPEN, .views = HOST_B, .line = {
		{ A(ACK, 1, 1, 10), .seen = SENT, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 11, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 21, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 11, 0, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 21, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.10.7.4 second: exact in FIN-WAIT-1", .after = FSM_OPEN, .line = {
		{ A(FIN, 1, 1, 0), .seen = SENT, AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.10.7.4 second: exact in FIN-WAIT-2; from CLOSE-WAIT: ABORT, close() with unread data",
	  .after = FSM_HALF, .line = {
		{ B(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "tcp_rcv_state_process: data for a closed program: a reset from FIN-WAIT-2",
	  .after = FSM_HALF, .line = {
		{ B(ACK, 1, 2, 10), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ A(RST, 2, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.10.7.4 second: exact in LAST-ACK",
	  .after = FSM_HALF, .views = HOST_B | ROUTER, .line = {
		{ B(FIN, 1, 2, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(RST, 2, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.10.7.4 second: a reset that is not exact acknowledges nothing", .after = FSM_HALF,
	  .views = HOST_B, .line = {
		{ B(FIN, 1, 2, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(RSTACK, 3, 2, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 2, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "3.10.7.4 second: a reset from LAST-ACK",
	  .after = FSM_HALF, .views = HOST_B | ROUTER, .line = {
		{ B(FIN, 1, 2, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ B(RST, 2, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.10.7.4 second: exact in CLOSING", .after = FSM_OPEN, .views = HOST_A, .line = {
		{ A(FIN, 1, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(FIN, 1, 1, 0), AB(CLOSING, FIN_WAIT_1) },
		{ B(RST, 2, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.10.5: ABORT in FIN-WAIT-1 (SO_LINGER 0, tcp_disconnect): snd RST",
	  .after = FSM_OPEN, .line = {
		{ A(FIN, 1, 1, 0), .seen = SENT, AB(FIN_WAIT_1, ESTABLISHED) },
		{ A(RST, 2, 0, 0), .seen = SENT, B_LAG(CLOSED, ANY, ANY) } } },
	{ "tcp_validate_incoming: a reset is accepted even if it did not pass PAWS", .line = {
		{ A(SYN, 0, 0, 0), TS(400), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), TS(7), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 10), TS(500), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 12, 0, 0), TS(400), A_LAG(CLOSED, ESTABLISHED, ESTABLISHED) },
		{ A(RST, 11, 0, 0), TS(400), AB(CLOSED, CLOSED) } } },
	{ "RFC 1337: an in-sequence reset ends TIME-WAIT", .after = FSM_CLOSED_BY_A, .line = {
		{ B(RST, 2, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "RFC 1337, fix F1: ignore resets in TIME-WAIT", .after = FSM_CLOSED_BY_A, .line = {
		{ B(RST, 2, 0, 0), .rfc1337 = 1, AB(TIME_WAIT, CLOSED) } } },
	{ "tcp_timewait_state_process: a reset elsewhere is nothing",
	  .after = FSM_CLOSED_BY_A, .line = {
		{ B(RST, 1, 0, 0), .out = 1, AB(TIME_WAIT, CLOSED) },
		{ B(RST, 3, 0, 0), .out = 1, AB(TIME_WAIT, CLOSED) } } },
	{ "tcp_timewait_state_process, TCP_TW_RST: a reset from TIME-WAIT",
	  .after = FSM_CLOSED_BY_A,
	  .line = {
		{ A(RST, 2, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "3.10.7.1: the reset of a closed end does not bring it back",
	  .after = FSM_CLOSED_BY_A, .line = {
		{ A(ACK, 2, 2, 0), AB(TIME_WAIT, CLOSED) },
		{ B(RST, 1, 0, 0), .out = 1, AB(TIME_WAIT, CLOSED) },
		{ B(ACK, 2, 2, 0), .rearm = 1, AB(TIME_WAIT, CLOSED) } } },
	{ "figure 9: half-open connection discovery", .after = FSM_OPEN, .views = HOST_B, .line = {
		{ A(SYN, 400, 0, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "figure 10: active side causes half-open connection discovery", .after = FSM_OPEN,
	  .views = HOST_B | ROUTER, .line = {
		{ B(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "figure 11: an old duplicate SYN: the SYN-ACK is refused, the passive end reset",
	  .views = HOST_B | ROUTER, .line = {
		{ A(SYN, 50, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 51, 0), AB(SYN_SENT, SYN_RECEIVED) },
		{ A(RST, 51, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "RFC 5961 4.2: a SYN in ESTABLISHED, wherever: challenge ACK, no change",
	  .after = FSM_OPEN,
	  .views = HOST_B | ROUTER, .line = {
		{ A(SYN, 1, 0, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(SYN, 500, 0, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(SYN, 5000, 0, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(SYN, 0, 0, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(SYNFIN, 1, 0, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 5961 4.2: a SYN-ACK in ESTABLISHED, forged or late: challenge ACK, no change",
	  .after = FSM_OPEN, .views = HOST_A, .line = {
		{ B(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(SYNACK, 0, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(SYNACK, 11, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(SYNACK, 5000, 1, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ B(SYNACK, 11, 900, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 11, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 5961 4.2: a forged SYN-ACK does not change the number that is acknowledged",
	  .views = HOST_A, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), AB(ESTABLISHED, SYN_RECEIVED) },
		{ B(SYNACK, 5000, 1, 0), AB(ESTABLISHED, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 5961 4.2: a SYN or SYN-ACK in FIN-WAIT-2 and CLOSE-WAIT: no change",
	  .after = FSM_HALF,
	  .views = HOST_A | HOST_B, .line = {
		{ B(SYN, 1, 0, 0), .seen = CAME, AB_LAG(FIN_WAIT_2, ANY, ANY, CLOSE_WAIT) },
		{ B(SYNACK, 1, 2, 0), .seen = CAME, AB_LAG(FIN_WAIT_2, ANY, ANY, CLOSE_WAIT) },
		{ A(SYN, 2, 0, 0), .seen = CAME, AB_LAG(ANY, FIN_WAIT_2, CLOSE_WAIT, ANY) },
		{ A(SYN, 90000, 0, 0), .seen = CAME, .out = 1,
		  AB_LAG(ANY, FIN_WAIT_2, CLOSE_WAIT, ANY) },
		{ A(SYNACK, 2, 1, 0), .seen = CAME, AB_LAG(ANY, FIN_WAIT_2, CLOSE_WAIT, ANY) } } },
	{ "RFC 5961 4.2: a SYN in FIN-WAIT-1: no change",
	  .after = FSM_OPEN, .views = HOST_A, .line = {
		{ A(FIN, 1, 1, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(SYN, 1, 0, 0), AB(FIN_WAIT_1, ESTABLISHED) },
		{ B(SYNACK, 1, 2, 0), AB(FIN_WAIT_1, ESTABLISHED) } } },
	{ "RFC 5961 4.2: a SYN in LAST-ACK: no change",
	  .after = FSM_HALF, .views = HOST_B, .line = {
		{ B(FIN, 1, 2, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(SYN, 2, 0, 0), AB(FIN_WAIT_2, LAST_ACK) },
		{ A(SYNACK, 2, 2, 0), AB(FIN_WAIT_2, LAST_ACK) } } },
	{ "a leak's worst symptom: a SYN for a tuple in CLOSE-WAIT meets challenge ACKs",
	  .after = FSM_HALF, .views = HOST_B, .line = {
		{ A(SYN, 7000, 0, 0), .out = 1, AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(ACK, 1, 2, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ A(SYN, 7000, 0, 0), .out = 1, AB(FIN_WAIT_2, CLOSE_WAIT) } } },
};

FSM_SUITE(reset);

static struct kunit_suite reset_suite = {
	.name = "tcpfsm_fsm_reset",
	.test_cases = reset_tests,
};

kunit_test_suite(reset_suite);
