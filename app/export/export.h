// SPDX-License-Identifier: Apache-2.0
// What a view shows, as a file: a picture (PNG, SVG, PDF) or all its digits (CSV, JSON, NPZ). Window and command line both
// come through here, so that the same choices give the same bytes.
#pragma once

#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/viewmodel/head_search.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/head_likeness.h"
#include "core/analysis/head_report.h"
#include "core/base/error.h"
#include "core/base/image.h"
#include "core/format/detector_rules.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace regard {

struct Session;  // app/session/session.h

struct Figure;         // app/export/figure.h
enum class PatchWhat;  // app/viewmodel/patching_view.h
enum class PatchGrid;
enum class SweepWords;  // app/viewmodel/sweep_view.h
enum class FlowMode;    // app/viewmodel/flow_view.h
enum class ProbeTask;   // core/analysis/probing.h
enum class ProbeSource;
enum class CurveMeasure;  // core/analysis/checkpoint_curves.h

enum class ExportView {
  scores,
  weights,
  arcs,
  heads,
  question,
  predictions,
  layers,
  kv_cache,
  movement,       ///< how far each head moved from the baseline
  interventions,  ///< the list
  effect,         ///< predictions before and after
  ablation,       ///< what every head matters
  patching,
  sweep,        ///< words in the place of one
  steps,        ///< one of the five steps of a layer
  roles,        ///< measures of all heads
  relations,    ///< which head finds which word of a tree
  likeness,     ///< of all pairs of heads
  head_search,  ///< heads like one of them, or like a pattern
  flow,         ///< a token followed down through the layers
  attribution,  ///< who writes a token's logit
  anomalies,
  importance,   ///< what predictions on a text lose without each head
  pruning,      ///< what they lose without more and more heads
  probing,      ///< what linear probes read off the states
  evidence,     ///< the sentences behind a number of one head
  detectors,    ///< how much all heads look at what a person's rules name
  ensembles,    ///< heads that answer a relation together
  router,       ///< which experts tokens go through
  drift,        ///< how far heads move as adapters grow
  kinds,        ///< the head through several kinds of attention
  causes,       ///< how far storage in few bits moves each head, beside the adapters
  run,          ///< all of it, as an NPZ that opens again as a captured run; no other format
  checkpoints,  ///< measures of the heads over the steps of training
  positions,    ///< the head's score against the distance, and one score as a sum
  head_cuts,    ///< the layer cut into other numbers of heads
  kind_table,   ///< the table of kinds of attention
};
inline constexpr std::size_t export_views = static_cast<std::size_t>(ExportView::kind_table) + 1;
enum class ExportFormat { png, svg, pdf, csv, json, npz };

struct ExportOptions {
  ExportView view = ExportView::weights;
  ExportFormat format = ExportFormat::png;
  double scale = 2.0;  ///< PNG: pixels of the file per pixel of the picture, 0.25 … 8
  ThemeChoice theme = ThemeChoice::light;
  // What a person chooses in a view and no session holds.
  /// effect, ablation: whose Δ ln p; attribution: whose logit; none: the most probable one
  std::optional<std::int32_t> token{};
  std::optional<std::int32_t> other{};           ///< attribution: whose logit is subtracted
  bool mean = false;                             ///< ablation: to the mean instead of to zero
  PatchWhat patch_what{};                        ///< patching: what is carried over; the residual stream
  PatchGrid patch_grid{};                        ///< patching: layers × tokens
  std::optional<std::int32_t> right{}, wrong{};  ///< patching: the answers; none: what A and B predict
  bool sweep_key = false;                        ///< sweep: the key is replaced instead of the query
  SweepWords sweep_words{};                      ///< sweep: by what the model would say there
  std::string sweep_own{};                       ///< sweep: a person's own words, commas between them
  std::size_t step = 0;                          ///< steps: 1 … 5; 0: the session's
  bool steps_unscaled = false;                   ///< steps: as if scores were not scaled
  bool steps_unmasked = false;                   ///< steps: as if nothing were masked
  std::size_t steps_heads = 0;                   ///< steps: the rows cut into so many heads; 0: as the model does
  /// roles, relations, likeness, importance, pruning, probing, evidence, detectors, ensembles, drift, checkpoints: a file of sentences; empty: the text
  /// itself, of relations, probing, evidence, detectors and ensembles the program's own sentences in the language chosen
  std::string corpus{};
  BadgeLine badges{};  ///< roles: where badges begin
  /// likeness: are they compared? none: the usual ones of the model; a head_search says it itself
  std::optional<SpecialTokens> special_tokens{};
  bool by_cluster = false;  ///< likeness: rows in the order of clusters instead of layers
  /// head_search; none: heads like the one on screen; without traces: what was asked for cannot be answered yet
  std::optional<HeadSearchQuestion> head_search{};
  FlowMode flow_mode{};                   ///< flow: rollout
  std::size_t flow_place = 0;             ///< flow: after how many layers; 0: after all
  double flow_threshold = 0.02;           ///< flow: of the edges that a picture shows
  std::size_t sentences = 60;             ///< importance, pruning: at most so many
  std::optional<bool> importance_mean{};  ///< likewise: ablated to the mean; none: encoders are, decoders to 0
  ProbeTask probe_task{};                 ///< probing: part of speech
  ProbeSource probe_source{};             ///< probing: the residual stream
  /// evidence: of a measure, a probe or a relation; empty: nothing was chosen that sentences stand behind
  std::string evidence = "previous_token";
  std::optional<HeadRef> evidence_head{};   ///< evidence: none: the one on screen; of a model with an encoder one of it
  bool evidence_least = false;              ///< evidence: those that have least of it come first
  std::optional<Detector> evidence_rule{};  ///< evidence: of a person's rule instead, whose name `evidence` is
  std::optional<std::string> evidence_corpus{};  ///< evidence: a file of sentences that stands for `corpus`
  bool own_weights = false;                      ///< drift, causes: every layer reads what it reads in the base
  std::string against{};    ///< causes: place of the model in full precision; empty: the baseline's
  std::string detectors{};  ///< detectors: a file of rules; empty: the program's own
  CurveMeasure curve{};     ///< checkpoints: what a picture shows; the previous token
  friend bool operator==(const ExportOptions&, const ExportOptions&) = default;
};

