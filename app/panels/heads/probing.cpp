// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/probing.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/head_tiles.h"
#include "app/panels/heads/probing_parts.h"
#include "app/panels/heads/reports.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/layer_chart.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr double kQuickProbes = 40.0;  ///< of quick_cost
constexpr std::size_t kUsualSentences = 300;

/// The sentence on screen has no tree: then the text in the window's language.
CorpusKind probed_kind(const PanelContext& context) {
  const CorpusKind kind = corpus_kind(context);
  if (kind != CorpusKind::sentence) return kind;
  return context.preferences.language == Language::ru ? CorpusKind::russian : CorpusKind::english;
}

ProbingQuestion probing_question(const PanelContext& context, const ProbingState& state) {
  return {context.snapshot.model, corpus_path(context, probed_kind(context)),
          corpus_reading(context, probed_kind(context)), state.task, state.source};
}

void draw_probing_choices(PanelContext& context, ProbingState& state) {
  draw_corpus_choice(context, "probing.corpus", false);
  const auto one_of = [](const char* id, std::initializer_list<std::string_view> labels, std::size_t current) {
    if (ImGui::GetContentRegionAvail().x < choose_width(labels)) ImGui::NewLine();
    return choose(id, labels, current);
  };
  state.task =
      static_cast<ProbeTask>(one_of("probing.task", {tr("probing.tag"), tr("probing.governor"), tr("probing.relation")},
                                    static_cast<std::size_t>(state.task)));
  hint(tr("probing.task_hint"));
  ImGui::SameLine(0.0F, em(0.75F));
  state.source = static_cast<ProbeSource>(
      one_of("probing.source", {tr("probing.residual"), tr("probing.heads")}, static_cast<std::size_t>(state.source)));
  hint(tr("probing.source_hint"));
}

std::string class_name(ProbeTask task, const std::string& name) {
  if (task != ProbeTask::governor) return name;
  if (name == "root") return tr("probing.root");
  if (name == "<=-4") return "≤ −4";
  if (name == ">=4") return "≥ +4";
  return name.starts_with('-') ? "−" + name.substr(1) : "+" + name;
}

void draw_probing_about(const PanelContext& context, const ProbingState& state, const ProbeScores& scores) {
  static constexpr std::array<const char*, 3> kTasks{"probing.tag_about", "probing.governor_about",
                                                     "probing.relation_about"};
  wrapped_caption(tr(kTasks[static_cast<std::size_t>(state.task)], {{"classes", scores.classes.size()}}));
  wrapped_caption(tr("probing.about", {{"text", corpus_name(context, probed_kind(context))},
                                       {"train", tr_plural("probing.words", scores.train_words)},
                                       {"train_sentences", tr_plural("probing.sentences", scores.train_sentences)},
                                       {"test", tr_plural("probing.words", scores.test_words)},
                                       {"test_sentences", tr_plural("probing.sentences", scores.test_sentences)}}));
  if (scores.left_out > 0) wrapped_caption(tr_plural("probing.left_out", scores.left_out));
  if (context.snapshot.model->encoder)
    wrapped_caption(tr("roles.encoder"));
  else if (context.snapshot.model->config.causal)
    wrapped_caption(tr("probing.causal"));
}

/// A sample of the line, and what it is.
void draw_line_name(const ImVec4& colour, bool dashed, const std::string& name) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float y = std::round(at.y + 0.5F * ImGui::GetTextLineHeight());
  const auto piece = [&](float from, float to) {
    ImGui::GetWindowDrawList()->AddLine({at.x + em(from), y}, {at.x + em(to), y}, colour_u32(colour),
                                        stroke(0.14F, 2.0F));
  };
  piece(0.0F, dashed ? 0.35F : 1.5F);
  for (const float from : {0.6F, 1.15F})
    if (dashed) piece(from, from + 0.35F);
  ImGui::Dummy({em(1.5F), ImGui::GetTextLineHeight()});
  ImGui::SameLine(0.0F, em(0.4F));
  caption(name);
}

void draw_probing_legend(const ProbingState& state, const ProbeScores& scores) {
  const ScopedFont font(fonts().small);
  const std::string majority =
      tr("probing.majority", {{"class", class_name(state.task, scores.majority)},
                              {"share", percent(static_cast<float>(scores.share(scores.majority_right)))}});
  if (state.source == ProbeSource::heads) return caption(majority);
  draw_line_name(theme().accent, false, tr("probing.accuracy"));
  draw_line_name(theme().warning, true, tr("probing.control"));
  hint(tr("probing.control_hint"));
  draw_line_name(theme().text_muted, true, majority);
}

/// Values at every place; between places that were left out, on the straight line that a chart draws there.
std::vector<float> at_all_places(const ProbeScores& scores, std::size_t ProbeScore::*right) {
  std::vector<float> values;
  for (const ProbeScore& score : scores.scores) {
    const auto value = static_cast<float>(scores.share(score.*right));
    const std::size_t before = values.size();
    const float last = values.empty() ? value : values.back();
    for (std::size_t place = before; place <= score.place; ++place)
      values.push_back(std::lerp(
          last, value, static_cast<float>(place + 1 - before) / static_cast<float>(score.place + 1 - before)));
  }
  return values;
}

