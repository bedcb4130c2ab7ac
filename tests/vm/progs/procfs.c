// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "procfs.h"
#include "test.h"

const char *const state_names[STATES] = {
	"CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1",
	"FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT",
};

int state_by_name(const char *name, size_t len)
{
	int s;

	for (s = 0; s < STATES; s++)
		if (strlen(state_names[s]) == len && !memcmp(state_names[s], name, len))
			return s;
	return -1;
}

char *procfs_slurp(const char *path)
{
	size_t size = 65536, len = 0;
	char *text = malloc(size), *bigger;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	check(fd >= 0, "%s: %s", path, strerror(errno));
	while ((n = read(fd, text + len, size - len - 1)) > 0) {
		len += n;
		if (size - len < 4096) {
			bigger = realloc(text, size *= 2);
			check(bigger, "no memory for %s", path);
			text = bigger;
		}
	}
	check(!n, "%s: read: %s", path, strerror(errno));
	close(fd);
	text[len] = 0;
	check(strlen(text) == len, "%s has a NUL byte", path);
	check(!len || text[len - 1] == '\n', "%s: no newline at the end", path);
	return text;
}

/* The lines of `stats`: first word, then keys, in this order. */
static const char *const stats_lines[] = {
	"version abi module netns loaded_ms",
	"CLOSED local remote transit entered",
	"LISTEN local remote transit entered",
	"SYN_SENT local remote transit entered",
	"SYN_RECEIVED local remote transit entered",
	"ESTABLISHED local remote transit entered",
	"FIN_WAIT_1 local remote transit entered",
	"FIN_WAIT_2 local remote transit entered",
	"CLOSE_WAIT local remote transit entered",
	"CLOSING local remote transit entered",
	"LAST_ACK local remote transit entered",
	"TIME_WAIT local remote transit entered",
	"close_wait le_1m le_5m le_1h le_1d count oldest_ms leaked unaccepted syn_collisions",
	"time_wait created expired reused reopened assassinated overflowed",
	"ports destinations pressured worst_used worst_available",
	"anomalies current begun ended generation",
	"flows current max untracked evicted expired",
	"segments seen stateless malformed fragments out_of_window",
	"witness exact checked agreed early corrected",
};

#define MAX_KEYS 20

/* Decimal, no sign, no leading zero. */
static const char *parse_number(const char *p, long long *value)
{
	char *end;

	if (!isdigit(*p) || (*p == '0' && isdigit(p[1])))
		return NULL;
	errno = 0;
	*value = strtoll(p, &end, 10);
	return errno ? NULL : end;
}

/* "Keys are added": behind the known ones there may be more, if they are numbers, too. */
static const char *parse_added(const char *p)
{
	long long value;
	size_t len;

	while (p && *p == ' ') {
		len = strspn(++p, "abcdefghijklmnopqrstuvwxyz0123456789_");
		if (!len || p[len] != '=')
			return NULL;
		p = parse_number(p + len + 1, &value);
	}
	return p;
}

/* Reads one line by its pattern; returns what follows it. The module's version is the only text. */
static const char *parse_line(const char *file, const char *p, const char *pattern,
			      long long values[MAX_KEYS])
{
	size_t len = strcspn(pattern, " "), line_len = strcspn(p, "\n");
	const char *line = p;
	int i = 0;

	check(!strncmp(p, pattern, len), "%s: '%.*s' expected, found '%.*s'", file, (int)len,
	      pattern, (int)line_len, line);
	p += len;
	for (pattern += len; *pattern; pattern += len, i++) {
		pattern++;
		len = strcspn(pattern, " ");
		check(*p == ' ' && !strncmp(p + 1, pattern, len) && p[1 + len] == '=',
		      "%s: key '%.*s' expected in '%.*s'", file, (int)len, pattern,
		      (int)line_len, line);
		p += len + 2;
		if (len == 6 && !memcmp(pattern, "module", 6)) {
			values[i] = strspn(p, "0123456789.");
			p += values[i];
		} else {
			p = parse_number(p, &values[i]);
		}
		check(p, "%s: '%.*s' is no number in '%.*s'", file, (int)len, pattern,
		      (int)line_len, line);
	}
	p = parse_added(p);
	check(p && *p == '\n', "%s: more than expected in '%.*s'", file, (int)line_len, line);
	return p + 1;
}

