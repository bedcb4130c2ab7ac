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

# What the module is built for. (Debian's include/config/kernel.release has another name.)
release = $$(sed -n 's/^.define UTS_RELEASE "\(.*\)"/\1/p' '$(KDIR)/include/generated/utsrelease.h')
depmod = depmod $(if $(INSTALL_MOD_PATH),-b '$(INSTALL_MOD_PATH)') "$$release"

# kbuild leaves depmod out where the headers have no System.map.
install: module install-tools
	$(MAKE) -C '$(KDIR)' M='$(CURDIR)' modules_install
	release=$(release); $(depmod)

# What is no module: the tool, its manual pages, units, configuration.
install-tools: tools
	$(MAKE) -C tools install
	$(MAKE) -C packaging install

# What is refused is refused before anything is done.
dkms-install:
	packaging/dkms able install
	$(MAKE) install-tools
	packaging/dkms install

dkms-uninstall:
	packaging/dkms able uninstall
	$(MAKE) uninstall-tools
	packaging/dkms uninstall

# Of the running kernel, or of KDIR's.
uninstall: uninstall-tools
	set -e; release=$(release); \
		cd '$(INSTALL_MOD_PATH)/lib/modules/'"$${release:?}"; \
		rm -f extra/tcpfsm.ko* updates/tcpfsm.ko*; \
		rmdir --ignore-fail-on-non-empty extra updates 2>/dev/null || true; \
		$(depmod)

# The timer goes before the tool that it runs.
uninstall-tools:
	$(MAKE) -C packaging uninstall
	$(MAKE) -C tools uninstall

deb:
	packaging/deb

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

packtest:
	tests/packaging/run

debtest:
	tests/deb/run

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

.PHONY: all module tools install install-tools uninstall uninstall-tools dkms-install \
	dkms-uninstall deb clean help test kunit usertest tooltest packtest debtest vmtest soak \
	debugtest debugsmoke reverts matrix lint fuzz bench demo

## make [KDIR=...]       tcpfsm.ko, for the running kernel or KDIR's, and tools/tcpfsm
## make tools            the tool alone
## sudo make install     both onto this machine, with manual pages, units and configuration; sudo make uninstall
## sudo make dkms-install  likewise, and DKMS builds the module for each later kernel; sudo make dkms-uninstall
## make deb              Debian packages, in build/deb/
## sudo make test        everything that a change must pass
## make lint             warnings, sparse, checkpatch, shellcheck, rules of the house
## make usertest         the pure core on this machine, under sanitizers
## make tooltest         the tool on saved copies of /proc/tcpfsm
## make packtest         manual pages, completion, units, alert rules and dashboard agree with the tool
## make debtest          the Debian packages: built, installed and used in a virtual machine, removed without a trace
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
