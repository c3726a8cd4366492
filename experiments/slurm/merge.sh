#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The last job of submit.sh: all shares as one file.
exec "$GOAGAP" merge "$GOAGAP_DIR" -o "$GOAGAP_DIR/all.h5"