static void check_close_wait(const long long *v)
{
	check(v[0] <= v[1] && v[1] <= v[2] && v[2] <= v[3] && v[3] <= v[4],
	      "close_wait: the le_ numbers do not grow");
	check(v[6] <= v[4] && v[7] <= v[4], "close_wait: more leaked or unaccepted than there are");
}

void procfs_stats(struct stats *s)
{
	char *text = procfs_slurp(PROCFS "/stats");
	long long v[ARRAY_SIZE(stats_lines)][MAX_KEYS];
	const char *p = text;
	size_t i;
	int st;

	for (i = 0; i < ARRAY_SIZE(stats_lines); i++)
		p = parse_line("stats", p, stats_lines[i], v[i]);
	check(!*p, "stats: lines after the last: '%.80s'", p);
	check(v[0][0] == 1, "stats: abi=%lld", v[0][0]);
	check(v[0][1] > 0, "stats: no module version");
	s->netns = v[0][2];
	s->loaded_ms = v[0][3];
	for (st = 0; st < STATES; st++)
		s->state[st] = (struct endpoint_counts) {
			v[1 + st][0], v[1 + st][1], v[1 + st][2], v[1 + st][3] };
	check_close_wait(v[12]);
	s->syn_collisions = v[12][8];
	memcpy(&s->created, v[13], 6 * sizeof(v[13][0]));
	memcpy(&s->destinations, v[14], 4 * sizeof(v[14][0]));
	s->flows_current = v[16][0];
	s->flows_max = v[16][1];
	s->flows_untracked = v[16][2];
	s->flows_evicted = v[16][3];
	s->flows_expired = v[16][4];
	s->seen = v[17][0];
	s->stateless = v[17][1];
	s->malformed = v[17][2];
	s->fragments = v[17][3];
	s->out_of_window = v[17][4];
	check(v[18][0] <= 1, "stats: exact=%lld", v[18][0]);
	s->exact = v[18][0];
	s->checked = v[18][1];
	s->agreed = v[18][2];
	s->early = v[18][3];
	s->corrected = v[18][4];
	free(text);
}

/* Calls a function with each line, its newline cut off. */
static void each_line(const char *path, void (*fn)(char *line, void *arg), void *arg)
{
	char *text = procfs_slurp(path), *save, *line;

	check(!strstr(text, "\n\n") && *text != '\n', "%s: an empty line", path);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		fn(line, arg);
	free(text);
}

/* Begins with the names of two states: these, and what follows them, as a line of its own. */
static void parse_pair(const char *file, const char *line, int *from, int *to, char *rest,
		       size_t size)
{
	const char *second = strchr(line, ' ');
	size_t len;

	check(second, "%s: '%s'", file, line);
	*from = state_by_name(line, second - line);
	len = strcspn(++second, " ");
	*to = state_by_name(second, len);
	check(*from >= 0 && *to >= 0, "%s: no such states: '%s'", file, line);
	snprintf(rest, size, "x%s\n", second + len);
}

struct transitions {
	bool seen[STATES][STATES];
	int lines;
	int from, to;		/* the one that is asked for, or -1 */
	long long count;
	long long (*ways)[STATES][3];	/* all of them, if asked for */
};

static void transition_line(char *line, void *arg)
{
	struct transitions *t = arg;
	long long v[MAX_KEYS];
	char rest[256];
	int from, to;

	parse_pair("transitions", line, &from, &to, rest, sizeof(rest));
	check(!t->seen[from][to], "transitions: twice: '%s'", line);
	t->seen[from][to] = true;
	parse_line("transitions", rest, "x segment timer socket transit", v);
	if (from == t->from && to == t->to)
		t->count = v[0] + v[1] + v[2];
	if (t->ways)
		memcpy(t->ways[from][to], v, sizeof(t->ways[from][to]));
	t->lines++;
}

static long long read_transitions(int from, int to, long long (*ways)[STATES][3])
{
	struct transitions t = { .from = from, .to = to, .ways = ways };

	each_line(PROCFS "/transitions", transition_line, &t);
	/* RFC 9293's figure 5 alone has more than a dozen. */
	check(t.lines > 12, "transitions: only %d lines", t.lines);
	check(t.seen[LISTEN][SYN_RECEIVED] && t.seen[CLOSED][SYN_SENT] &&
	      t.seen[ESTABLISHED][CLOSE_WAIT] && t.seen[LAST_ACK][CLOSED] &&
	      t.seen[TIME_WAIT][CLOSED], "transitions: pairs of RFC 9293 are missing");
	return t.count;
}

void procfs_transitions(void)
{
	read_transitions(-1, -1, NULL);
}

