// SPDX-License-Identifier: Apache-2.0
// The pieces of the Likeness view. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/head_table.h"
#include "app/viewmodel/likeness_view.h"
#include "app/viewmodel/views.h"
#include "app/widgets/heat_map.h"

#include <imgui.h>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {

/// What the colours of the map tell apart.
enum class DotColour { layer, cluster, role, model };

struct LikenessState {
  bool by_cluster = false;  ///< order of the matrix; else by layer
  DotColour colour = DotColour::layer;
  std::optional<SpecialTokens> special{};  ///< a person's choice; else the usual ones of the model
  float below = 0.1F;                      ///< heads nearer than this are alike
  HeatMapView view{};
  std::optional<ModelHead> hovered{};   ///< here in the last frame, also of a model that is not on screen
  std::optional<ModelHead> hovering{};  ///< likewise in this one
  // What is drawn, made again when the view, the order or the threshold is another one.
  std::shared_ptr<const LikenessView> drawn{};
  bool drawn_by_cluster = false;
  std::vector<std::size_t> order{};  ///< places in likeness.heads, by row
  Matrix ordered{};
  Axis axis{};
  float largest = 1.0F;  ///< distance
  float drawn_below = -1.0F;
  std::vector<HeadPair> alike{};
  std::vector<std::vector<std::size_t>> clusters{};
  std::vector<std::size_t> cluster_of{};  ///< [heads] a place in `clusters`, or kNone
};

/// Slot of Background.
struct LikenessSlot {
  using Asked = LikenessQuestion;
  using Answer = LikenessView;
  static Models stays_with(const Asked& asked) {
    Models models;
    for (const std::shared_ptr<const Model>& model : asked.models)
      if (asked.runs.empty()) models.push_back(model.get());
    return models;
  }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_likeness(asked, job.publish, job.give_way, job.stop, job.progress);
  }
};

/// Colours of the map's dots, and what they are called.
struct DotColours {
  std::vector<ImVec4> of_heads{};  ///< [heads]
  std::vector<std::pair<ImVec4, std::string>> legend{};
  std::size_t layers = 0;  ///< of a bar before the legend, from the first one's colour to the last one's; 0: none
};
/// The legend of colours that go by layer: every layer, or where they are many a bar.
[[nodiscard]] DotColours layer_colours(std::size_t layers);
/// Pixels, in the font at hand.
[[nodiscard]] float layer_bar_width(std::size_t layers);
/// `roles`: of the live model; null while they are not known, then as by layer.
[[nodiscard]] DotColours dot_colours(const LikenessState& state, const LikenessView& view, const HeadTable* roles);
void draw_dot_legend(const DotColours& colours);

/// Order, axes, pairs and clusters of a view.
void prepare_likeness(LikenessState& state, const std::shared_ptr<const LikenessView>& view);

/// What is hovered is shared with the other views, a click goes to the head. A head of A is a place in the live model, too.
void point_at(PanelContext& context, LikenessState& state, const ModelHead& head, bool clicked);
/// Is it the selected head, or the one that is hovered somewhere?
[[nodiscard]] bool is_selected(const PanelContext& context, const LikenessView& view, std::size_t head);
[[nodiscard]] bool is_pointed_at(const PanelContext& context, const LikenessState& state, const LikenessView& view,
                                 std::size_t head);
/// "2.1 Subject → its predicate", with two models the model before it.
[[nodiscard]] std::string likeness_name(const PanelContext& context, const LikenessView& view, std::size_t head);

/// All pairs as coloured cells; `height` in pixels, legend included.
void draw_likeness_matrix(PanelContext& context, LikenessState& state, const LikenessView& view, float height);
/// All heads as dots of a plane.
void draw_likeness_plane(PanelContext& context, LikenessState& state, const LikenessView& view,
                         const DotColours& colours, float height);
/// Near-duplicates, clusters, heads that moved; with a report on the live model and the same text, heads that
/// have collapsed.
void draw_likeness_lists(PanelContext& context, LikenessState& state, const LikenessView& view,
                         const HeadReport* report);

/// The switch "without special tokens". Probes `id`.
void draw_special_tokens(const PanelContext& context, const std::string& id, std::optional<SpecialTokens>& chosen);

/// A line of a list that can be clicked: names at the left, a number at the right. Probes `id`.
struct HeadLine {
  bool hovered = false, clicked = false;
};
HeadLine head_line(const std::string& id, const std::string& text, const std::string& number, bool lit);

}  // namespace regard
