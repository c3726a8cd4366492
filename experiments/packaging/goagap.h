/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The library: what is promised to whoever links libgoagap.so. Functions declared in the headers
 * named here are exported (libgoagap.map lists them); whatever else these bring along is not.
 *
 * Every call that can fail returns a gg_status and takes a gg_error that may be NULL. Calls on
 * different objects may run side by side. `glpk` runs GLPK in a forked child (solvers/solver.h).
 */
#pragma once

/* Instances: made, read, written, checked; what a decision costs. */
#include "data/dataset/instance_file.h"
#include "experiments/packaging/instance_by_name.h"
#include "models/base/float16.h"
#include "models/base/status.h"
#include "models/base/timer.h"
#include "models/evaluate.h"
#include "models/instance.h"
#include "models/instance_fields.h"
#include "models/instance_json.h"

/* Networks drawn from presets. */
#include "models/draw/preset.h"
#include "models/draw/scenario.h"

/* Strategies, and proofs of their bounds checked by code that shares nothing with them. */
#include "solvers/checker/certificate.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/front/energy_front.h"
#include "solvers/front/tradeoff.h"
#include "solvers/parameter.h"
#include "solvers/solver.h"

/* Logits and what is known of queries: read, measured, judged. */
#include "data/dataset/dataset.h"
#include "data/dataset/dataset_writer.h"
#include "data/dataset/uncertainty_store.h"
#include "data/evaluate/calibration.h"
#include "data/evaluate/evaluate_uncertainty.h"
#include "data/evaluate/hash_split.h"
#include "data/evaluate/ranking.h"
#include "data/evaluate/threshold_choice.h"
#include "data/uncertainty/uncertainty.h"
#include "data/uncertainty/uncertainty_array.h"
#include "data/uncertainty/uncertainty_options.h"
#include "data/uncertainty/workload.h"

/* What batches have found. */
#include "experiments/packaging/result_rows.h"

/* For other languages: which version this is, where a struct has its members. */
#include "experiments/packaging/library_version.h"
#include "experiments/packaging/struct_layout.h"
