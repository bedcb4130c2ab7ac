/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_TCP_H
#define SHIM_TCP_H

#include <netinet/tcp.h>

#endif /* SHIM_TCP_H */
