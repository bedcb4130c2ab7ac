// SPDX-License-Identifier: GPL-2.0
/*
 * Where a connection's life begins and ends: TIME-WAIT and its restarts, a tuple that comes round
 * again, a connection that was there before anybody looked.
 */
#include "fsm_script.h"

/* Opened and closed by A with timestamps: TIME_WAIT; next are 2 and 2, TS.Recent of A 20. */
#define TIME_WAIT_WITH_TS							\
	{ A(SYN, 0, 0, 0), TS(10), AB(SYN_SENT, LISTEN) },			\
	{ B(SYNACK, 0, 1, 0), TS(20), AB(ESTABLISHED, SYN_RECEIVED) },		\
	{ A(ACK, 1, 1, 0), TS(10), AB(ESTABLISHED, ESTABLISHED) },		\
	{ A(FIN, 1, 1, 0), TS(10), AB(FIN_WAIT_1, ESTABLISHED) },		\
	{ B(FIN, 1, 2, 0), TS(20), AB(TIME_WAIT, LAST_ACK) },			\
	{ A(ACK, 2, 2, 0), TS(10), AB(TIME_WAIT, CLOSED) }

static const struct fsm_case life_cases[] = {
	{ "3.10.7.4 eighth: a retransmitted FIN restarts the 2 MSL time-out",
	  .after = FSM_CLOSED_BY_A,
	  .line = {
		{ B(FIN, 1, 2, 0), .seen = CAME, .rearm = 1, AB(TIME_WAIT, ANY) },
		{ A(ACK, 2, 2, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "tcp_timewait_state_process: a bare in-sequence segment restarts it",
	  .after = FSM_CLOSED_BY_A,
	  .line = {
		{ B(ACK, 2, 2, 0), .rearm = 1, AB(TIME_WAIT, CLOSED) },
		{ B(NONE, 2, 0, 0), .rearm = 1, AB(TIME_WAIT, CLOSED) } } },
	{ "tcp_timewait_state_process: it is restarted by what comes, not by what is sent",
	  .after = FSM_CLOSED_BY_A, .views = LOOPBACK, .line = {
		{ B(ACK, 2, 2, 0), .seen = SENT, AB(TIME_WAIT, CLOSED) },
		{ B(ACK, 2, 2, 0), .seen = CAME, .rearm = 1, AB(TIME_WAIT, CLOSED) } } },
	{ "tcp_timewait_state_process: every ACK out of sequence restarts it",
	  .after = FSM_CLOSED_BY_A,
	  .line = {
		{ B(ACK, 1, 2, 0), .rearm = 1, .out = 1, AB(TIME_WAIT, CLOSED) },
		{ B(ACK, 3, 2, 0), .rearm = 1, .out = 1, AB(TIME_WAIT, CLOSED) },
		{ B(ACK, 2, 2, 10), .rearm = 1, AB(TIME_WAIT, CLOSED) },
		{ B(ACK, 2, 9, 0), .rearm = 1, .out = 1, AB(TIME_WAIT, CLOSED) } } },
	{ "tcp_timewait_state_process: without ACK, out of sequence: no restart",
	  .after = FSM_CLOSED_BY_A,
	  .line = {
		{ B(NONE, 3, 0, 0), .out = 1, AB(TIME_WAIT, CLOSED) },
		{ B(NONE, 2, 0, 1), AB(TIME_WAIT, CLOSED) },
		{ B(BARE_FIN, 2, 0, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "tcp_timewait_state_process: an ACKless SYN may be an old duplicate: no restart",
	  .after = FSM_CLOSED_BY_A, .views = HOST_A, .line = {
		{ B(SYN, 1, 0, 0), AB(TIME_WAIT, ANY) },
		{ B(SYNACK, 1, 2, 0), .rearm = 1, AB(TIME_WAIT, ANY) } } },
	{ "tcp_timewait_state_process: a PAWS reject restarts it", .views = HOST_A, .line = {
		TIME_WAIT_WITH_TS,
		{ B(SYN, 1, 0, 0), TS(19), .rearm = 1, .out = 1, AB(TIME_WAIT, CLOSED) },
		{ B(SYN, 1, 0, 0), TS(20), AB(TIME_WAIT, ANY) },
		{ B(ACK, 2, 2, 0), TS(19), .rearm = 1, .out = 1, AB(TIME_WAIT, ANY) } } },
	{ "tcp_timewait_state_process: PAWS holds for resets, too", .views = HOST_A, .line = {
		TIME_WAIT_WITH_TS,
		{ B(RST, 2, 0, 0), TS(19), AB(TIME_WAIT, CLOSED) },
		{ B(RST, 2, 0, 0), TS(20), AB(CLOSED, CLOSED) } } },
	{ "tcp_timewait_state_process: no reset restarts it", .after = FSM_CLOSED_BY_A, .line = {
		{ B(RSTACK, 7, 2, 0), .out = 1, AB(TIME_WAIT, CLOSED) },
		{ B(RSTACK, 2, 2, 0), .rfc1337 = 1, AB(TIME_WAIT, CLOSED) } } },
	{ "3.10.7.4: what TIME-WAIT sends restarts nothing", .after = FSM_CLOSED_BY_A, .line = {
		{ A(ACK, 2, 2, 0), AB(TIME_WAIT, CLOSED) },
		{ A(FIN, 1, 2, 0), AB(TIME_WAIT, CLOSED) } } },
	{ "3.10.7.4: only TIME-WAIT is restarted", .after = FSM_HALF, .line = {
		{ B(ACK, 1, 2, 10), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ A(FIN, 1, 1, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "tcp_twsk_unique: tcp_tw_reuse lets a connect() take a TIME-WAIT",
	  .after = FSM_CLOSED_BY_A,
	  .views = HOST_A | LOOPBACK | ROUTER, .line = {
		{ A(SYN, 65538, 0, 0), .new_life = ALL, AB(SYN_SENT, LISTEN) },
		{ A(SYN, 65538, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 9000, 65539, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 65539, 9001, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 1122 4.2.2.13: a SYN reopens a TIME-WAIT; its own host knows by the SYN-ACK",
	  .after = FSM_CLOSED_BY_A, .line = {
		{ B(SYN, 70000, 0, 0), .new_life = HOST_B | ROUTER | LOOPBACK,
		  .out = EITHER, AB_LAG(ANY, ANY, SYN_SENT, ANY) },
		{ A(SYNACK, 80000, 70001, 0), .new_life = HOST_A,
		  AB_LAG(SYN_RECEIVED, SYN_RECEIVED, ESTABLISHED, ANY) },
		{ B(ACK, 70001, 80001, 0), AB_LAG(ANY, ESTABLISHED, ESTABLISHED, ANY) } } },
	{ "3.10.7.4: a SYN to TIME-WAIT that nobody answers reopens nothing",
	  .after = FSM_CLOSED_BY_A,
	  .views = HOST_A, .line = {
		{ B(SYN, 70000, 0, 0), .out = 1, AB(TIME_WAIT, CLOSED) },
		{ B(SYN, 70000, 0, 0), .out = 1, AB(TIME_WAIT, CLOSED) },
		{ A_TIMEOUT, AB(CLOSED, CLOSED) } } },
	{ "a connection that ended in silence: its host's next SYN is another",
	  .after = FSM_OPEN, .line = {
		{ A(SYN, 5000, 0, 0), .new_life = HOST_A | LOOPBACK, .out = EITHER,
		  AB_LAG(SYN_SENT, ANY, ANY, ANY) },
		{ B(SYNACK, 7000, 5001, 0), .new_life = HOST_B | ROUTER,
		  AB_LAG(ESTABLISHED, ANY, SYN_RECEIVED, SYN_RECEIVED) },
		{ A(ACK, 5001, 7001, 0), AB_LAG(ESTABLISHED, ANY, ESTABLISHED, ANY) } } },
	{ "connect() gave up in silence, and again from the same port", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ A(SYN, 90000, 0, 0), .new_life = HOST_A | LOOPBACK | ROUTER,
		  AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 90001, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 90001, 1, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "connect() was refused: the next SYN is another life, with whatever number", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(RSTACK, 0, 1, 0), .absolute = 1, AB(CLOSED, LISTEN) },
		{ A(SYN, 0, 0, 0), .new_life = HOST_A | LOOPBACK | ROUTER,
		  AB(SYN_SENT, LISTEN) } } },
	{ "connect() again from the same port, with a lower number", .line = {
		{ A(SYN, 90000, 0, 0), AB(SYN_SENT, LISTEN) },
		{ A(SYN, 100, 0, 0), .new_life = HOST_A | LOOPBACK | ROUTER,
		  AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 101, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 101, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 102, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "a request sock died in silence: the next SYN-ACK has another number",
	  .views = HOST_B | ROUTER, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), .seen = SENT, AB(SYN_SENT, SYN_RECEIVED) },
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, SYN_RECEIVED) },
		{ B(SYNACK, 6000, 1, 0), .new_life = HOST_B, AB(ANY, SYN_RECEIVED) },
		{ A(ACK, 1, 6001, 0), AB(ANY, ESTABLISHED) } } },
	{ "tcp_conn_request: both retransmit in a simultaneous open: one life",
	  .views = HOST_A, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYN, 0, 0, 0), AB(SYN_RECEIVED, SYN_SENT) },
		{ A(SYN, 0, 0, 0), AB(SYN_RECEIVED, SYN_SENT) },
		{ B(SYN, 0, 0, 0), AB(SYN_RECEIVED, SYN_SENT) },
		{ A(SYNACK, 0, 1, 0), AB(SYN_RECEIVED, SYN_SENT) },
		{ A(SYNACK, 0, 1, 0), AB(SYN_RECEIVED, SYN_SENT) } } },
	{ "TCP_DEFER_ACCEPT: SYN-ACKs after the client's ACK: one life",
	  .after = FSM_OPEN, .line = {
		{ B(SYNACK, 0, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(SYNACK, 0, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 5961 4.2: a SYN that merely came by a living connection: no other life",
	  .after = FSM_HALF, .views = HOST_B | ROUTER, .line = {
		{ A(SYN, 5000, 0, 0), .out = 1, AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "3.10.7.4 second: a reset with SYN begins nothing", .after = FSM_CLOSED_BY_A,
	  .views = HOST_A | ROUTER, .line = {
		{ B(SYNRST, 70000, 0, 0), .out = 1, AB(TIME_WAIT, CLOSED) } } },
	{ "mid-stream: the first that is seen is A's data", .line = {
		{ A(ACK, 500, 700, 10), .picked_up = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 700, 510, 20), AB(ESTABLISHED, ESTABLISHED) },
		{ A(FIN, 510, 720, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 720, 511, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
		{ B(FIN, 720, 511, 0), A_LAG(TIME_WAIT, FIN_WAIT_2, LAST_ACK) } } },
	{ "mid-stream: what was acknowledged has been sent", .views = HOST_B, .line = {
		{ A(ACK, 500, 700, 0), .picked_up = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 699, 500, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 500, 700, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "mid-stream: the first that is seen is B's ACK", .line = {
		{ B(ACK, 700, 500, 0), .picked_up = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 500, 700, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(FIN, 700, 510, 0), A_LAG(CLOSE_WAIT, ESTABLISHED, FIN_WAIT_1) },
		{ A(ACK, 510, 701, 0), AB(CLOSE_WAIT, FIN_WAIT_2) } } },
	{ "mid-stream: the first that is seen is a FIN", .line = {
		{ A(FIN, 500, 700, 10), .picked_up = 1,
		  B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 700, 511, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "mid-stream: an end that has not spoken yet is not held to a window", .line = {
		{ A(ACK, 500, 700, 10), .picked_up = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 900000, 700, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(RST, 600000, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "mid-stream: what scale was agreed on is not known: the largest", .line = {
		{ A(ACK, 500, 700, 0), .picked_up = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 700, 500, 0), .window = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 500 + 16384, 700, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 501 + 16384, 700, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 499, 700, 0), .out = 1, AB(ESTABLISHED, ESTABLISHED) } } },
	{ "mid-stream: of a half-closed connection only the open half is seen", .line = {
		{ B(ACK, 700, 500, 10), .picked_up = 1, AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 500, 710, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(FIN, 710, 500, 0), A_LAG(CLOSE_WAIT, ESTABLISHED, FIN_WAIT_1) },
		{ A_FOLLOWS(TIME_WAIT), AB_LAG(TIME_WAIT, TIME_WAIT, ANY, ANY) } } },
};

FSM_SUITE(life);

static struct kunit_suite life_suite = {
	.name = "tcpfsm_fsm_life",
	.test_cases = life_tests,
};

kunit_test_suite(life_suite);
