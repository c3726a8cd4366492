# goagap: build, tests, demo. `make help` lists the targets.
SHELL := /bin/sh
BUILD ?= build/release
PREFIX ?= /usr/local
VERSION := 0.1.0
CC ?= cc
AR ?= ar
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

OPTIMISE ?= -O3
DEBUG ?= -g
WARN := -Wall -Wextra -Wconversion -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
# Expanded when a recipe runs: pkg-config may be installed by the first target. OpenBLAS stands before
# GSL, whose own BLAS is slow.
PACKAGES := hdf5-serial jansson libcyaml yaml-0.1 openblas gsl zlib nettle
# OpenBLAS without threads: the other kind starts them before main, and under a limit on address space
# they try for ever to get theirs. All kinds have one name; the path keeps the loader to this one.
PKG_CONFIG = PKG_CONFIG_PATH="$$(echo /usr/lib/*/openblas-serial/pkgconfig):$$PKG_CONFIG_PATH" pkg-config
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell $$(PKG_CONFIG) --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell $$(PKG_CONFIG) --libs $(PACKAGES)) \
    -Wl,-rpath,$$(shell $$(PKG_CONFIG) --variable=libdir openblas))$(PKG_LIBS)
GIT_REVISION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

GG_CPPFLAGS = -D_GNU_SOURCE -DGG_VERSION='"$(VERSION)"' -I. $(PKG_CFLAGS) $(CPPFLAGS)
# Tests share the objects as one library; calls within it stay direct.
OWN_CFLAGS = -std=c11 $(DEBUG) $(OPTIMISE) -fPIC -fno-semantic-interposition $(WARN) -ffp-contract=off $(SANITIZE) $(CFLAGS)
GG_CFLAGS = $(OWN_CFLAGS)
# Objects that were compiled with other options are compiled anew.
ifneq ($(filter-out clean help format dist uninstall,$(or $(MAKECMDGOALS),all)),)
# A file that is written anew when its text changes: stamp FILE,TEXT.
stamp = $(shell mkdir -p $(BUILD) && { echo '$(2)' | cmp -s - $(BUILD)/$(1) || echo '$(2)' >$(BUILD)/$(1); })
$(call stamp,options,$(OWN_CFLAGS))
$(call stamp,revision,$(GIT_REVISION))
endif
GG_LDLIBS = $(PKG_LIBS) -lglpk -lm -lpthread
# HDF5's shared library brings thirty others (curl's), more than half of what a command takes to start.
HDF5_ARCHIVE = $(eval HDF5_ARCHIVE := $$(wildcard $$(addsuffix /libhdf5.a,$$(patsubst -L%,%,$$(filter %hdf5/serial,$$(PKG_LIBS))))))$(HDF5_ARCHIVE)
PROGRAM_LDLIBS = $(if $(HDF5_ARCHIVE),$(patsubst -lhdf5,$(HDF5_ARCHIVE) -lsz -ldl,$(GG_LDLIBS)),$(GG_LDLIBS))
# gold takes half the time for a program (and warns beside clang).
GOLD := $(if $(findstring clang,$(CC)),,$(if $(shell command -v ld.gold),-fuse-ld=gold))
GG_LDFLAGS = $(SANITIZE) $(GOLD) $(LDFLAGS)

LIB_SRC := $(wildcard models/*.c models/*/*.c solvers/*.c solvers/*/*.c data/*/*.c data/*/*/*.c) \
    $(wildcard $(patsubst %,experiments/%/*.c,output results packaging))
APP_SRC := $(filter-out $(LIB_SRC) experiments/cli/main.c experiments/bench/%,$(wildcard experiments/*/*.c experiments/*/*/*.c notebooks-export/*.c))
TEST_SRC := $(wildcard $(addprefix tests/unit/,*/*.c */*/*.c))
TEST_HELP_SRC := $(wildcard tests/support/*.c tests/support/*/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
APP_OBJ := $(APP_SRC:%.c=$(BUILD)/%.o)
TEST_HELP_OBJ := $(TEST_HELP_SRC:%.c=$(BUILD)/%.o)
# A target a file, and one a format that can be imported.
FUZZ_IMPORTS := $(shell sed -n 's/^GG_IMPORTER(\(.*\))/\1/p' data/import/import_list.def)
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)) $(FUZZ_IMPORTS)
UNIT_TESTS := $(patsubst %.c,$(BUILD)/tests/%,$(notdir $(TEST_SRC)))
TEST_BIN := $(UNIT_TESTS) $(FUZZ_TARGETS:%=$(BUILD)/tests/replay_%)
LIBRARY := $(BUILD)/libgoagap.a
SHARED := $(BUILD)/libgoagap.so.0
PROGRAM := $(BUILD)/goagap

