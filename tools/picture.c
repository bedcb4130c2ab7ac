// SPDX-License-Identifier: GPL-2.0
/* RFC 9293's state diagram (figure 5) as data: where the states stand, how the edges run. */
#include "picture.h"

const struct picture_node picture_nodes[PICTURE_NODES] = {
	[TCPFSM_CLOSED] = { TCPFSM_CLOSED, { 40, 0 } },
	[TCPFSM_LISTEN] = { TCPFSM_LISTEN, { 40, 4 } },
	[TCPFSM_SYN_RECEIVED] = { TCPFSM_SYN_RECEIVED, { 14, 7 } },
	[TCPFSM_SYN_SENT] = { TCPFSM_SYN_SENT, { 66, 7 } },
	[TCPFSM_ESTABLISHED] = { TCPFSM_ESTABLISHED, { 40, 10 } },
	[TCPFSM_FIN_WAIT_1] = { TCPFSM_FIN_WAIT_1, { 20, 13 } },
	[TCPFSM_CLOSE_WAIT] = { TCPFSM_CLOSE_WAIT, { 66, 13 } },
	[TCPFSM_FIN_WAIT_2] = { TCPFSM_FIN_WAIT_2, { 12, 16 } },
	[TCPFSM_CLOSING] = { TCPFSM_CLOSING, { 42, 16 } },
	[TCPFSM_LAST_ACK] = { TCPFSM_LAST_ACK, { 66, 16 } },
	[TCPFSM_TIME_WAIT] = { TCPFSM_TIME_WAIT, { 42, 20 } },
	[PICTURE_CLOSED_BELOW] = { TCPFSM_CLOSED, { 66, 20 } },
};

#define EDGE(from, to) TCPFSM_##from, TCPFSM_##to, TCPFSM_##to

const struct picture_edge picture_edges[] = {
	{ EDGE(CLOSED, LISTEN), 2, { { 37, 0 }, { 37, 4 } }, { 31, 2 }, "passive OPEN" },
	{ EDGE(LISTEN, CLOSED), 2, { { 40, 4 }, { 40, 0 } }, { 41, 3 }, "CLOSE" },
	{ EDGE(CLOSED, SYN_SENT), 3, { { 40, 0 }, { 70, 0 }, { 70, 7 } }, { 71, 3 },
	  "active OPEN, snd SYN" },
	{ EDGE(SYN_SENT, CLOSED), 4, { { 62, 7 }, { 62, 2 }, { 42, 2 }, { 42, 0 } }, { 52, 1 },
	  "CLOSE, rcv RST, time-out" },
	{ EDGE(LISTEN, SYN_RECEIVED), 3, { { 40, 4 }, { 14, 4 }, { 14, 7 } }, { 22, 3 },
	  "rcv SYN, snd SYN,ACK" },
	{ EDGE(LISTEN, ESTABLISHED), 2, { { 40, 4 }, { 40, 10 } }, { 41, 6 }, "SYN cookie" },
	{ EDGE(SYN_SENT, SYN_RECEIVED), 2, { { 66, 7 }, { 14, 7 } }, { 50, 6 },
	  "rcv SYN, snd SYN,ACK" },
	{ EDGE(SYN_RECEIVED, ESTABLISHED), 3, { { 17, 7 }, { 17, 10 }, { 40, 10 } }, { 21, 9 },
	  "rcv ACK of SYN" },
	{ EDGE(SYN_SENT, ESTABLISHED), 3, { { 66, 7 }, { 66, 10 }, { 40, 10 } }, { 54, 9 },
	  "rcv SYN,ACK, snd ACK" },
	{ EDGE(SYN_RECEIVED, FIN_WAIT_1), 3, { { 8, 7 }, { 8, 13 }, { 20, 13 } }, { 9, 10 },
	  "CLOSE, snd FIN" },
	{ EDGE(ESTABLISHED, FIN_WAIT_1), 3, { { 36, 10 }, { 36, 13 }, { 20, 13 } }, { 29, 12 },
	  "CLOSE, snd FIN" },
	{ EDGE(ESTABLISHED, CLOSE_WAIT), 3, { { 44, 10 }, { 44, 13 }, { 66, 13 } }, { 46, 12 },
	  "rcv FIN, snd ACK" },
	{ EDGE(FIN_WAIT_1, FIN_WAIT_2), 4, { { 15, 13 }, { 15, 14 }, { 12, 14 }, { 12, 16 } },
	  { 5, 15 }, "rcv ACK of FIN" },
	{ EDGE(FIN_WAIT_1, CLOSING), 3, { { 25, 13 }, { 25, 16 }, { 42, 16 } }, { 27, 15 },
	  "rcv FIN, snd ACK" },
	{ EDGE(FIN_WAIT_1, TIME_WAIT), 3, { { 23, 13 }, { 23, 20 }, { 42, 20 } }, { 24, 18 },
	  "rcv FIN with ACK of FIN" },
	{ EDGE(FIN_WAIT_2, TIME_WAIT), 3, { { 12, 16 }, { 12, 20 }, { 42, 20 } }, { 13, 18 },
	  "rcv FIN, snd ACK" },
	{ EDGE(CLOSING, TIME_WAIT), 2, { { 42, 16 }, { 42, 20 } }, { 43, 18 }, "rcv ACK of FIN" },
	{ EDGE(CLOSE_WAIT, LAST_ACK), 2, { { 66, 13 }, { 66, 16 } }, { 67, 15 },
	  "CLOSE, snd FIN" },
	{ TCPFSM_LAST_ACK, TCPFSM_CLOSED, PICTURE_CLOSED_BELOW, 2, { { 66, 16 }, { 66, 20 } },
	  { 67, 18 }, "rcv ACK of FIN" },
	{ TCPFSM_TIME_WAIT, TCPFSM_CLOSED, PICTURE_CLOSED_BELOW, 2, { { 42, 20 }, { 66, 20 } },
	  { 52, 19 }, "2 MSL" },
};

const int picture_edges_count = sizeof(picture_edges) / sizeof(picture_edges[0]);

bool picture_has(int from, int to)
{
	for (int i = 0; i < picture_edges_count; i++)
		if ((int)picture_edges[i].from == from && (int)picture_edges[i].to == to)
			return true;
	return false;
}

struct picture_point picture_end(struct picture_point before, struct picture_point middle,
				 int half_width, int half_height)
{
	if (before.y < middle.y)
		middle.y -= half_height;
	else if (before.y > middle.y)
		middle.y += half_height;
	else if (before.x < middle.x)
		middle.x -= half_width;
	else
		middle.x += half_width;
	return middle;
}
