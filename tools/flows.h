/* SPDX-License-Identifier: GPL-2.0 */
/* The columns of the file flows, in its layout's order. */
#ifndef TOOLS_FLOWS_H
#define TOOLS_FLOWS_H

enum flow_column {
	FLOW_SCOPE, FLOW_FAMILY, FLOW_LOCAL, FLOW_REMOTE, FLOW_STATE, FLOW_REMOTE_STATE,
	FLOW_IN_STATE_MS, FLOW_AGE_MS, FLOW_OPENED, FLOW_ADOPTED, FLOW_ACCEPTED, FLOW_UID,
	FLOW_INODE, FLOW_CGROUP,
	FLOW_COLUMNS
};

#endif
