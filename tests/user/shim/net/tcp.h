/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_NET_TCP_H
#define SHIM_NET_TCP_H

#include <linux/tcp.h>

#define TCP_MAX_WSCALE		14U

#endif /* SHIM_NET_TCP_H */
