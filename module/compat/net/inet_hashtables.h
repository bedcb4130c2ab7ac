/* SPDX-License-Identifier: GPL-2.0 */
/* Completes the kernel's header of this name. */
#ifndef TCPFSM_COMPAT_NET_INET_HASHTABLES_H
#define TCPFSM_COMPAT_NET_INET_HASHTABLES_H

#include_next <net/inet_hashtables.h>
#include <linux/kernel.h>
#include <net/net_namespace.h>

/*
 * Where a namespace has its tables of sockets: for a while (5.18 to 6.0) a pointer leads there. Its
 * type tells.
 */
#define inet_death_row(net)						\
	_Generic((net)->ipv4.tcp_death_row,				\
		 struct inet_timewait_death_row *: (net)->ipv4.tcp_death_row, \
		 default: &(net)->ipv4.tcp_death_row)

/*
 * The look-up finds the tables by the namespace; on older kernels it wants them as an argument.
 * No macro tells which, so its type is asked. Of a type that nobody knows yet the compiler says
 * that it is "not compatible with any association".
 */
typedef struct sock *compat_lookup4(const struct net *net, __be32 saddr, __be16 sport,
				    __be32 daddr, u16 hnum, int dif, int sdif);
typedef struct sock *compat_lookup4_in(struct net *net, struct inet_hashinfo *info,
				       __be32 saddr, __be16 sport, __be32 daddr, u16 hnum,
				       int dif, int sdif);
typedef struct sock *compat_lookup4_const(const struct net *net, struct inet_hashinfo *info,
					  __be32 saddr, __be16 sport, __be32 daddr, u16 hnum,
					  int dif, int sdif);

static inline struct sock *compat_lookup4_older(struct net *net, __be32 saddr, __be16 sport,
						__be32 daddr, u16 hnum, int dif, int sdif)
{
	compat_lookup4_in *lookup = (void *)__inet_lookup_established;

	return lookup(net, inet_death_row(net)->hashinfo, saddr, sport, daddr, hnum, dif,
		      sdif);
}

#define __inet_lookup_established(...)				\
	_Generic(&__inet_lookup_established,			\
		 compat_lookup4 *: __inet_lookup_established,	\
		 compat_lookup4_in *: compat_lookup4_older,	\
		 compat_lookup4_const *: compat_lookup4_older)(__VA_ARGS__)

/*
 * Every listening socket is in one bucket's nulls list: of lhash2, but of listening_hash while
 * there is one. There, lhash2 has plain lists, through another member of the socket; and the
 * macro that walks them, which is how to tell.
 */
static inline unsigned int inet_listen_buckets(const struct inet_hashinfo *info)
{
#ifdef inet_lhash2_for_each_icsk_rcu
	return ARRAY_SIZE(info->listening_hash);
#else
	return info->lhash2_mask + 1;
#endif
}

static inline struct inet_listen_hashbucket *inet_listen_bucket(struct inet_hashinfo *info,
								unsigned int i)
{
#ifdef inet_lhash2_for_each_icsk_rcu
	return &info->listening_hash[i];
#else
	return &info->lhash2[i];
#endif
}

#endif /* TCPFSM_COMPAT_NET_INET_HASHTABLES_H */
