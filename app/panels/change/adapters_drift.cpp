// SPDX-License-Identifier: Apache-2.0
// How far heads move over the strength of the adapters.
#include "app/panels/change/adapters_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/head_row.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/curve_chart.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kCurves = 6;
constexpr std::size_t kSentencesOfCorpus =
    300;  ///< of ours; what is asked of a longer one is begun by a click all the same

DriftQuestion asked_drift(const PanelContext& context, const AdaptersState& state) {
  DriftQuestion question = drift_question(context.snapshot);
  question.own_weights = state.own_weights;
  const CorpusKind kind = corpus_kind(context);
  if (kind == CorpusKind::sentence) return question;
  question.text = {};
  question.corpus = corpus_path(context, kind);
  question.reading = corpus_reading(context, kind);
  return question;
}

/// D_h at α = 1, which is among the places.
double at_trained(const Drift& drift, std::size_t head) {
  const auto found = std::find(drift.alphas.begin(), drift.alphas.end(), 1.0F);
  return drift.movement[static_cast<std::size_t>(found - drift.alphas.begin()) % drift.movement.size()][head];
}

/// A curve's colour, the head's name, how far it moves as trained; a click shows the head.
void draw_moved_head(PanelContext& context, const Drift& drift, std::size_t index, std::size_t curve) {
  const HeadRef head = drift.heads[index];
  const ScopedId scope(index);
  const auto moved = static_cast<float>(at_trained(drift, index));
  draw_curve_row(context, head, "adapters.moved", head_colour(curve), number(moved, 4));
  hint(tr("adapters.moved_hint", {{"head", head_label(head)}, {"value", exact_number(moved)}}));
}

void tell_strength(const PanelContext& context, const Drift& drift, const std::vector<std::size_t>& heads,
                   std::size_t place) {
  const ScopedTooltip tooltip;
  coloured(theme().text, "α = " + number(drift.alphas[place], 2));
  const ScopedFont font(fonts().small);
  for (const std::size_t head : heads)
    coloured(theme().text_muted, head_name(context.snapshot, drift.heads[head]) + ": " +
                                     number(static_cast<float>(drift.movement[place][head]), 4));
}

void draw_curves(PanelContext& context, const Drift& drift) {
  const std::vector<std::size_t> heads = farthest_heads(drift, kCurves);
  if (heads.empty()) return wrapped_caption(tr("adapters.none_moves"));
  std::vector<std::vector<float>> values(heads.size());
  std::vector<CurveLine> lines;
  float most = 0.0F;
  for (std::size_t curve = 0; curve < heads.size(); ++curve) {
    for (const std::vector<double>& at : drift.movement)
      values[curve].push_back(static_cast<float>(at[heads[curve]]));
    most = std::max(most, *std::max_element(values[curve].begin(), values[curve].end()));
  }
  for (std::size_t curve = heads.size(); curve-- > 0;)  // the first one on top
    lines.push_back({values[curve], head_colour(curve), 1.2F, true});
  std::vector<std::size_t> places(drift.alphas.size());
  for (std::size_t place = 0; place < places.size(); ++place)
    places[place] = place;
  CurveChartSpec spec;
  spec.id = "adapters.chart";
  spec.size = {ImGui::GetContentRegionAvail().x, em(11.0F)};
  spec.places = places;
  spec.first = drift_first;
  spec.step = drift_step;
  spec.high = 1.05F * most;
  spec.lines = lines;
  spec.below = tr("adapters.axis");
  if (const std::optional<std::size_t> hovered = curve_chart(spec)) tell_strength(context, drift, heads, *hovered);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  for (std::size_t curve = 0; curve < heads.size(); ++curve)
    draw_moved_head(context, drift, heads[curve], curve);
  ImGui::PopStyleVar();
}

}  // namespace

void draw_drift(PanelContext& context, AdaptersState& state) {
  heading(tr("adapters.drift"));
  if (const std::string why = why_not_measured(context, "adapters.reads_pictures"); !why.empty())
    return wrapped_caption(why);
  draw_corpus_choice(context, "adapters.corpus");
  check("adapters.own", tr("adapters.own"), state.own_weights);
  hint(tr("adapters.own_hint"));
  const DriftQuestion question = asked_drift(context, state);
  const double cost = question.corpus.empty()
                          ? cost_of_runs(*context.snapshot.trace, 2 * (drift_alphas + 1))
                          : cost_of_reading(*context.snapshot.model, kSentencesOfCorpus * drift_alphas);
  const bool quick = cost < quick_cost;
  const Outcome<Drift> drift = ask_long_map<DriftSlot>(context, state.drift, quick, question);
  const LongMapProgress progress = progress_of(drift);
  draw_long_map_button(context, slot_id<DriftSlot>(), "adapters.drift", state.drift, quick, progress);
  draw_progress_line(progress);
  if (drift.error) wrapped_caption(tr(*drift.error));
  if (!drift.value || (!drift.fresh && !progress.pending && !state.drift.stopped)) return;
  wrapped_caption(tr("adapters.drift_of", {{"text", corpus_name(context, corpus_kind(context))}}));
  draw_curves(context, *drift.value);
}

}  // namespace regard
