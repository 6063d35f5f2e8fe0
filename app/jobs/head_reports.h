// SPDX-License-Identifier: Apache-2.0
// Reports on all heads over a corpus (core/analysis/head_report.h), measured once: kept on disk under the model's fingerprint and
// the corpus' hash, so that the second time they are there at once. Any thread.
#pragma once

#include "core/analysis/head_report.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

namespace regard {

/// $XDG_CACHE_HOME/regard/heads, ~/.cache/regard/heads; empty where there is no home either: then nothing is kept.
[[nodiscard]] std::filesystem::path head_reports_folder();

/// Of a corpus' file. What cannot be kept is not: a full disk is no error here. A kept file that cannot be read is measured
/// again and replaced. `folder` keeps a few dozen reports, the oldest go first.
/// Throws Error (those of load_corpus() and measure_corpus()), Cancelled.
[[nodiscard]] HeadReport head_report_of(const std::shared_ptr<const Model>& model, const std::filesystem::path& corpus,
                                        const std::filesystem::path& folder, const std::stop_token& stop = {},
                                        Progress* progress = nullptr, const std::function<void()>& between = {});

}  // namespace regard
