/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RANDOM_MAIN_H
#define RANDOM_MAIN_H

/* Return: the process's exit status. */
int random_main(char **argv);

#endif
