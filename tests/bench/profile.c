// SPDX-License-Identifier: GPL-2.0
/*
 * profile: a plugin for QEMU that counts the guest kernel's instructions by address. When the guest
 * ends it prints "ADDRESS INSTRUCTIONS", a line for each block of code, to the file out=NAME.
 *
 * QEMU's header comes with none of Debian's packages: what is used of it is declared here, as in
 * version 4 of the interface (include/qemu/qemu-plugin.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define BLOCKS_MAX (1 << 19)
#define KERNEL_BEGIN (1ULL << 63)

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_scoreboard;
struct qemu_info;

typedef struct {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
} qemu_plugin_u64;

enum { QEMU_PLUGIN_INLINE_ADD_U64 };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*cb)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*cb)(qemu_plugin_id_t, void *),
				    void *data);
void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct qemu_plugin_tb *tb, int op,
						       qemu_plugin_u64 entry, uint64_t add);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t size);
uint64_t qemu_plugin_u64_sum(qemu_plugin_u64 entry);

EXPORT int qemu_plugin_version = 4;

static struct qemu_plugin_scoreboard *board;
static uint64_t address[BLOCKS_MAX];
static unsigned int blocks;
static const char *out;

static qemu_plugin_u64 counter(unsigned int i)
{
	return (qemu_plugin_u64){ board, i * sizeof(uint64_t) };
}

/* A block that is translated again gets another counter: whoever reads the file adds up. */
static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	if (qemu_plugin_tb_vaddr(tb) < KERNEL_BEGIN || blocks == BLOCKS_MAX)
		return;
	address[blocks] = qemu_plugin_tb_vaddr(tb);
	qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(tb, QEMU_PLUGIN_INLINE_ADD_U64,
							  counter(blocks++),
							  qemu_plugin_tb_n_insns(tb));
}

static void print(qemu_plugin_id_t id, void *data)
{
	FILE *f = fopen(out, "w");
	unsigned int i;

	(void)id;
	(void)data;
	if (!f || blocks == BLOCKS_MAX) {
		fprintf(stderr, "profile: %s\n", f ? "too many blocks" : out);
		exit(1);
	}
	for (i = 0; i < blocks; i++)
		if (qemu_plugin_u64_sum(counter(i)))
			fprintf(f, "%016" PRIx64 " %" PRIu64 "\n", address[i],
				qemu_plugin_u64_sum(counter(i)));
	fclose(f);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
			       char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "profile: want out=NAME\n");
		return 1;
	}
	out = strdup(argv[0] + 4);
	board = qemu_plugin_scoreboard_new(BLOCKS_MAX * sizeof(uint64_t));
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, print, NULL);
	return 0;
}
