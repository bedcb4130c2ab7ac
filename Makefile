# SPDX-License-Identifier: GPL-2.0
# What a user types. kbuild's part is in Kbuild and module/Kbuild.

KDIR ?= /lib/modules/$(shell uname -r)/build

all: module tools

module:
	@test -e '$(KDIR)/Makefile' || { \
		echo "There is nothing to build a kernel module against in $(KDIR)."; \
		echo "Any of these will do:"; \
		echo "  apt-get install linux-headers-$$(uname -r)   the running kernel's headers (Debian, Ubuntu)"; \
		echo "  make KDIR=FOLDER                  another kernel's build folder"; \
		echo "  make tools                        the tool alone"; \
		echo "  sudo make demo                    everything, in a virtual machine of its own"; \
		exit 1; } >&2
	$(MAKE) -C '$(KDIR)' M='$(CURDIR)' modules

tools:
	$(MAKE) -C tools

install: module tools
	$(MAKE) -C '$(KDIR)' M='$(CURDIR)' modules_install
	$(MAKE) -C tools install

# By hand, since kbuild's clean wants a kernel's headers.
clean:
	find . -path ./.git -prune -o -path ./build -prune -o -type f \( -name '*.o' -o -name '*.ko' \
		-o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd' -o -name '*.o.d' \
		-o -name modules.order -o -name Module.symvers \) -exec rm -f {} +
	$(MAKE) -C tools clean
	rm -rf build

help:
	@sed -n 's/^## //p' Makefile

test:
	tests/all

kunit:
	tests/kunit/run

usertest:
	tests/user/run

tooltest:
	tests/tool/run

vmtest:
	KERNEL='$(KERNEL)' tests/vm/run

debugsmoke:
	QUICK=1 tests/debug/run

soak:
	tests/vm/run soak.ipv4

debugtest:
	tests/debug/run

matrix:
	tests/matrix/run

reverts:
	tests/reverts/run

lint:
	tests/lint/run

fuzz:
	tests/user/fuzz

bench:
	tests/bench/run

demo:
	HOST='$(HOST)' tests/demo/run

.PHONY: all module tools install clean help test kunit usertest tooltest vmtest soak \
	debugtest debugsmoke reverts matrix lint fuzz bench demo

## make [KDIR=...]       tcpfsm.ko, for the running kernel or KDIR's, and tools/tcpfsm
## make tools            the tool alone
## sudo make install     both onto this machine
## sudo make test        everything that a change must pass
## make lint             warnings, sparse, checkpatch, shellcheck, rules of the house
## make usertest         the pure core on this machine, under sanitizers
## make tooltest         the tool on saved copies of /proc/tcpfsm
## make kunit            the KUnit suites, on User Mode Linux
## make vmtest           real traffic in a virtual machine; KERNEL=bzImage KDIR=... for another kernel
## sudo make debugtest  the same on a kernel with KASAN, lockdep, kmemleak and their like (slow)
## sudo make debugsmoke  the shortest part of that
## make soak             a million connections, a million SYNs, an hour of traffic (half an hour and more)
## sudo make reverts      does each fix's test fail without the fix?
## sudo make matrix      builds, boots and tries the module on every kernel of tests/vm/kernels
## make fuzz             libFuzzer on parser and core
## make bench            what tcpfsm costs, beside what nf_conntrack costs
## sudo make demo        the main job, shown in a virtual machine; HOST=1: in the running kernel
## make clean
