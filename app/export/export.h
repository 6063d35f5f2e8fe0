// SPDX-License-Identifier: Apache-2.0
// What a view shows, as a file: a picture (PNG, SVG, PDF) or all its digits (CSV, JSON, NPZ). Window and command line both
// come through here, so that the same choices give the same bytes.
#pragma once

#include "app/session/preferences.h"
#include "app/session/session.h"
#include "app/viewmodel/snapshot.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace regard {

enum class ExportView { scores, weights, arcs, heads, question, predictions };
enum class ExportFormat { png, svg, pdf, csv, json, npz };

struct ExportOptions {
  ExportView view = ExportView::weights;
  ExportFormat format = ExportFormat::png;
  double scale = 2.0;  ///< PNG: pixels of the file per pixel of the picture, 0.25 … 8
  ThemeChoice theme = ThemeChoice::light;
};

inline constexpr double min_export_scale = 0.25, max_export_scale = 8.0;

/// "png", also the extension of the file.
[[nodiscard]] std::string_view name_of(ExportFormat format);
/// "weights": the word of the command line.
[[nodiscard]] std::string_view name_of(ExportView view);

/// Reads everything the file needs from the snapshot (which has a trace) and the language; UI thread. The function it
/// returns does the slow part: it encodes and writes the file, on any thread. Throws Error: file_unwritable,
/// picture_too_large, nothing_to_export (a model without predictions).
using ExportFile = std::function<void(const std::filesystem::path&)>;
[[nodiscard]] ExportFile prepare_export(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                                        const ExportOptions& options);

}  // namespace regard
