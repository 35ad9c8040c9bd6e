# SPDX-License-Identifier: GPL-2.0
#
# For people; the kernel's build system reads Kbuild instead.
#
#   make            modules for the running kernel (or KDIR=...), client and library
#   make install    through DKMS, with client and library in PREFIX; as root
#   make test       everything that is tested, on the kernel K in a VM
#   make matrix     the VM tests on every kernel, or on K="6.12-amd64 6.1-arm64"
#   make demo       see kwatch at work in a VM
#   make shell      a root shell in that VM; ADD="FILE..." brings in programs with
#                   their libraries, and modules; ADD=gdb brings in gdb
#   make bench      what a hit costs, with kwatch and with other tools, in a VM
#   make deb        Debian packages, kwatch and kwatch-dkms, in build/deb
#   make lint       what compilers and greps can tell
#
# Variables: K= a key of scripts/kernels; T= test files, for "make test";
# J= tests at once; V=1 shows every assertion.

KDIR	?= /lib/modules/$(shell uname -r)/build
K	?= 6.1-amd64
PREFIX	?= /usr/local
DESTDIR	?=
# make's own default is "cc".
ifeq ($(origin CC),default)
CC	:= gcc
endif

# The one place where the number is written for C; dkms.conf and CHANGELOG.md
# are held to it by tests/lint/rules.t.
VERSION	:= $(shell sed -n 's/^.define KWATCH_VERSION[[:space:]]*"\(.*\)".*/\1/p' include/uapi/kwatch.h)
DKMS_SOURCE := /usr/src/kwatch-$(VERSION)

# What can be compiled for a unit test: the module's files that need no kernel, and the
# client's.  A test is linked with those that it calls.
UNIT_SOURCES := $(wildcard module/language/*.c) module/hit/filter.c \
	$(filter-out tools/commands/main.c tools/libkwatch/%,$(wildcard tools/*/*.c))
UNIT_OBJECTS := $(UNIT_SOURCES:%.c=build/unit/obj/%.o)
UNIT	:= $(patsubst tests/unit/%.c,build/unit/%,$(wildcard tests/unit/*.c))
UNIT_CFLAGS := -std=gnu11 -O1 -g -Wall -Wextra -Iinclude -Imodule -Itools
UNIT_LIBS := $(shell sed -n 's/^LIBS[[:space:]]*= //p' tools/Makefile)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all

.PHONY: all deb modules client unit test matrix bench lint demo shell install install-source uninstall clean version

ifneq ($(wildcard $(KDIR)/Makefile),)
all: modules client
else
all: client
	@echo "kwatch: built the client alone: there are no kernel headers in $(KDIR) (linux-headers-$$(uname -r), or KDIR=...)" >&2
endif

modules:
	@test -e "$(KDIR)/Makefile" || { echo "kwatch: no kernel headers in $(KDIR): install linux-headers-$$(uname -r), or say KDIR=..." >&2; exit 1; }
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" modules

client:
	@scripts/need -n client
	$(MAKE) -C tools
	$(MAKE) -C tools/libkwatch

unit: $(UNIT)

build/unit/obj/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) $(UNIT_CFLAGS) $(SANITIZE) -MMD -MP -c -o $@ $<

build/unit/all.a: $(UNIT_OBJECTS)
	@rm -f $@
	@$(AR) rcs $@ $^

# "// sources: A B" in a test names what it is linked with besides; NAME.flags
# beside NAME.c replaces the sanitizers.  "// needs: HEADER PACKAGE": a machine without
# HEADER skips the test.
build/unit/%: tests/unit/%.c build/unit/all.a $(wildcard tests/unit/*.flags)
	@mkdir -p $(@D)
	@echo "  UNIT    $*"
	@set -- $$(sed -n 's,^// needs: ,,p' tests/unit/$*.c); \
	if [ -n "$$1" ] && ! echo "#include <$$1>" | $(CC) -E -x c - > /dev/null 2>&1; then \
		printf '#!/bin/sh\necho "1..0 # SKIP %s is not installed"\n' "$$2" > $@; \
		chmod +x $@; \
		exit; \
	fi; \
	$(CC) $(UNIT_CFLAGS) $$(cat tests/unit/$*.flags 2>/dev/null || echo "$(SANITIZE)") \
		-MMD -MP -MF build/unit/obj/$*.d -MT $@ -o $@ $< \
		$$(sed -n 's,^// sources: ,,p' $<) build/unit/all.a $(UNIT_LIBS)

-include $(UNIT_OBJECTS:.o=.d) $(UNIT:build/unit/%=build/unit/obj/%.d)

test:
	@scripts/test -k "$(K)" $(if $(J),-j $(J)) $(if $(V),-v) $(T)

lint:
	@scripts/test -k "$(K)" $(if $(V),-v) -L

deb:
	@scripts/deb

bench:
	@tests/bench/run "$(K)"

matrix:
	@scripts/matrix $(if $(T),-t "$(T)") $(if $(filter command% environment%,$(origin K)),$(K))

demo:
	@scripts/demo "$(K)"

shell:
	@scripts/shell "$(K)" $(ADD)

install-source:
	install -d "$(DESTDIR)$(DKMS_SOURCE)"
	cp -r Kbuild dkms.conf LICENSE module include "$(DESTDIR)$(DKMS_SOURCE)/"

install:
	@test "$$(id -u)" = 0 || { echo "kwatch: only root can install modules: sudo make install" >&2; exit 1; }
	@scripts/need client "dkms=builds the modules now and for each kernel to come" \
		"linux-headers-$$(uname -r)=the modules are built against the running kernel's headers"
	$(MAKE) --no-print-directory client
	@dkms status kwatch/$(VERSION) | grep -q . && dkms remove kwatch/$(VERSION) --all || true
	$(MAKE) --no-print-directory install-source DESTDIR=
	dkms install kwatch/$(VERSION)
	$(MAKE) --no-print-directory -C tools install PREFIX="$(PREFIX)"
	$(MAKE) --no-print-directory -C tools/libkwatch install PREFIX="$(PREFIX)"
	@getent group kwatch > /dev/null || groupadd --system kwatch
	@ldconfig
	@echo "kwatch: installed; try: modprobe kwatch ksym=jiffies"

uninstall:
	@test "$$(id -u)" = 0 || { echo "kwatch: only root can remove modules: sudo make uninstall" >&2; exit 1; }
	-dkms remove kwatch/$(VERSION) --all
	rm -rf "$(DKMS_SOURCE)"
	$(MAKE) --no-print-directory -C tools uninstall PREFIX="$(PREFIX)"
	$(MAKE) --no-print-directory -C tools/libkwatch uninstall PREFIX="$(PREFIX)"

version:
	@echo $(VERSION)

# What "make" leaves beside the sources, and build/.  The cache of kernels
# outside the tree stays; scripts/common.sh says where it is.
clean:
	rm -rf build
	find . -path ./.git -prune -o \( -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' \
		-o -name '.*.cmd' -o -name '.*.d' -o -name Module.symvers -o -name modules.order \) -type f -exec rm -f {} +
