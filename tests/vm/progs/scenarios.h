/* SPDX-License-Identifier: GPL-2.0 */
/* The scenarios, by file; each list ends with an empty one. */
#ifndef SCENARIOS_H
#define SCENARIOS_H

#include "test.h"

extern const struct scenario module_scenarios[];
extern const struct scenario state_scenarios[];
extern const struct scenario open_scenarios[];
extern const struct scenario connect_scenarios[];
extern const struct scenario accept_scenarios[];
extern const struct scenario untaken_scenarios[];
extern const struct scenario md5_scenarios[];
extern const struct scenario mptcp_scenarios[];
extern const struct scenario fragment_scenarios[];
extern const struct scenario vrf_scenarios[];
extern const struct scenario device_scenarios[];
extern const struct scenario device_pair_scenarios[];
extern const struct scenario hooks_scenarios[];
extern const struct scenario transparent_scenarios[];
extern const struct scenario cookie_scenarios[];
extern const struct scenario fastopen_scenarios[];
extern const struct scenario peer_scenarios[];
extern const struct scenario close_scenarios[];
extern const struct scenario end_give_up_scenarios[];
extern const struct scenario end_abort_scenarios[];
extern const struct scenario end_close_scenarios[];
extern const struct scenario end_orphan_scenarios[];
extern const struct scenario end_time_wait_scenarios[];
extern const struct scenario end_forged_scenarios[];
extern const struct scenario disorder_scenarios[];
extern const struct scenario end_gone_scenarios[];
extern const struct scenario many_scenarios[];
extern const struct scenario transit_scenarios[];
extern const struct scenario procfs_scenarios[];
extern const struct scenario flows_scenarios[];
extern const struct scenario param_scenarios[];
extern const struct scenario trace_scenarios[];
extern const struct scenario leak_scenarios[];
extern const struct scenario leak_many_scenarios[];
extern const struct scenario anomaly_scenarios[];
extern const struct scenario last_ack_scenarios[];
extern const struct scenario witness_scenarios[];
extern const struct scenario exact_scenarios[];
extern const struct scenario alone_scenarios[];
extern const struct scenario listeners_scenarios[];
extern const struct scenario ports_scenarios[];
extern const struct scenario collision_scenarios[];
extern const struct scenario time_wait_counts_scenarios[];
extern const struct scenario fuzz_scenarios[];
extern const struct scenario race_scenarios[];
extern const struct scenario race_anomaly_scenarios[];
extern const struct scenario life_scenarios[];
extern const struct scenario bounds_scenarios[];
extern const struct scenario again_scenarios[];
extern const struct scenario alloc_scenarios[];
extern const struct scenario quiet_scenarios[];
extern const struct scenario soak_scenarios[];
extern const struct scenario million_scenarios[];

#endif