inline constexpr double min_export_scale = 0.25, max_export_scale = 8.0;

/// "png", also the extension of the file.
[[nodiscard]] std::string_view name_of(ExportFormat format);
/// The format that a file's name ends with, in any case: "map.svg", "MAP.SVG"; nothing for other endings.
[[nodiscard]] std::optional<ExportFormat> format_of(const std::filesystem::path& file);
/// "weights": the word of the command line.
[[nodiscard]] std::string_view name_of(ExportView view);

/// Of scores, weights, arcs, question, predictions, heads, layers and cache what the session shows is written: the live text,
/// the baseline, or (of the first five, and of router; heads give their movement) the difference.
/// Reads everything the file needs from the snapshot (which has a trace) and the language; UI thread. The function it
/// returns does the slow part: it runs what has to be run, encodes and writes the file, on any thread. Throws Error:
/// file_unwritable, picture_too_large, export_run (the run in another format than NPZ), nothing_to_export (a model without predictions), nothing_to_compare, no_such_measure,
/// likeness_tokens, and what says why else a view cannot be made (no_tokens, text_too_long, reads_pictures, heads_range, loss_no_head,
/// export_…).
using ExportFile = std::function<void(const std::filesystem::path&)>;
[[nodiscard]] ExportFile prepare_export(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                                        const ExportOptions& options);

/// A picture, or numbers (csv, json, npz)?
[[nodiscard]] bool is_picture(ExportFormat format);

/// Likewise for a page with other things on it: the picture as shapes.
using ExportFigure = std::function<Figure()>;
[[nodiscard]] ExportFigure prepare_figure(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                                          const ExportOptions& options);

/// Likewise for the clipboard: the bytes of a PNG file, or the numbers as text, a line each with tabs between them.
using ExportCopy = std::function<std::string()>;
[[nodiscard]] ExportCopy prepare_copy(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                                      const ExportOptions& options);

/// How a file will look: the picture, smaller, or the first lines of its text.
struct ExportPreview {
  std::shared_ptr<const RgbImage> picture{};
  std::string text{};
  std::optional<Error> problem{};
};
/// Likewise for a glance at the file that prepare_export() would write: a picture of at most `width` × `height` pixels, or so
/// many lines; neither where the table is too long to be made for a glance.
using ExportGlance = std::function<ExportPreview()>;
struct GlanceSize {
  double width = 0, height = 0;
  std::size_t lines = 0;
  friend bool operator==(const GlanceSize&, const GlanceSize&) = default;
};
[[nodiscard]] ExportGlance prepare_glance(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                                          const ExportOptions& options, const GlanceSize& size);

/// Does it need the model's weights, or runs of other texts? Then there is none of it of a captured run.
[[nodiscard]] bool needs_engine(ExportView view);

/// Does it run the model over and over, so that a glance costs as much as the file?
[[nodiscard]] bool takes_long(ExportView view);

}  // namespace regard