comma := ,
# Long builds say what they compile and how far they are: compile OPTIONS AND TARGETS,FOLDER,AS WHAT.
TICK = $(if $(OF),@sh tests/tools/tick.sh $(BUILD) $(OF))
compile = of=$$($(MAKE) --no-print-directory -n BUILD=$(2) $(1) | grep -c -- ' -MMD '); rm -f $(2)/ticks; \
    [ $$of = 0 ] || echo "Compiling $$of files $(3)"; \
    $(MAKE) --no-print-directory -s -j$(JOBS) BUILD=$(2) $(1) OF=$$of

.DEFAULT_GOAL := all
.PHONY: all
all: $(PROGRAM) $(SHARED)

# Tests are not shipped: half the work of the compiler is enough for them.
$(BUILD)/tests/%.o: OPTIMISE := -O1
$(BUILD)/tests/%.o: DEBUG := -g1
$(BUILD)/%.o: %.c $(BUILD)/options | present
	@mkdir -p $(@D)
	$(CC) $(GG_CPPFLAGS) $(GG_CFLAGS) -MMD -MP -c $< -o $@
	$(TICK)

# gcc leaves the loops of the vector kernels waiting for their own results unless it schedules before
# it assigns registers.
$(BUILD)/data/uncertainty/kernels/row_stats_avx%.o: GG_CFLAGS += $(if $(findstring clang,$(CC)),,-fschedule-insns -fsched-pressure)

# Files as C strings, each {"its name without the suffix", "its text"}: c-strings FILES,SUFFIX.
c-strings = for f in $(1); do echo "{\"$$(basename $$f $(2))\","; \
    sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $$f; echo '},'; done

