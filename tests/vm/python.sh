# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Debian's Python for a virtual machine: its library, which is too much for boot's --file. Sourced.

# python_pack FILE [EXCLUDED...]: /usr/lib/python3.11 as a tar archive, without what no test here imports.
python_pack() {
	local file=$1
	shift
	tar -C / "${@/#/--exclude=}" --exclude=__pycache__ --exclude=lib2to3 --exclude=idlelib \
		--exclude=dist-packages -cf "$file" usr/lib/python3.11
}
