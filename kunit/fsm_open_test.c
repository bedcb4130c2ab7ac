// SPDX-License-Identifier: GPL-2.0
/*
 * Opening: RFC 9293 sections 3.5, 3.10.7.2 to 3.10.7.4, RFC 7413; what Linux makes of them.
 */
#include "fsm_script.h"

static const struct fsm_case open_cases[] = {
	{ "figure 6: basic three-way handshake", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 100), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 101, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "3.5: the third segment of the handshake may carry data", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 100), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "figure 7: simultaneous connection synchronization", .line = {
		{ A(SYN, 0, 0, 0), .seen = SENT, AB(SYN_SENT, LISTEN) },
		{ B(SYN, 0, 0, 0), .seen = SENT, AB_LAG(SYN_SENT, ANY, SYN_SENT, SYN_SENT) },
		{ B(SYN, 0, 0, 0), .seen = CAME, AB_LAG(SYN_RECEIVED, ANY, SYN_SENT, SYN_SENT) },
		{ A(SYN, 0, 0, 0), .seen = CAME,
		  AB_LAG(SYN_RECEIVED, SYN_SENT, SYN_RECEIVED, ANY) },
		{ A(SYNACK, 0, 1, 0), .seen = SENT,
		  AB_LAG(SYN_RECEIVED, SYN_RECEIVED, SYN_RECEIVED, SYN_SENT) },
		{ B(SYNACK, 0, 1, 0), .seen = SENT,
		  AB_LAG(SYN_RECEIVED, ANY, SYN_RECEIVED, SYN_RECEIVED) },
		{ B(SYNACK, 0, 1, 0), .seen = CAME,
		  AB_LAG(ESTABLISHED, ANY, SYN_RECEIVED, SYN_RECEIVED) },
		{ A(SYNACK, 0, 1, 0), .seen = CAME,
		  AB_LAG(ESTABLISHED, SYN_RECEIVED, ESTABLISHED, ANY) },
		{ A(ACK, 1, 1, 0), A_LAG(ESTABLISHED, SYN_RECEIVED, ESTABLISHED) },
		{ B(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_validate_incoming: a challenge ACK for a crossing SYN-ACK opens as well", .line = {
		{ A(SYN, 0, 0, 0), .seen = SENT, AB(SYN_SENT, LISTEN) },
		{ B(SYN, 0, 0, 0), AB_LAG(SYN_RECEIVED, ANY, SYN_SENT, SYN_SENT) },
		{ A(SYN, 0, 0, 0), .seen = CAME,
		  AB_LAG(SYN_RECEIVED, SYN_SENT, SYN_RECEIVED, ANY) },
		{ A(SYNACK, 0, 1, 0), .seen = SENT,
		  AB_LAG(SYN_RECEIVED, SYN_RECEIVED, SYN_RECEIVED, SYN_SENT) },
		{ B(ACK, 1, 1, 0), AB_LAG(ESTABLISHED, ANY, SYN_RECEIVED, ESTABLISHED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_validate_incoming: a crossing SYN-ACK has the SYN's number and the exact ACK",
	  .views = HOST_A, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYN, 0, 0, 0), AB(SYN_RECEIVED, SYN_SENT) },
		{ A(SYNACK, 0, 1, 0), AB(SYN_RECEIVED, SYN_SENT) },
		{ B(SYNACK, 9, 1, 0), AB(SYN_RECEIVED, ANY), .out = EITHER },
		{ B(SYNACK, 0, 0, 0), AB(SYN_RECEIVED, ANY), .out = EITHER },
		{ B(SYNACK, 0, 1, 0), AB(ESTABLISHED, ANY) } } },
	{ "figure 5: SEND in LISTEN: snd SYN", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYN, 0, 0, 0), A_LAG(SYN_RECEIVED, SYN_SENT, SYN_SENT) } } },
	{ "tcp_check_req: a retransmitted SYN changes nothing", .line = {
		{ A(SYN, 0, 0, 0), .seen = SENT, AB(SYN_SENT, LISTEN) },
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), .seen = SENT, AB(SYN_SENT, SYN_RECEIVED) },
		{ A(SYN, 0, 0, 0), B_LAG(SYN_SENT, SYN_RECEIVED, ANY) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "3.10.7.4: a retransmitted SYN-ACK is answered and changes nothing", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), .seen = SENT, B_LAG(ESTABLISHED, SYN_RECEIVED, ESTABLISHED) },
		{ B(SYNACK, 0, 1, 0), AB_LAG(ESTABLISHED, ANY, SYN_RECEIVED, ANY) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(SYNACK, 0, 1, 0), .seen = CAME, A_LAG(ESTABLISHED, ANY, ESTABLISHED) } } },
	{ "3.10.7.2 first: a reset to LISTEN is ignored", .line = {
		{ A(RST, 0, 0, 0), AB(LISTEN, LISTEN) },
		{ A(RSTACK, 0, 0, 0), AB(LISTEN, LISTEN) } } },
	{ "3.10.7.2 second: any ACK that arrives in LISTEN is bad: reset", .line = {
		{ A(ACK, 5, 7, 0), AB(LISTEN, LISTEN) },
		{ B(RST, 7, 0, 0), AB(LISTEN, LISTEN) } } },
	{ "3.10.7.2 fourth: a FIN to LISTEN is dropped", .line = {
		{ A(FIN, 5, 7, 0), AB(LISTEN, LISTEN) },
		{ A(BARE_FIN, 5, 0, 0), AB(LISTEN, LISTEN) },
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_conn_request: a SYN alone proves no SYN-RECEIVED: it may be dropped, or cookied",
	  .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ A_TIMEOUT, AB(CLOSED, LISTEN) },
		{ B_TIMEOUT, AB(CLOSED, CLOSED) } } },
	{ "3.10.7.3 first: SEG.ACK =< ISS in SYN-SENT: a reset is sent, nothing changes",
	  .views = HOST_A | ROUTER, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 0, 0), .out = 1, AB(SYN_SENT, LISTEN) },
		{ A(RST, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) } } },
	{ "3.10.7.3 first: SEG.ACK > SND.NXT in SYN-SENT: a reset is sent, nothing changes",
	  .views = HOST_A | ROUTER, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 2, 0), .out = 1, AB(SYN_SENT, LISTEN) },
		{ A(RST, 2, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) } } },
	{ "3.10.7.3 second: a reset with an acceptable ACK: connection refused", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(RSTACK, 0, 1, 0), .absolute = 1, AB(CLOSED, LISTEN) } } },
	{ "3.10.7.3 second: otherwise (no ACK), drop the segment", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(RST, 0, 0, 0), .absolute = 1, AB(SYN_SENT, LISTEN) },
		{ B(RST, 1, 0, 0), AB(SYN_SENT, LISTEN) } } },
	{ "3.10.7.3 first: if the RST bit is set, drop a segment with an unacceptable ACK",
	  .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(RSTACK, 0, 0, 0), .absolute = 1, .out = 1, AB(SYN_SENT, LISTEN) },
		{ B(RSTACK, 0, 2, 0), .absolute = 1, .out = 1, AB(SYN_SENT, LISTEN) } } },
	{ "3.10.7.3 fifth: neither SYN nor RST: drop the segment", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(ACK, 5, 1, 0), AB(SYN_SENT, LISTEN) },
		{ B(FIN, 5, 1, 0), AB(SYN_SENT, LISTEN) },
		{ B(NONE, 5, 0, 7), AB(SYN_SENT, LISTEN) } } },
	{ "3.8.3, R2 for a SYN: SYN-SENT times out", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ A_TIMEOUT, .wait_ms = 60000, AB(CLOSED, LISTEN) } } },
	{ "reqsk_timer_handler: SYN-ACK retries run out", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), .seen = SENT, AB(SYN_SENT, SYN_RECEIVED) },
		{ B_TIMEOUT, AB(ANY, CLOSED) } } },
	{ "3.10.7.4 fifth: an ACK below the SYN in SYN-RECEIVED: a reset is sent",
	  .views = HOST_B, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), AB(SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 0, 0), .out = EITHER, AB(ANY, SYN_RECEIVED) },
		{ B(RST, 0, 0, 0), .out = EITHER, AB(ANY, SYN_RECEIVED) } } },
	{ "3.10.7.4 fifth: an ACK beyond SND.NXT in SYN-RECEIVED: a reset is sent", .views = HOST_B,
	  .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), AB(SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 2, 0), .out = 1, AB(SYN_SENT, SYN_RECEIVED) },
		{ B(RST, 2, 0, 0), .out = EITHER, AB(SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_check_req: outside the window in SYN-RECEIVED: an ACK is sent",
	  .views = HOST_B, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), AB(SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1002, 1, 0), .out = 1, AB(SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 0, 1, 0), .out = 1, AB(SYN_SENT, SYN_RECEIVED) },
		{ B(ACK, 1, 1, 0), AB(SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "tcp_check_req: another SYN in the window drops the request, with a reset",
	  .views = HOST_B,
	  .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), AB(SYN_SENT, SYN_RECEIVED) },
		{ A(SYN, 50, 0, 0), AB(ANY, SYN_RECEIVED) },
		{ B(RSTACK, 0, 51, 0), .absolute = 1, .out = EITHER, AB(ANY, CLOSED) } } },
	{ "3.10.7.4 second: the exact reset ends a passive SYN-RECEIVED", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(RST, 1, 0, 0), AB(CLOSED, CLOSED) } } },
	{ "RFC 5961 3.2: a reset in a passive SYN-RECEIVED's window, not exact: challenge ACK",
	  .views = HOST_B | LOOPBACK, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(RST, 2, 0, 0), A_LAG(CLOSED, SYN_SENT, SYN_RECEIVED) },
		{ A(RST, 1001, 0, 0), A_LAG(CLOSED, SYN_SENT, SYN_RECEIVED) },
		{ A(RST, 1002, 0, 0), .out = 1, A_LAG(CLOSED, SYN_SENT, SYN_RECEIVED) },
		{ A(RST, 0, 0, 0), .out = 1, A_LAG(CLOSED, SYN_SENT, SYN_RECEIVED) } } },
	{ "3.10.7.4 second: of a simultaneous open only the exact reset counts",
	  .views = HOST_A, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYN, 0, 0, 0), AB(SYN_RECEIVED, SYN_SENT) },
		{ B(RST, 2, 0, 0), AB(SYN_RECEIVED, SYN_SENT) },
		{ B(RST, 0, 0, 0), AB(SYN_RECEIVED, SYN_SENT), .out = EITHER },
		{ B(RST, 1, 0, 0), AB(CLOSED, ANY) } } },
	{ "tcp_abort_on_overflow: a reset with SND.NXT ends the request and the client",
	  .views = HOSTS, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ B(RST, 1, 0, 0), A_LAG(CLOSED, ANY, CLOSED) } } },
	{ "tcp_v4_syn_recv_sock: the accept queue is full: only the client is open",
	  .views = HOST_A, .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), AB(ESTABLISHED, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ B(SYNACK, 0, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "3.10.4: CLOSE in SYN-RECEIVED: snd FIN", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ B(FIN, 1, 1, 0), A_LAG(CLOSE_WAIT, SYN_SENT, FIN_WAIT_1) },
		{ A(ACK, 1, 2, 0), AB(CLOSE_WAIT, FIN_WAIT_2) } } },
	{ "3.10.7.4 eighth: a FIN in SYN-RECEIVED that acknowledges the SYN", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(FIN, 1, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 1, 2, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "RFC 7413: a SYN with data, and its acknowledgment", .line = {
		{ A(SYN, 0, 0, 10), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 11, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ B(ACK, 1, 11, 20), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 11, 21, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7413: data follow the SYN-ACK, which is then sent again", .line = {
		{ A(SYN, 0, 0, 10), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 11, 0), .seen = SENT, AB(SYN_SENT, SYN_RECEIVED) },
		{ B(ACK, 1, 11, 20), .seen = SENT, AB(SYN_SENT, SYN_RECEIVED) },
		{ B(SYNACK, 0, 11, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ B(ACK, 1, 11, 20), .seen = CAME, AB_LAG(ESTABLISHED, ANY, ANY, SYN_RECEIVED) },
		{ A(ACK, 11, 21, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7413 4.2.2: the SYN-ACK leaves the SYN's data out", .line = {
		{ A(SYN, 0, 0, 10), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 10), AB(ESTABLISHED, ESTABLISHED) },
		{ B(ACK, 1, 11, 0), AB(ESTABLISHED, ESTABLISHED) } } },
	{ "RFC 7413 4.2.1: the SYN is sent again without its data", .line = {
		{ A(SYN, 0, 0, 10), .seen = SENT, AB(SYN_SENT, LISTEN) },
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(FIN, 1, 1, 10), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 1, 12, 0), AB(FIN_WAIT_2, CLOSE_WAIT) } } },
	{ "RFC 7413 4.2.1: of two SYNs the one without data is seen first", .line = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ A(SYN, 0, 0, 10), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 11, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) } } },
	{ "RFC 7413 4.2.1: a SYN-ACK for the first of two SYNs acknowledges its data", .line = {
		{ A(SYN, 0, 0, 10), AB(SYN_SENT, LISTEN) },
		{ A(SYN, 0, 0, 0), .seen = SENT, AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 11, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) } } },
	{ "tcp_fastopen_create_child: a child in SYN-RECEIVED closes", .line = {
		{ A(SYN, 0, 0, 10), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 11, 0), .seen = SENT, AB(SYN_SENT, SYN_RECEIVED) },
		{ B(FIN, 1, 11, 20), .seen = SENT, AB(SYN_SENT, FIN_WAIT_1) },
		{ B(SYNACK, 0, 11, 0), .seen = CAME, A_LAG(ESTABLISHED, SYN_SENT, ANY) },
		{ B(FIN, 1, 11, 20), .seen = CAME, A_LAG(CLOSE_WAIT, SYN_SENT, FIN_WAIT_1) },
		{ A(ACK, 11, 22, 0), AB(CLOSE_WAIT, FIN_WAIT_2) } } },
};

FSM_SUITE(open);

static struct kunit_suite open_suite = {
	.name = "tcpfsm_fsm_open",
	.test_cases = open_tests,
};

kunit_test_suite(open_suite);
