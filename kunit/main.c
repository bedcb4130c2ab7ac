// SPDX-License-Identifier: GPL-2.0
/*
 * The test module's frame. Each *_test.c is a suite and registers itself with
 * kunit_test_suite(); to add one, name it in Kbuild.
 */
#include <linux/module.h>

MODULE_DESCRIPTION("KUnit tests of tcpfsm");
MODULE_LICENSE("GPL");
