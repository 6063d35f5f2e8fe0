// SPDX-License-Identifier: Apache-2.0
// What the views beside those of one head become in a file: made in two steps, because they run the model or measure every head.
// Private to app/export.
#pragma once

#include "app/export/export.h"
#include "app/export/figures.h"
#include "app/export/tables.h"
#include "app/session/shared_session.h"
#include "app/viewmodel/difference_views.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>

namespace regard {

/// What an export looks at: A, B, or what changed.
struct Seen {
  std::shared_ptr<const Snapshot> snapshot{};  ///< the baseline's, where that is looked at
  SharedSession session{};
  bool difference = false;
};
/// What the session shows of a view. Throws Error(nothing_to_compare) where a difference is asked for and cannot be made.
[[nodiscard]] Seen seen_by(const std::shared_ptr<const Snapshot>& snapshot, const Session& session, ExportView view);

/// What is subtracted from what: "B − A", "adapted − base".
[[nodiscard]] std::string told_difference(const Snapshot& live);

struct Content {
  ExportTable table{};
  Figure figure{};  ///< empty unless it was asked for
};
/// The slow step; any thread. Throws Error, Cancelled.
using ContentPlan = std::function<Content(bool picture)>;

// The first step, UI thread. They throw Error: nothing_to_export, nothing_to_compare, and what says why else a view cannot be made.
/// Of another quantity than the weights themselves.
[[nodiscard]] ContentPlan plan_weights(const Seen& seen, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_layers(const Seen& seen, const FigureStyle& style);
/// Throws Error(export_no_experts, export_dense_layer).
[[nodiscard]] ContentPlan plan_router(const Seen& seen, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_kinds(const Seen& seen, const FigureStyle& style);
/// Throws Error(no_tokens, text_too_long), when it is carried out head_cut_<obstacle> where there is nothing to be seen.
[[nodiscard]] ContentPlan plan_head_cuts(const Seen& seen, const FigureStyle& style);
/// When it is carried out it throws what load_kind_table() throws.
[[nodiscard]] ContentPlan plan_kind_table(const Seen& seen, const FigureStyle& style);
/// Throws Error(no_tokens), when it is carried out positions_<obstacle>.
[[nodiscard]] ContentPlan plan_positions(const Seen& seen, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_cache(const Seen& seen, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_movement(const Seen& seen, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_interventions(const Seen& seen, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_effect(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_ablation(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_patching(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_sweep(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
/// Throws Error(no_adapters, reads_pictures).
[[nodiscard]] ContentPlan plan_drift(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
/// Throws Error(no_other_model, reads_pictures), when it is carried out those of measure_causes(), too.
[[nodiscard]] ContentPlan plan_causes(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
/// Throws Error(no_checkpoints, reads_pictures); those of make_curves() when it is carried out.
[[nodiscard]] ContentPlan plan_checkpoints(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_likeness(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_head_search(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
/// Throw Error (loss_no_head, loss_no_mask, those of a corpus) when they are carried out.
[[nodiscard]] ContentPlan plan_importance(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_pruning(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_probing(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
/// Throws Error(steps_cut) where the rows cannot be cut into the number of heads asked for.
[[nodiscard]] ContentPlan plan_steps(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
/// Throw Error, some when they are run: those of load_corpus() and measure_corpus(); relations_need_trees.
[[nodiscard]] ContentPlan plan_roles(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_relations(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_detectors(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_ensembles(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
/// Throws Error(no_such_measure), too, when it is carried out.
[[nodiscard]] ContentPlan plan_evidence(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_flow(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_attribution(const Seen& seen, const ExportOptions& options, const FigureStyle& style);
[[nodiscard]] ContentPlan plan_anomalies(const Seen& seen, const FigureStyle& style);
/// Of scores, weights, arcs, question, predictions.
[[nodiscard]] ContentPlan plan_difference(const Seen& seen, ExportView view, const FigureStyle& style);

// What the plans share.

/// "model · the view's name"; the second line is the text.
[[nodiscard]] FigureCaption caption_about(const Snapshot& snapshot, const std::string& what);
/// Labels of tokens, without outer spaces.
[[nodiscard]] std::vector<std::string> token_labels(const Encoding& encoding);
/// numbered_head() of all heads that read a text, by layer: of a model with an encoder the encoder's. UI thread.
[[nodiscard]] std::vector<std::string> numbered_heads(const Model& model);
[[nodiscard]] std::vector<std::string> numbers_up_to(std::size_t count);
/// A file of sentences: the one asked for, else the program's own in the language chosen (UI thread).
[[nodiscard]] std::filesystem::path sentences_file(const ExportOptions& options);
/// caption_about(), with the name of a text in the second line, as the window says it.
[[nodiscard]] FigureCaption caption_on(const Seen& seen, const std::string& what, const std::filesystem::path& file);
/// The names of all relations that heads are named after, by the names that files have for them (UI thread).
[[nodiscard]] std::map<std::string, std::string> relation_names();
/// The plan's content and, where the model does not tell the words of the text apart that it is measured on, how much of it is one token:
/// in the table's `about`, and below the picture.
[[nodiscard]] ContentPlan telling_unread(ContentPlan plan, const Snapshot& snapshot, const ExportOptions& options,
                                         const FigureStyle& style);
/// The same with what the rows of a captured run are, where they do not sum to 1: below the picture and in what the table is about.
[[nodiscard]] ContentPlan telling_captured(ContentPlan plan, const Snapshot& snapshot, const FigureStyle& style);
/// Throws Error(reads_pictures) where heads cannot be measured on text.
void check_reads_text(const Snapshot& snapshot);

}  // namespace regard