# The shipped presets, so that the program finds them wherever it is.
PRESETS := $(sort $(wildcard experiments/presets/*.yaml))
$(BUILD)/models/draw/preset_shipped.inc: $(PRESETS)
	@mkdir -p $(@D)
	$(call c-strings,$(PRESETS),.yaml) > $@.tmp
	mv $@.tmp $@
$(BUILD)/models/draw/preset.o: $(BUILD)/models/draw/preset_shipped.inc
$(BUILD)/models/draw/preset.o: GG_CPPFLAGS += -I$(BUILD)

# The topics of `goagap help', in its order.
TOPICS := $(patsubst %,experiments/cli/topics/%.txt,formats model exit-codes)
$(BUILD)/experiments/cli/help_topics.inc: $(TOPICS)
	@mkdir -p $(@D)
	$(call c-strings,$(TOPICS),.txt) > $@.tmp
	mv $@.tmp $@
$(BUILD)/experiments/cli/help_topics.o: $(BUILD)/experiments/cli/help_topics.inc
$(BUILD)/experiments/cli/help_topics.o: GG_CPPFLAGS += -I$(BUILD)

# The report's style sheet as a C string.
PAGE := experiments/report/page
$(BUILD)/$(PAGE)/report_css.inc: $(PAGE)/report.css
$(BUILD)/$(PAGE)/sort_js.inc: $(PAGE)/sort.js
$(BUILD)/$(PAGE)/report_css.inc $(BUILD)/$(PAGE)/sort_js.inc:
	@mkdir -p $(@D)
	sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $< > $@.tmp
	mv $@.tmp $@
$(BUILD)/$(PAGE)/html_page.o: $(BUILD)/$(PAGE)/report_css.inc $(BUILD)/$(PAGE)/sort_js.inc
$(BUILD)/$(PAGE)/html_page.o: GG_CPPFLAGS += -I$(BUILD)

# The notebook's cells, in the order of their names.
CELLS := $(sort $(wildcard notebooks-export/cells/*.md notebooks-export/cells/*.py))
$(BUILD)/notebooks-export/notebook_cells.inc: $(CELLS)
	@mkdir -p $(@D)
	$(call c-strings,$(CELLS)) > $@.tmp
	mv $@.tmp $@
$(BUILD)/notebooks-export/notebook_cells.o: $(BUILD)/notebooks-export/notebook_cells.inc
$(BUILD)/notebooks-export/notebook_cells.o: GG_CPPFLAGS += -I$(BUILD)

$(LIBRARY): $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

# Of the same objects, with the public functions alone.
EXPORTED := experiments/packaging/libgoagap.map
$(SHARED): $(LIB_OBJ) $(EXPORTED)
	$(CC) -shared $(GG_LDFLAGS) -Wl,-soname,$(@F) -Wl,--version-script,$(EXPORTED) \
	    $(filter %.o,$^) $(GG_LDLIBS) -o $@

$(PROGRAM): $(BUILD)/experiments/cli/main.o $(APP_OBJ) $(LIBRARY)
	$(CC) $(GG_LDFLAGS) $^ $(PROGRAM_LDLIBS) -o $@

$(foreach t,$(TEST_SRC:.c=),$(eval $(BUILD)/tests/$(notdir $t): $(BUILD)/$t.o))

# What more than a hundred test programs share is linked once.
TESTED := $(BUILD)/tests/libtested.so
$(TESTED): $(APP_OBJ) $(LIB_OBJ)
	@mkdir -p $(@D)
	$(CC) -shared $(GG_LDFLAGS) $^ $(GG_LDLIBS) -o $@
AGAINST_TESTED = -L$(BUILD)/tests -ltested -Wl,-rpath,'$$ORIGIN' $(GG_LDLIBS)
$(UNIT_TESTS): $(TEST_HELP_OBJ) $(TESTED)
	@mkdir -p $(@D)
	$(CC) $(GG_LDFLAGS) $(filter %.o,$^) $(AGAINST_TESTED) -lcmocka -o $@

# Seeds of a fuzz target, played without libFuzzer.
FUZZ_HELP_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/fuzz/fuzz_% %/replay.c %/import.c,$(wildcard tests/fuzz/*.c)))
$(FUZZ_IMPORTS:%=$(BUILD)/tests/fuzz/fuzz_%.o): $(BUILD)/tests/fuzz/fuzz_%.o: tests/fuzz/import.c $(BUILD)/options
	@mkdir -p $(@D)
	$(CC) $(GG_CPPFLAGS) -DGG_FUZZ_FORMAT='"$(subst _,-,$*)"' $(GG_CFLAGS) -MMD -MP -c $< -o $@
	$(TICK)
$(BUILD)/tests/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(FUZZ_HELP_OBJ) $(TESTED)
	@mkdir -p $(@D)
	$(CC) $(GG_LDFLAGS) $(filter %.o,$^) $(AGAINST_TESTED) -o $@

.PHONY: test-binaries
test-binaries: $(TEST_BIN) $(BUILD)/tests/golden_check

# ---------------------------------------------------------------------------------------- set-up
BUILD_PACKAGES := gcc make pkg-config libglpk-dev libopenblas-serial-dev libhdf5-dev libjansson-dev \
    libcyaml-dev libyaml-dev librandom123-dev libgsl-dev zlib1g-dev nettle-dev
DEBIAN_PACKAGES := $(BUILD_PACKAGES) g++ libcmocka-dev \
    python3-numpy python3-h5py glpk-utils coinor-cbc scdoc \
    librsvg2-bin tidy
# Before anything is compiled: what is missing is said once, with what installs it.
.PHONY: present
present:
	@printf '#include <%s>\n' glpk.h Random123/philox.h zlib.h | \
	    $(CC) $(CPPFLAGS) -x c -E - >/dev/null 2>&1 && $(PKG_CONFIG) --exists $(PACKAGES) 2>/dev/null || \
	{ echo "goagap needs a C compiler ($(CC)) and libraries that are not all installed. On Debian or Ubuntu:" >&2; \
	  echo "  sudo apt-get install -y --no-install-recommends $(BUILD_PACKAGES)" >&2; exit 2; }
.PHONY: deps
deps:
	@missing=; for p in $(DEBIAN_PACKAGES); do \
	    dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; \
	else echo "goagap needs Debian packages that are not installed. Run:" >&2; \
	    echo "  sudo apt-get install -y --no-install-recommends$$missing" >&2; exit 2; fi; \
	echo "Installing Debian packages (a minute or two):$$missing" | fold -s -w 79; \
	log=$$(mktemp) || exit 2; trap 'rm -f "$$log"' EXIT; \
	{ $$as apt-get update -q && DEBIAN_FRONTEND=noninteractive $$as apt-get install -q -y \
	    --no-install-recommends $$missing; } >"$$log" 2>&1 || \
	    { cat "$$log" >&2; echo "installing Debian packages failed" >&2; exit 2; }

# ------------------------------------------------------------------------------------------ demo
DEMO := $(BUILD)/demo
.PHONY: demo demo-run
demo: deps
	@$(call compile,$(PROGRAM),$(BUILD),(half a minute))
	@$(MAKE) --no-print-directory -s demo-run
demo-run: $(PROGRAM)
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	@echo "1. Uncertainty of every query of the shipped dataset, from its logits"
	@$(PROGRAM) uncertainty data/samples/babi.h5 -o $(DEMO)/babi.h5
	@echo "2. Networks of 50, 80 and 110 users, strategies, optima (20 s)"
	@$(PROGRAM) batch experiments/plans/demo.yaml --dataset $(DEMO)/babi.h5 -o $(DEMO)/results \
	    --jobs $(JOBS)
	@echo "3. What accuracy costs at least: the front of these networks (15 seconds)"
	@$(PROGRAM) pareto experiments/plans/demo.yaml --dataset $(DEMO)/babi.h5 --gap 1e-2 \
	    --node-limit 60 --points 6 --threads $(JOBS) -o $(DEMO)/results/front.csv >/dev/null || [ $$? -eq 3 ]
	@echo "4. How far each strategy is from the optimum"
	@$(PROGRAM) report $(DEMO)/results -o $(DEMO)/report.html --plan experiments/plans/demo.yaml \
	    --dataset $(DEMO)/babi.h5
	@echo "5. Open $(DEMO)/report.html; README.md goes on with your own data"

# ------------------------------------------------------------------------ the published experiment
PAPER := $(BUILD)/paper
.PHONY: paper paper-run
paper: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(PROGRAM)
	@$(MAKE) --no-print-directory -s paper-run
paper-run: $(PROGRAM)
	@mkdir -p $(PAPER)
	@$(PROGRAM) batch experiments/plans/paper.yaml -o $(PAPER)/results --jobs $(JOBS)
	@$(PROGRAM) compare $(PAPER)/results experiments/published/kim2026.csv \
	    -o $(PAPER)/comparison.csv; code=$$?; \
	    [ $$code -gt 1 ] || echo 'Cell by cell: $(PAPER)/comparison.csv'; \
	    [ $$code -gt 1 ] || $(PROGRAM) report $(PAPER)/results -o $(PAPER)/paper.html \
	        --published experiments/published/kim2026.csv >/dev/null || code=2; exit $$code
# What it could not know: how far its strategies are from the proven optimum (minutes).
.PHONY: paper-gap
paper-gap: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(PROGRAM)
	@mkdir -p $(PAPER)
	@$(PROGRAM) batch experiments/plans/paper-gap.yaml -o $(PAPER)/gap --jobs $(JOBS)
	@$(PROGRAM) pareto experiments/plans/paper-gap.yaml --gap 1e-2 --node-limit 60 --points 6 \
	    --threads $(JOBS) -o $(PAPER)/gap/front.csv >/dev/null || [ $$? -eq 3 ]
	@$(PROGRAM) report $(PAPER)/gap -o $(PAPER)/gap.html --plan experiments/plans/paper-gap.yaml
# Whether GOA's gap survives on servers that batch, in one sentence.
BATCHING := build/batching
.PHONY: batching
batching: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(PROGRAM)
	@mkdir -p $(BATCHING)
	@$(PROGRAM) batch experiments/plans/batching.yaml -o $(BATCHING)/results --jobs $(JOBS)
	@$(PROGRAM) report $(BATCHING)/results -o $(BATCHING)/batching.html --plan experiments/plans/batching.yaml
	@awk -f experiments/plans/batching.awk $(BATCHING)/tables/fair.csv

# ----------------------------------------------------------------------------------------- tests
CLI_TESTS := $(sort $(wildcard tests/cli/*.sh tests/cli/*/*.sh))
SANITIZED := build/sanitized
SANITIZERS := -fsanitize=address$(comma)undefined -fno-sanitize-recover=undefined
RUN := sh tests/tools/run.sh
.PHONY: check check-long check-run check-sanitized
check: deps
	@$(call compile,all test-binaries,$(BUILD),as shipped)
	@$(call compile,OPTIMISE=-O1 DEBUG=-g1 SANITIZE='$(SANITIZERS)' all test-binaries,$(SANITIZED),for the sanitizers)
	@$(MAKE) --no-print-directory -s check-run
