# Everything a person needs is a target here; `make help` lists them.
#
# Variables: CC=gcc|clang, BUILD=folder for what is made, SANITIZE=address,undefined,
# PREFIX and DESTDIR for `make install`, V=1 to see every command.

CC       = gcc
AR       = ar
BUILD    = build
PREFIX   = /usr/local
DESTDIR  =
SANITIZE =
export CC BUILD

# As many jobs as cores, unless told.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.PHONY: build help test unit demo bench check format sanitize races fuzz install clean programs \
        fuzzers

# -- how we compile -----------------------------------------------------------------------------

WARN    = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wformat=2 -Wvla -Werror
HARDEN  = -fstack-protector-strong -fstack-clash-protection -fPIE
CFLAGS  = -std=c17 -D_GNU_SOURCE -O2 -g
LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed -pthread
# The same bytes whatever the folder is called: no absolute path in them (and no time: ar D).
SAME    = -ffile-prefix-map=$(CURDIR)=.
ifeq ($(SANITIZE),)
HARDEN  += -D_FORTIFY_SOURCE=3
else
HARDEN  += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS += -fsanitize=$(SANITIZE)
endif
COMPILE = $(CC) $(CFLAGS) $(WARN) $(HARDEN) $(SAME) -pthread -MMD -MP

# One short line a step; V=1 shows the commands themselves.
Q   = $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $@)

# The two programs share include/ (declarations only) and nothing else.
BALLOTD_INCLUDES = -iquote ballotd -iquote include -iquote $(BUILD)
BALLOTD_LIBS     = -lmicrohttpd -lcurl -lsodium -lsqlite3 -ljansson -lcrypto
VERIFY_INCLUDES  = -iquote verify -iquote include -isystem /usr/include/decaf
VERIFY_LIBS      = -lmicrohttpd -lcurl -ldecaf -lcrypto

# Objects depend on a file that holds the compiler and its flags and changes only when they do.
FLAGS = $(strip $(COMPILE) $(LDFLAGS) $(BALLOTD_LIBS) $(VERIFY_LIBS))
ifneq ($(filter-out help clean format,$(or $(MAKECMDGOALS),build)),)
ifneq ($(strip $(file <$(BUILD)/flags)),$(FLAGS))
$(shell mkdir -p $(BUILD))$(file >$(BUILD)/flags,$(FLAGS))
endif
endif

# -- what there is ------------------------------------------------------------------------------

OBJ      = $(BUILD)/obj
objects  = $(patsubst %.c,$(OBJ)/%.o,$(1))
programs = $(patsubst %.c,$(BUILD)/%,$(wildcard $(1)))

