/* SPDX-License-Identifier: GPL-2.0 */
/* Loading and unloading the module under test, and what it writes into the kernel's log. */
#ifndef MODULE_H
#define MODULE_H

#include <stdbool.h>

/* 0 or an errno. */
int module_load(const char *parameters);
int module_unload(void);
bool module_loaded(void);

/* Writes a parameter of the loaded module: 0 or an errno. */
int module_parameter(const char *name, const char *value);

/* Loads it with its defaults, after whatever a test has left. */
bool module_restore(void);

/* Unloads, and loads with these parameters; the next test gets the defaults back. */
void module_reload(const char *parameters);

/* The log's end, to be read from later. */
int klog_open(void);

/* Is there a line since then with all of these (NULL-terminated)? Prints the log's lines if not. */
bool klog_has(int klog, const char *const *words);

#endif