check-long: export GOAGAP_TEST_LONG = 1
check-long valgrind: DEBIAN_PACKAGES += valgrind
check-long html: DEBIAN_PACKAGES += pandoc mandoc
check-long: DEBIAN_PACKAGES += octave texlive-latex-recommended
check-long: check check-threads check-deb
# Debian packages, made twice and installed in a bare Debian 12 (root, a mirror).
.PHONY: check-deb
check-deb check-long: DEBIAN_PACKAGES += debootstrap dpkg-dev
check-deb: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) all
	@GOAGAP=$(abspath $(PROGRAM)) $(RUN) tests/packaging/deb.sh
# Solves side by side, and threads within one, under ThreadSanitizer.
THREADED := build/threads
THREAD_TESTS := $(addprefix $(THREADED)/tests/,test_concurrent test_threads)
.PHONY: check-threads
check-threads: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) BUILD=$(THREADED) OPTIMISE=-O1 \
	    SANITIZE=-fsanitize=thread $(THREAD_TESTS)
	@for t in $(THREAD_TESTS); do GOAGAP_TEST_SANITIZED=1 $(RUN) --label threads $$t || exit; done
# Every test as shipped, and under the sanitizers the unit tests and what reads input; for full counts
# every command under valgrind, too. Scripts first: they take longest.
MEMORY_TEST := tests/memory/commands.sh
AS_SHIPPED := GOAGAP=$(abspath $(PROGRAM)) GOLDEN_CHECK=$(abspath $(BUILD))/tests/golden_check $(RUN)
AS_SANITIZED := GOAGAP=$(abspath $(SANITIZED))/goagap GOLDEN_CHECK=$(abspath $(SANITIZED))/tests/golden_check \
    ASAN_OPTIONS=detect_stack_use_after_return=1 GOAGAP_TEST_SANITIZED=1 $(RUN) --label sanitized