BALLOTD_OBJECTS = $(call objects,$(filter-out ballotd/cli/main.c,$(wildcard ballotd/*/*.c)))
VERIFY_OBJECTS  = $(call objects,$(filter-out verify/main.c,$(wildcard verify/*.c verify/*/*.c)))
# What several of the daemon's test programs share.
TESTS_OBJECTS   = $(call objects,$(wildcard tests/lib/*.c))
SQL_HEADERS     = $(patsubst sql/%.sql,$(BUILD)/gen/sql_%.h,$(wildcard sql/*.sql))
# Test programs that may include the daemon's rooms, and those that may include the verifier's.
BALLOTD_TESTS   = $(call programs,$(foreach group,unit tools e2e fault property corpus bench,tests/$(group)/*.c))
VERIFY_TESTS    = $(call programs,tests/verify/*.c tests/verify/bench/*.c tests/verify/slow/*.c tests/verify/tools/*.c)
FUZZERS         = $(call programs,tests/fuzz/*.c)
# The same targets with a main of their own, which gives them the inputs that were kept.
REPLAYS         = $(patsubst tests/fuzz/%.c,$(BUILD)/tests/replay/%,$(wildcard tests/fuzz/*.c))

# -- build --------------------------------------------------------------------------------------

build: $(BUILD)/ballotd $(BUILD)/verify ## build build/ballotd and build/verify (the default)

programs: build $(BALLOTD_TESTS) $(VERIFY_TESTS) $(REPLAYS)

$(BUILD)/ballotd: $(OBJ)/ballotd/cli/main.o $(BUILD)/libballotd.a
	$(call say,CC)
	$(Q)$(COMPILE) -o $@ $^ $(LDFLAGS) $(BALLOTD_LIBS)

$(BUILD)/verify: $(OBJ)/verify/main.o $(BUILD)/libverify.a
	$(call say,CC)
	$(Q)$(COMPILE) -o $@ $^ $(LDFLAGS) $(VERIFY_LIBS)

# Rebuilt whole, so that the object of a removed file does not linger.
$(BUILD)/libballotd.a: $(BALLOTD_OBJECTS)
$(BUILD)/libverify.a: $(VERIFY_OBJECTS)
$(BUILD)/libtests.a: $(TESTS_OBJECTS)
$(BUILD)/lib%.a:
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcsD $@ $^

$(OBJ)/ballotd/%.o: ballotd/%.c $(BUILD)/flags | build/.deps $(SQL_HEADERS)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) $(BALLOTD_INCLUDES) -c -o $@ $<

$(OBJ)/verify/%.o: verify/%.c $(BUILD)/flags | build/.deps
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) $(VERIFY_INCLUDES) -c -o $@ $<

$(OBJ)/tests/%.o: tests/%.c $(BUILD)/flags | build/.deps $(SQL_HEADERS)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -iquote tests $(BALLOTD_INCLUDES) -c -o $@ $<

$(OBJ)/tests/verify/%.o: tests/verify/%.c $(BUILD)/flags | build/.deps
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -iquote tests $(VERIFY_INCLUDES) -c -o $@ $<

$(BUILD)/tests/%: $(OBJ)/tests/%.o $(BUILD)/libtests.a $(BUILD)/libballotd.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -o $@ $^ $(LDFLAGS) $(BALLOTD_LIBS)

$(BUILD)/tests/verify/%: $(OBJ)/tests/verify/%.o $(BUILD)/libverify.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -o $@ $^ $(LDFLAGS) $(VERIFY_LIBS)

$(BUILD)/gen/sql_%.h: sql/%.sql scripts/embed-sql
	@mkdir -p $(@D)
	$(Q)scripts/embed-sql $< >$@

# Fuzzers of the verifier are called verify_*.c; the others are the daemon's.
fuzzers: $(FUZZERS)

$(BUILD)/tests/fuzz/verify_%: tests/fuzz/verify_%.c $(BUILD)/libverify.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fsanitize=fuzzer $(VERIFY_INCLUDES) -o $@ $^ $(LDFLAGS) $(VERIFY_LIBS)

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c $(BUILD)/libballotd.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fsanitize=fuzzer $(BALLOTD_INCLUDES) -o $@ $^ $(LDFLAGS) $(BALLOTD_LIBS)

$(BUILD)/tests/replay/verify_%: tests/fuzz/verify_%.c tests/fuzz/replay/main.c $(BUILD)/libverify.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) $(VERIFY_INCLUDES) -o $@ $^ $(LDFLAGS) $(VERIFY_LIBS)

$(BUILD)/tests/replay/%: tests/fuzz/%.c tests/fuzz/replay/main.c $(BUILD)/libballotd.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) $(BALLOTD_INCLUDES) -o $@ $^ $(LDFLAGS) $(BALLOTD_LIBS)

# The packages of Debian 12 that the build needs, and those that only the demonstration, or tests and
# checks, need.
build/.deps: scripts/install-deps
	@mkdir -p $(@D)
	@scripts/install-deps build
	@touch $@

build/.deps-demo: scripts/install-deps | build/.deps
	@mkdir -p $(@D)
	@scripts/install-deps build demo
	@touch $@

build/.deps-test: scripts/install-deps | build/.deps
	@mkdir -p $(@D)
	@scripts/install-deps build demo test
	@touch $@

# -- what people run ----------------------------------------------------------------------------

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

test: build/.deps-test programs ## run every test; the last line counts them
	@scripts/run-tests

unit: programs ## run only the unit tests of both programs
	@scripts/run-tests unit verify-unit

demo: build/.deps-demo programs ## run a whole election of 3,000 members and verify it
	@scripts/demo

bench: programs ## print the table of measurements
	@scripts/bench

check: build/.deps-test programs ## format, lint, static analysis, the order of the rooms
	@scripts/check-floors
	@scripts/check-linkage $(BUILD)
	@scripts/lint

sanitize: ## unit tests and two whole elections with AddressSanitizer and UndefinedBehaviorSanitizer
	$(MAKE) BUILD=build/sanitize SANITIZE=address,undefined unit
	for kind in 20 branch; do \
	    rm -rf build/sanitize/made && build/sanitize/tests/tools/whole build/sanitize/made $$kind && \
	    build/sanitize/verify --quiet --annex build/sanitize/made/annex \
	        build/sanitize/made/bundle || exit 1; done

# What runs on several threads; a report of ThreadSanitizer is exit code 66. It wants addresses
# that are not drawn at random: setarch -R.
RACES = tests/tools/whole tests/bench/cast tests/unit/election_repeat tests/unit/http_shelf \
        tests/fault/http_stop
races: ## look for data races: casting over HTTP, statements, stopping
	$(MAKE) BUILD=build/races SANITIZE=thread build/races/ballotd $(addprefix build/races/,$(RACES))
	rm -rf build/races/made
	setarch -R build/races/tests/tools/whole build/races/made 20
	BUILD=build/races setarch -R build/races/tests/bench/cast 300 20
	for test in $(wordlist 3,9,$(RACES)); do setarch -R build/races/$$test || exit 1; done

fuzz: build/.deps-test ## run every fuzzer for FUZZ_SECONDS (60)
	$(MAKE) BUILD=build/fuzz CC=clang SANITIZE=address,undefined,fuzzer-no-link fuzzers
	@BUILD=build/fuzz scripts/fuzz

format: build/.deps-test ## format all C as .clang-format says
	find ballotd verify include tests -name '*.[ch]' -exec clang-format -i {} +

install: build ## install under DESTDIR and PREFIX (/usr/local): programs, man pages, systemd units
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BUILD)/ballotd $(BUILD)/verify $(DESTDIR)$(PREFIX)/bin
	for page in man/*.[1-8]; do \
	    install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man$${page##*.} $$page || exit 1; done
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in systemd/*; do sed 's:@PREFIX@:$(PREFIX):g' $$unit \
	    >$(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/} || exit 1; done

clean: ## remove what was built
	rm -rf build $(BUILD)

-include $(shell [ -d $(OBJ) ] && find $(OBJ) -name '*.d')
