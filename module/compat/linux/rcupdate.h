/* SPDX-License-Identifier: GPL-2.0 */
/* Completes the kernel's header of this name. */
#ifndef TCPFSM_COMPAT_LINUX_RCUPDATE_H
#define TCPFSM_COMPAT_LINUX_RCUPDATE_H

#include_next <linux/rcupdate.h>

/* Where call_rcu() may be put off for seconds (6.2 on), there is one that is not. */
#ifndef CONFIG_RCU_LAZY
#define call_rcu_hurry(head, func) call_rcu(head, func)
#endif

#endif /* TCPFSM_COMPAT_LINUX_RCUPDATE_H */
