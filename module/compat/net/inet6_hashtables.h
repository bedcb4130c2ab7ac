/* SPDX-License-Identifier: GPL-2.0 */
/* Completes the kernel's header of this name, as inet_hashtables.h here does for IPv4. */
#ifndef TCPFSM_COMPAT_NET_INET6_HASHTABLES_H
#define TCPFSM_COMPAT_NET_INET6_HASHTABLES_H

#include_next <net/inet6_hashtables.h>
#include <net/net_namespace.h>

#if IS_ENABLED(CONFIG_IPV6)
typedef struct sock *compat_lookup6(const struct net *net, const struct in6_addr *saddr,
				    __be16 sport, const struct in6_addr *daddr, u16 hnum,
				    int dif, int sdif);
typedef struct sock *compat_lookup6_in(struct net *net, struct inet_hashinfo *info,
				       const struct in6_addr *saddr, __be16 sport,
				       const struct in6_addr *daddr, u16 hnum, int dif,
				       int sdif);
typedef struct sock *compat_lookup6_const(const struct net *net, struct inet_hashinfo *info,
					  const struct in6_addr *saddr, __be16 sport,
					  const struct in6_addr *daddr, u16 hnum, int dif,
					  int sdif);

static inline struct sock *compat_lookup6_older(struct net *net, const struct in6_addr *saddr,
						__be16 sport, const struct in6_addr *daddr,
						u16 hnum, int dif, int sdif)
{
	compat_lookup6_in *lookup = (void *)__inet6_lookup_established;

	return lookup(net, inet_death_row(net)->hashinfo, saddr, sport, daddr, hnum, dif,
		      sdif);
}

#define __inet6_lookup_established(...)				\
	_Generic(&__inet6_lookup_established,			\
		 compat_lookup6 *: __inet6_lookup_established,	\
		 compat_lookup6_in *: compat_lookup6_older,	\
		 compat_lookup6_const *: compat_lookup6_older)(__VA_ARGS__)
#endif

#endif /* TCPFSM_COMPAT_NET_INET6_HASHTABLES_H */
