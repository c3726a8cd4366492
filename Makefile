# goagap: build, tests, demo. `make help` lists the targets.
SHELL := /bin/sh
BUILD ?= build/release
PREFIX ?= /usr/local
VERSION := 0.1.0
CC ?= cc
AR ?= ar
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

OPTIMISE ?= -O3
WARN := -Wall -Wextra -Wconversion -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
# Expanded when a recipe runs: pkg-config may be installed by the first target.
PACKAGES := hdf5-serial jansson libcyaml gsl openblas zlib
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)
GIT_REVISION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

GG_CPPFLAGS = -D_GNU_SOURCE -DGG_VERSION='"$(VERSION)"' -I. $(PKG_CFLAGS) $(CPPFLAGS)
GG_CFLAGS = -std=c11 -g $(OPTIMISE) $(WARN) -ffp-contract=off $(SANITIZE) $(CFLAGS)
GG_LDLIBS = $(PKG_LIBS) -lglpk -lm -lpthread
GG_LDFLAGS = $(SANITIZE) $(LDFLAGS)

LIB_SRC := $(wildcard models/base/*.c models/*.c solvers/*.c data/*.c data/kernels/*.c)
APP_SRC := $(filter-out experiments/cli/main.c,$(wildcard experiments/*/*.c notebooks-export/*.c))
TEST_SRC := $(wildcard tests/unit/test_*.c)
TEST_HELP_SRC := $(filter-out $(TEST_SRC),$(wildcard tests/unit/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
APP_OBJ := $(APP_SRC:%.c=$(BUILD)/%.o)
TEST_HELP_OBJ := $(TEST_HELP_SRC:%.c=$(BUILD)/%.o)
TEST_BIN := $(TEST_SRC:tests/unit/%.c=$(BUILD)/tests/%)
LIBRARY := $(BUILD)/libgoagap.a
PROGRAM := $(BUILD)/goagap

.DEFAULT_GOAL := all
.PHONY: all
all: $(PROGRAM)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(GG_CPPFLAGS) $(GG_CFLAGS) -MMD -MP -c $< -o $@

$(LIBRARY): $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(PROGRAM): $(BUILD)/experiments/cli/main.o $(APP_OBJ) $(LIBRARY)
	$(CC) $(GG_LDFLAGS) $^ $(GG_LDLIBS) -o $@

$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(TEST_HELP_OBJ) $(APP_OBJ) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(GG_LDFLAGS) $^ -lcmocka $(GG_LDLIBS) -o $@

.PHONY: test-binaries
test-binaries: $(TEST_BIN)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