void tell_scores(const ProbeScores& scores, const ProbeScore& score) {
  const auto line = [&](const char* key, std::size_t right) {
    const std::optional<double> error = scores.half_width(right);
    coloured(theme().text, tr(key, {{"value", percent(static_cast<float>(scores.share(right)))},
                                    {"error", error ? percent(static_cast<float>(*error)) : "–"}}));
  };
  line("probing.tip_accuracy", score.right);
  line("probing.tip_control", score.control_right);
  const double selectivity = scores.share(score.right) - scores.share(score.control_right);
  coloured(theme().text,
           tr("probing.tip_selectivity", {{"value", number(static_cast<float>(100.0 * selectivity), 1)}}));
  line("probing.tip_majority", scores.majority_right);
}

void draw_depth_chart(const ProbeScores& scores, float height) {
  const std::vector<float> accuracy = at_all_places(scores, &ProbeScore::right);
  const std::vector<float> control = at_all_places(scores, &ProbeScore::control_right);
  const std::vector<float> majority(accuracy.size(), static_cast<float>(scores.share(scores.majority_right)));
  const std::array<LayerLine, 3> lines{LayerLine{majority, 0, theme().text_muted, LineStyle::dashed},
                                       LayerLine{control, 0, theme().warning, LineStyle::dashed},
                                       LayerLine{accuracy, 0, theme().accent, LineStyle::solid}};
  LayerChartSpec spec;
  spec.id = "probing.chart";
  spec.size = {ImGui::GetContentRegionAvail().x, height};
  spec.layers = scores.layers;
  spec.embedding = tr("layers.embedding");
  spec.lines = lines;
  const LayerChartResult result = layer_chart(spec);
  if (!result.place) return;
  const auto score = std::find_if(scores.scores.begin(), scores.scores.end(),
                                  [&](const ProbeScore& one) { return one.place == *result.place; });
  if (score == scores.scores.end()) return;
  const ScopedTooltip tooltip;
  coloured(theme().text_muted,
           *result.place == 0 ? tr("layers.embedding") : tr("probing.after_layer", {{"layer", *result.place - 1}}));
  tell_scores(scores, *score);
}

void draw_head_scores(PanelContext& context, const ProbeScores& scores) {
  std::vector<float> values(scores.layers * scores.heads, std::numeric_limits<float>::quiet_NaN());
  const double majority = scores.share(scores.majority_right);
  float largest = 0.0F;
  for (const ProbeScore& score : scores.scores) {
    values[score.place] = static_cast<float>(scores.share(score.right) - majority);
    largest = std::max(largest, std::abs(values[score.place]));
  }
  HeadTilesSpec spec;
  spec.id = "probing.head";
  spec.layers = scores.layers;
  spec.heads = scores.heads;
  spec.values = values;
  spec.config = &reader_of(context.snapshot.model)->config;
  spec.largest = largest;
  wrapped_caption(tr("probing.heads_about"));
  const std::optional<HeadRef> hovered = draw_head_tiles(context, spec);
  if (!hovered || ImGui::IsMouseDown(ImGuiMouseButton_Left)) return;
  const auto score = std::find_if(scores.scores.begin(), scores.scores.end(), [&](const ProbeScore& one) {
    return one.place == hovered->layer * scores.heads + hovered->head;
  });
  if (score == scores.scores.end()) return;
  const ScopedTooltip tooltip;
  coloured(theme().text, head_name_and_place(context.snapshot, *hovered));
  tell_scores(scores, *score);
}

}  // namespace

void draw_probing(PanelContext& context) {
  if (!context.tabbed) heading(tr("probing.title"));
  if (const std::string why = why_not_measured(context, "probing.reads_pictures"); !why.empty())
    return wrapped_caption(why);
  ProbingState& state = context.state.of<ProbingState>();
  draw_probing_choices(context, state);
  const ProbingQuestion question = probing_question(context, state);
  const bool quick = cost_of_reading(*context.snapshot.model, kUsualSentences) < kQuickProbes * quick_cost;
  const Outcome<ProbeScores> outcome = ask_long_map<ProbingSlot>(context, state.run, quick, question);
  const LongMapProgress progress = progress_of(outcome);
  draw_long_map_button(context, slot_id<ProbingSlot>(), "probing.run", state.run, quick, progress);
  draw_progress_line(progress);
  if (outcome.error) return wrapped_caption(tr(*outcome.error));
  ProbingQuestion asked = question;
  asked.model.reset();
  if (outcome.fresh) {
    state.model = question.model;
    state.shown_of = asked;
  }
  const bool shown = outcome.value && state.shown_of == asked && state.model.lock() == question.model;
  if (!shown || outcome.value->test_words == 0)
    return wrapped_caption(tr(progress.pending ? "probing.learning" : "probing.start"));
  const ProbeScores& scores = *outcome.value;
  draw_probing_about(context, state, scores);
  if (state.source == ProbeSource::heads) {
    draw_head_scores(context, scores);
  } else {
    const float height = ImGui::GetContentRegionAvail().y - 3.5F * ImGui::GetTextLineHeightWithSpacing();
    draw_depth_chart(scores, std::clamp(height, em(10.0F), em(26.0F)));
  }
  draw_probing_legend(state, scores);
}

}  // namespace regard