RUNS := $(BUILD)/runs
check-run:
	@{ [ -z "$$GOAGAP_TEST_LONG" ] || echo 'GOAGAP_CHECKER=valgrind $(AS_SHIPPED) --label valgrind $(MEMORY_TEST)'; \
	  printf '$(AS_SHIPPED) %s\n' tests/faults/faults.sh tests/tools/house.sh $(MEMORY_TEST); \
	  printf '$(AS_SANITIZED) %s\n' $(SANITIZED_CLI_TESTS) $(MEMORY_TEST); \
	  printf '$(AS_SHIPPED) %s\n' $(CLI_TESTS) $(TEST_BIN); \
	  printf '$(AS_SANITIZED) %s\n' $(TEST_BIN:$(BUILD)/%=$(SANITIZED)/%); } >$(RUNS)
	@xargs -P $(JOBS) -d '\n' -I{} sh -c '{}' <$(RUNS) | sh tests/tools/sum.sh $$(wc -l <$(RUNS))
# A real Slurm on the loopback interface; not part of `check': it installs daemons.
.PHONY: check-slurm
check-slurm: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(PROGRAM)
	@GOAGAP=$(abspath $(PROGRAM)) $(RUN) tests/slurm/run.sh
# Scripts that read what others wrote run under the sanitizers, too; of all others the commands go
# there once, by $(MEMORY_TEST), and their code by the unit tests. Full counts run every script there
# that does not measure memory or call other programs.
NEVER_SANITIZED := %/demo.sh %/man.sh %/completion.sh %/library.sh %/python.sh %/site.sh %/octave.sh %/memory_limit.sh %/readme.sh
FROM_OTHERS := %/bad_input.sh %/cases.sh %/check.sh %/files.sh %/untrusted.sh %/fit.sh %/import.sh %/import_text.sh %/inspect.sh \
    %/recipe.sh %/batch_disk.sh %/batch_external.sh
SANITIZED_CLI_TESTS := $(if $(GOAGAP_TEST_LONG),$(filter-out $(NEVER_SANITIZED),$(CLI_TESTS)),$(filter $(FROM_OTHERS),$(CLI_TESTS)))

# What tells which tree it came from is compiled anew with every revision, and nothing else is.
$(BUILD)/experiments/cli/cmd_version.o $(BUILD)/experiments/batch/provenance.o: $(BUILD)/revision
$(BUILD)/experiments/cli/cmd_version.o $(BUILD)/experiments/batch/provenance.o: GG_CPPFLAGS += -DGG_GIT_REVISION='"$(GIT_REVISION)"'
# `goagap version` tells how it was built.
$(BUILD)/experiments/cli/cmd_version.o: GG_CPPFLAGS += -DGG_BUILD_FLAGS='"$(strip $(GG_CFLAGS))"'

$(BUILD)/tests/golden_check: tests/tools/golden_check.c
	@mkdir -p $(@D)
	$(CC) $(GG_CPPFLAGS) $(GG_CFLAGS) $(GG_LDFLAGS) $< -ljansson -lm -o $@