long long procfs_transition(enum state from, enum state to)
{
	return read_transitions(from, to, NULL);
}

void procfs_ways(long long ways[STATES][STATES][3])
{
	memset(ways, 0, STATES * sizeof(*ways));
	read_transitions(-1, -1, ways);
}

static void difference_line(char *line, void *arg)
{
	struct differences *d = arg;
	long long v[MAX_KEYS];
	char rest[256];
	int wire, socket;

	parse_pair("witness", line, &wire, &socket, rest, sizeof(rest));
	parse_line("witness", rest, "x early corrected", v);
	check(wire != socket, "witness: no difference: '%s'", line);
	check(v[0] || v[1], "witness: never seen: '%s'", line);
	check(!d->early[wire][socket] && !d->corrected[wire][socket], "witness: twice: '%s'", line);
	d->early[wire][socket] = v[0];
	d->corrected[wire][socket] = v[1];
	d->sum_early += v[0];
	d->sum_corrected += v[1];
}

void procfs_witness(struct differences *d)
{
	memset(d, 0, sizeof(*d));
	each_line(PROCFS "/witness", difference_line, d);
}

static void flow_count(char *line, void *arg)
{
	struct flow_counts *c = arg;
	struct flow_line f;
	const char *error = procfs_flow_line(line, &f);

	check(!error, "flows: %s in '%s'", error, line);
	c->lines++;
	if (f.local) {
		c->local[f.state]++;
	} else {
		c->transit[f.state]++;
		c->transit[f.remote_state]++;
	}
}

void procfs_flows(struct flow_counts *c)
{
	memset(c, 0, sizeof(*c));
	each_line(PROCFS "/flows", flow_count, c);
}

struct namespaces {
	long long wanted;
	bool found;
};

static void namespace_line(char *line, void *arg)
{
	struct namespaces *n = arg;
	long long v[MAX_KEYS], netns;
	char copy[512];
	const char *p;

	snprintf(copy, sizeof(copy), "%s\n", line);
	p = parse_number(copy, &netns);
	check(p && *p == ' ', "namespaces: no number: '%s'", line);
	copy[p - copy - 1] = 'x';
	parse_line("namespaces", p - 1, "x CLOSED LISTEN SYN_SENT SYN_RECEIVED ESTABLISHED "
		   "FIN_WAIT_1 FIN_WAIT_2 CLOSE_WAIT CLOSING LAST_ACK TIME_WAIT "
		   "close_wait_leaked anomalies flows", v);
	if (netns == n->wanted) {
		check(!n->found, "namespaces: %lld is there twice", netns);
		n->found = true;
	}
}

void procfs_namespaces(long long wanted, bool *found)
{
	struct namespaces n = { .wanted = wanted };

	each_line(PROCFS "/namespaces", namespace_line, &n);
	*found = n.found;
}

struct listeners {
	const char *wanted;
	struct listener_line line;
	int lines, found;
};

static void listener_line(char *line, void *arg)
{
	struct listeners *l = arg;
	long long v[MAX_KEYS];
	char rest[512];
	size_t len;

	check(!strncmp(line, "listener=", 9), "listeners: '%s'", line);
	len = strcspn(line, " ");
	snprintf(rest, sizeof(rest), "x%s\n", line + len);
	parse_line("listeners", rest, "x uid cgroup SYN_RECEIVED ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 "
		   "CLOSE_WAIT CLOSING LAST_ACK TIME_WAIT opened closed_first_local "
		   "closed_first_remote reset syn_collisions close_wait_leaked sockets device", v);
	l->lines++;
	if (!l->wanted || strlen(l->wanted) != len - 9 || memcmp(line + 9, l->wanted, len - 9))
		return;
	l->found++;
	l->line.uid = v[0];
	l->line.cgroup = v[1];
	memset(l->line.connections, 0, sizeof(l->line.connections));
	memcpy(l->line.connections + SYN_RECEIVED, v + 2, 8 * sizeof(v[0]));
	memcpy(&l->line.opened, v + 10, 8 * sizeof(v[0]));
}

bool procfs_listener(const char *address, struct listener_line *line)
{
	struct listeners l = { .wanted = address };

	each_line(PROCFS "/listeners", listener_line, &l);
	check(l.found <= 1, "listeners: %s is there %d times", address, l.found);
	*line = l.line;
	return l.found;
}

int procfs_listeners(void)
{
	struct listeners l = { 0 };

	each_line(PROCFS "/listeners", listener_line, &l);
	return l.lines;
}
