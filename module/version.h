/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_VERSION_H
#define TCPFSM_VERSION_H

#include <linux/types.h>

#define TCPFSM_ABI	1	/* of the files: Documentation/interface.md */
#define TCPFSM_VERSION	"0.1.0"

extern u64 tcpfsm_loaded_ms;	/* when the module was loaded, tcpfsm_now_ms() */

#endif /* TCPFSM_VERSION_H */
