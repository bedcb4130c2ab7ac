/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_NET_TCP_H
#define SHIM_NET_TCP_H

#include <linux/tcp.h>

#define TCP_MAX_WSCALE		14U

/* As the kernel calls them. */
#define TCPOPT_MSS		2
#define TCPOPT_SACK_PERM	4
#define TCPOLEN_MSS		4
#define TCPOLEN_SACK_PERM	2

#endif /* SHIM_NET_TCP_H */