.PHONY: asan ubsan valgrind
asan ubsan: deps
	@$(MAKE) -s -j$(JOBS) BUILD=build/$@ OPTIMISE=-O1 \
	    SANITIZE='-fsanitize=$(if $(filter asan,$@),address,undefined -fno-sanitize-recover=undefined)' \
	    all test-binaries
	@$(RUN) $(TEST_BIN:$(BUILD)/%=build/$@/%)
valgrind: deps
	@$(MAKE) -s -j$(JOBS) BUILD=build/valgrind OPTIMISE=-O1 all test-binaries
	@for t in $(TEST_BIN:$(BUILD)/%=build/valgrind/%); do echo "$$t"; \
	    valgrind -q --error-exitcode=1 --leak-check=full --trace-children=no \
	    --suppressions=tests/memory/hdf5.supp $$t >/dev/null || exit 1; done

# Every fuzz target for FUZZ_SECONDS with clang's libFuzzer; what it finds stays in build/fuzz.
FUZZ_SECONDS ?= 60
FUZZ := build/fuzz
.PHONY: fuzz fuzz-binaries
fuzz: deps
	@command -v clang >/dev/null || { echo "fuzzing needs clang and libclang-rt-14-dev" >&2; exit 2; }
	@$(MAKE) --no-print-directory -s -j$(JOBS) BUILD=$(FUZZ) CC=clang OPTIMISE=-O1 \
	    SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined' \
	    fuzz-binaries
	@for t in $(FUZZ_TARGETS); do mkdir -p $(FUZZ)/corpus/$$t && echo "$$t" && \
	    $(FUZZ)/fuzz_$$t -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=1024 -timeout=20 \
	        -max_len=65536 -verbosity=0 -print_final_stats=1 -artifact_prefix=$(FUZZ)/$$t- \
	        $(FUZZ)/corpus/$$t tests/fuzz/seeds/$$t || exit 1; done
fuzz-binaries: $(FUZZ_TARGETS:%=$(BUILD)/fuzz_%)
$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_HELP_OBJ) $(APP_OBJ) $(LIBRARY)
	$(CC) $(GG_LDFLAGS) -fsanitize=fuzzer $^ $(GG_LDLIBS) -o $@

# ------------------------------------------------------------------------------------ benchmarks
$(BUILD)/bench/bench_data: $(patsubst %,$(BUILD)/experiments/bench/bench_%.o,hidden parts)
$(BUILD)/bench/%: $(BUILD)/experiments/bench/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(GG_LDFLAGS) $(filter %.o,$^) $(LIBRARY) $(GG_LDLIBS) -o $@
.PHONY: bench bench-exact bench-solvers
bench: bench-solvers bench-exact
bench-solvers: bench-peers $(BUILD)/bench/bench_solvers
	@$(BUILD)/bench/bench_solvers $(BUILD)/bench/solvers.csv experiments/published/kim2026.csv
bench-exact: bench-peers
	@$(BUILD)/bench/bench_exact $(PROGRAM) $(BUILD)/bench/exact.csv $(SEEDS) $(LIMIT_S)
.PHONY: bench-peers
HIGHS := build/peers
bench-peers: $(PROGRAM) $(BUILD)/bench/bench_exact
	@npm install --no-save --prefix $(HIGHS) highs@1.15.3 >/dev/null 2>&1 || echo 'npm has no HiGHS here'
	@$(BUILD)/bench/bench_exact $(PROGRAM) $(BUILD)/bench/peers.csv peers \
	    $$(ls -d $(HIGHS)/node_modules/highs >/dev/null 2>&1 && echo $(HIGHS))
.PHONY: bench-data
bench: bench-data
bench-data: $(BUILD)/bench/bench_data
	@$(BUILD)/bench/bench_data $(BUILD)/bench $(BUILD)/bench/data.csv
# One thread and two on the same trees; minutes, on two cores that nobody else uses.
.PHONY: bench-threads
bench-threads: $(PROGRAM)
	@bash experiments/bench/bench_threads.sh $(PROGRAM) $(BUILD)/bench $(BUILD)/bench/threads.csv
# A folder of many parts; not of `make bench`, since making it takes minutes.
.PHONY: bench-results
PARTS ?= 4000
bench-results: $(PROGRAM)
	@bash experiments/bench/bench_results.sh $(PROGRAM) $(BUILD)/bench $(PARTS)

# The instances with known optima, made and solved again.
PYTHON ?= /usr/bin/python3
.PHONY: library
library: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(SHARED)
	@GOAGAP_LIBRARY=$(abspath $(SHARED)) PYTHONPATH=notebooks-export/python PYTHONDONTWRITEBYTECODE=1 \
	    $(PYTHON) data/library/remake.py --jobs $(JOBS)

