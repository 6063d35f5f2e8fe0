// SPDX-License-Identifier: Apache-2.0
#include "app/cli/view_options.h"

#include "app/cli/option_names.h"
#include "app/cli/option_parts.h"
#include "app/viewmodel/flow_view.h"
#include "app/viewmodel/patching_view.h"
#include "app/viewmodel/sweep_view.h"
#include "core/analysis/checkpoint_curves.h"

namespace regard::cli {
namespace {

const std::map<std::string, PatchWhat> kPatches{{"residual", PatchWhat::residual},
                                                {"attention_output", PatchWhat::attention_output},
                                                {"feed_forward_output", PatchWhat::feed_forward_output},
                                                {"head_output", PatchWhat::head_output},
                                                {"query", PatchWhat::query},
                                                {"key", PatchWhat::key},
                                                {"value", PatchWhat::value},
                                                {"pattern", PatchWhat::pattern}};
const std::map<std::string, FlowMode> kFlows{{"rollout", FlowMode::rollout},
                                             {"flow", FlowMode::flow},
                                             {"attention", FlowMode::attention},
                                             {"handed-over", FlowMode::handed_over}};
const std::map<std::string, std::size_t> kSteps{{"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5", 5}};
const std::map<std::string, CurveMeasure> kCurves{{"previous_token", CurveMeasure::previous},
                                                  {"induction", CurveMeasure::induction},
                                                  {"distance", CurveMeasure::distance},
                                                  {"entropy", CurveMeasure::entropy}};
const std::map<std::string, bool> kReplaced{{"query", false}, {"key", true}};
const std::map<std::string, bool> kOrders{{"layer", false}, {"cluster", true}};
const std::map<std::string, SweepWords> kWords{
    {"model", SweepWords::model}, {"frequent", SweepWords::frequent}, {"own", SweepWords::own}};
const std::map<std::string, PatchGrid> kPatchMaps{{"layers-tokens", PatchGrid::layers_tokens},
                                                  {"layers-heads", PatchGrid::layers_heads},
                                                  {"heads-tokens", PatchGrid::heads_tokens}};

}  // namespace

void add_choices_of_views(CLI::App& out, ExportOptions& options) {
  add_choice(out, "--ablate-to", kAblations, options.mean, tr("cli.option.ablate_to"))->default_str("zero");
  add_choice(out, "--patch", kPatches, options.patch_what, tr("cli.option.patch"))->default_str("residual");
  add_choice(out, "--patch-map", kPatchMaps, options.patch_grid, tr("cli.option.patch_map"))
      ->default_str("layers-tokens");
  add_choice(out, "--replace", kReplaced, options.sweep_key, tr("cli.option.replace"))->default_str("query");
  add_choice(out, "--words", kWords, options.sweep_words, tr("cli.option.words"))->default_str("model");
  add_choice(out, "--flow", kFlows, options.flow_mode, tr("cli.option.flow"))->default_str("rollout");
  add_index(out, "--token", options.token, tr("cli.option.whose_token"));
  add_index(out, "--minus", options.other, tr("cli.option.minus"));
  add_choice(out, "--step", kSteps, options.step, tr("cli.option.step"));
  add_switch(out, "--without-scale", options.steps_unscaled, tr("cli.option.without_scale"));
  add_switch(out, "--without-mask", options.steps_unmasked, tr("cli.option.without_mask"));
  add_index(out, "--cut", options.steps_heads, tr("cli.option.cut"));
  add_given_file(out, "--corpus", options.corpus, tr("cli.option.export_corpus"));
  add_index(out, "--sentences", options.sentences, tr("cli.option.importance_sentences"), 1)->default_str("60");
  add_choice(out, "--ablation", kAblations, options.importance_mean, tr("cli.option.importance_ablation"));
  add_choice(out, "--task", kProbeTasks, options.probe_task, tr("cli.option.probe_task"));
  add_choice(out, "--states", kProbeSources, options.probe_source, tr("cli.option.probe_states"));
  add_choice(out, "--measure", kCurves, options.curve, tr("cli.option.curve"))->default_str("previous_token");
  add_text(out, "--evidence", options.evidence, tr("cli.option.evidence_of"), tr("cli.type.name"))
      ->default_str("previous_token");
  add_switch(out, "--least", options.evidence_least, tr("cli.option.evidence_least"));
  add_given_file(out, "--detectors", options.detectors, tr("cli.option.export_detectors"));
  add_text(out, "--own", options.sweep_own, tr("cli.option.own"), tr("cli.type.words"));
  add_choice(out, "--order", kOrders, options.by_cluster, tr("cli.option.order"))->default_str("layer");
}

}  // namespace regard::cli