# ---------------------------------------------------------------------------------- housekeeping
SOURCES := $(foreach room,models solvers data experiments notebooks-export tests,$(wildcard $(addprefix $(room)/,*.[ch] */*.[ch] */*/*.[ch] */*/*/*.[ch])))
.PHONY: format man completion install uninstall dist clean help
format:
	clang-format -i $(SOURCES)

# What the program's tables say of its options, for manual pages and completion.
TABLES_FROM ?= $(PROGRAM)
TABLES := $(BUILD)/options.tsv
$(TABLES): $(TABLES_FROM)
	@mkdir -p $(@D)
	$(TABLES_FROM) help --tables >$@.tmp
	mv $@.tmp $@

# Manual pages; dated by the last commit, so that the same tree gives the same bytes.
MAN := $(patsubst experiments/man/%.scd,$(BUILD)/man/%,$(wildcard experiments/man/*.scd))
man: $(MAN)
$(BUILD)/man/%: experiments/man/%.scd experiments/man/page.awk $(TABLES)
	@mkdir -p $(@D)
	@command -v scdoc >/dev/null || { echo "manual pages need scdoc" >&2; exit 2; }
	awk -v command=$(patsubst goagap-%.1,%,$*) -f experiments/man/page.awk $(TABLES) $< >$@.scd
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 0)} \
	    scdoc <$@.scd >$@.scdoc
	@# Without the empty paragraphs that scdoc leaves and mandoc warns of.
	awk '$$0 == ".P" { held = !heading; next } held && !/^\.(RE|SH|P)/ { print ".P" } \
	    { held = 0; heading = /^\.SH/; print }' $@.scdoc >$@.tmp
	@rm $@.scd $@.scdoc
	mv $@.tmp $@

# Documentation: front page, tutorial, manual and the folders' pages as one HTML file.
HTML := $(BUILD)/goagap.html
.PHONY: html
html: $(HTML)
$(HTML): $(MAN) $(shell find . -name build -prune -o -name '*.md' -print) $(wildcard experiments/site/*)
	@command -v pandoc >/dev/null && command -v mandoc >/dev/null || { echo "make html needs pandoc and mandoc" >&2; exit 2; }
	sh experiments/site/site.sh $(VERSION) $(MAN) >$@.tmp
	mv $@.tmp $@

COMPLETION := $(BUILD)/completion/goagap.bash $(BUILD)/completion/_goagap
completion: $(COMPLETION)
$(BUILD)/completion/%: experiments/completion/% experiments/completion/complete.awk $(TABLES)
	@mkdir -p $(@D)
	awk -v shell=$(if $(filter %.bash,$@),bash,zsh) -f experiments/completion/complete.awk $(TABLES) $< >$@.tmp
	mv $@.tmp $@

# goagap.h and what it includes, which is nothing of others but the C library.
PUBLIC := experiments/packaging/goagap.h
INCLUDED = $(filter-out $(PUBLIC),$(filter %.h,$(shell $(CC) -I. -MM $(PUBLIC))))
# Where Debian's Python looks for packages of this prefix.
PYTHON_DIR ?= $(PREFIX)/lib/python$(if $(filter /usr,$(PREFIX)),3,$(shell \
    /usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo 3))/dist-packages
PYTHON_PACKAGE := $(wildcard notebooks-export/python/goagap/*.py notebooks-export/python/goagap/py.typed)
install: $(PROGRAM) $(SHARED) $(MAN) $(COMPLETION)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig \
	    $(DESTDIR)$(PREFIX)/share/goagap/presets $(DESTDIR)$(PREFIX)/share/goagap/plans \
	    $(DESTDIR)$(PREFIX)/share/goagap/library
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/goagap
	install -m 644 $(LIBRARY) $(DESTDIR)$(PREFIX)/lib/libgoagap.a
	install -m 644 $(SHARED) $(DESTDIR)$(PREFIX)/lib/$(notdir $(SHARED))
	ln -sf $(notdir $(SHARED)) $(DESTDIR)$(PREFIX)/lib/libgoagap.so
	install -D -m 644 $(PUBLIC) $(DESTDIR)$(PREFIX)/include/goagap/goagap.h
	for h in $(INCLUDED); do \
	    install -D -m 644 $$h $(DESTDIR)$(PREFIX)/include/goagap/$$h || exit 1; done
	install -m 644 experiments/presets/*.yaml $(DESTDIR)$(PREFIX)/share/goagap/presets
	install -m 644 experiments/plans/*.yaml $(DESTDIR)$(PREFIX)/share/goagap/plans
	install -m 644 data/library/instances.csv $(DESTDIR)$(PREFIX)/share/goagap/library
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(MAN) $(DESTDIR)$(PREFIX)/share/man/man1
	install -D -m 644 $(BUILD)/completion/goagap.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/goagap
	install -D -m 644 $(BUILD)/completion/_goagap \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_goagap
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: goagap' \
	    'Description: Optimality gaps of LLM query offloading' 'Version: $(VERSION)' \
	    'Requires.private: $(PACKAGES)' 'Cflags: -I$${prefix}/include/goagap' \
	    'Libs: -L$${prefix}/lib -lgoagap' 'Libs.private: -lglpk -lm -lpthread $(PKG_LIBS)' \
	    > $(DESTDIR)$(PREFIX)/lib/pkgconfig/goagap.pc
	install -d $(DESTDIR)$(PYTHON_DIR)/goagap
	install -m 644 $(PYTHON_PACKAGE) $(DESTDIR)$(PYTHON_DIR)/goagap
# Debian packages of the program, the library, its headers and the Python package.
.PHONY: deb
deb: $(PROGRAM) $(SHARED) $(MAN) $(COMPLETION)
	rm -rf $(BUILD)/stage
	$(MAKE) --no-print-directory -s BUILD=$(BUILD) PREFIX=/usr DESTDIR=$(abspath $(BUILD))/stage install
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 0)} \
	    sh experiments/packaging/deb.sh $(BUILD)/stage $(VERSION)-1 $(BUILD)/deb
uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/goagap $(DESTDIR)$(PREFIX)/lib/libgoagap.a \
	    $(DESTDIR)$(PREFIX)/lib/libgoagap.so $(DESTDIR)$(PREFIX)/lib/$(notdir $(SHARED)) \
	    $(DESTDIR)$(PYTHON_DIR)/goagap $(DESTDIR)$(PREFIX)/include/goagap $(DESTDIR)$(PREFIX)/share/goagap \
	    $(DESTDIR)$(PREFIX)/lib/pkgconfig/goagap.pc \
	    $(DESTDIR)$(PREFIX)/share/man/man1/goagap.1 $(DESTDIR)$(PREFIX)/share/man/man1/goagap-*.1 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/goagap \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_goagap
dist:
	git archive --prefix=goagap-$(VERSION)/ -o goagap-$(VERSION).tar.gz HEAD
clean:
	rm -rf build
help:
	@printf '%s\n' \
	    'make demo        set up, build, run the main job on the shipped dataset, write a report' \
	    'make check       set up, build, run every test (reduced counts, sanitizers included)' \
	    'make check-long  the same with full counts, every command under valgrind, check-threads' \
	    'make check-threads solves side by side and threads in one, under ThreadSanitizer' \
	    'make check-slurm the batch on a real Slurm on this machine (root)' \
	    'make paper       the published experiment, means beside the published ones' \
	    'make paper-gap   its strategies beside the proven optimum: a report (4 minutes)' \
	    'make batching    the same where servers batch as vLLM does: one sentence (3 minutes)' \
	    'make all         build/release/goagap (BUILD=DIR for another place)' \
	    'make asan|ubsan|valgrind   unit tests under one checker' \
	    'make fuzz        every reader against libFuzzer for FUZZ_SECONDS=60 each (needs clang)' \
	    'make bench       growth with N; exact beside glpsol, CBC, HiGHS (minutes; CSV in build/release/bench)' \
	    'make library     instances with known optima: made, solved and proven again (minutes)' \
	    'make man         manual pages (build/release/man)' \
	    'make html        front page, tutorial, manual and folders as one page (build/release/goagap.html)' \
	    'make completion  for bash and zsh (build/release/completion)' \
	    'make deb         Debian packages (build/release/deb); check-deb tries them in a chroot' \
	    'make install|uninstall     PREFIX=/usr/local, DESTDIR=, PYTHON_DIR=' \
	    'make format|dist|clean'

# Of what is built from the sources of today: a source that was moved away asks for nothing any more.
OBJECTS := $(LIB_OBJ) $(APP_OBJ) $(TEST_HELP_OBJ) $(TEST_SRC:%.c=$(BUILD)/%.o) $(FUZZ_HELP_OBJ) \
    $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/fuzz_%.o) $(BUILD)/tests/fuzz/replay.o \
    $(BUILD)/experiments/cli/main.o $(patsubst %.c,$(BUILD)/%.o,$(wildcard experiments/bench/*.c))
-include $(OBJECTS:.o=.d)
