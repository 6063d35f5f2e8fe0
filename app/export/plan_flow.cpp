// SPDX-License-Identifier: Apache-2.0
// The layers of a sentence as a graph, one token followed down to the input.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/style/locale.h"
#include "app/viewmodel/flow_view.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace regard {
namespace {

constexpr std::array<const char*, flow_modes> kFlowNames{"rollout", "flow", "attention", "handed_over"};
constexpr std::array<const char*, flow_modes> kFlowTitles{"flow.mode.rollout", "flow.mode.flow", "flow.mode.attention",
                                                          "flow.mode.handed_over"};
constexpr double kFlowColumn = 56, kFlowRow = 44, kFlowBars = 64;

struct FlowPlan {
  GraphQuestion graph{};
  FlowMode mode = FlowMode::rollout;
  std::size_t token = 0, place = 1, input = 0;
  float threshold = 0.0F;
  std::vector<std::string> labels{};
  FigureCaption caption{};
  std::string input_label{}, share{};
};

void fill_flow(ExportTable& table, const FlowView& view, const std::vector<std::string>& labels) {
  table.columns = {"layer", "query", "key", "query_label", "key_label", "weight", "passed"};
  const std::vector<Matrix>& edges = view.of.graph->layers;
  for (std::size_t layer = 0; layer < view.passed.size(); ++layer) {
    for (std::size_t query = 0; query < labels.size(); ++query)
      for (std::size_t key = 0; key < labels.size(); ++key)
        if (edges[layer](query, key) > 0.0F)
          table.rows.push_back({layer, query, key, labels[query], labels[key], edges[layer](query, key),
                                view.passed[layer](query, key)});
    table.arrays.emplace_back("edges_" + std::to_string(layer), edges[layer]);
    table.arrays.emplace_back("passed_" + std::to_string(layer), view.passed[layer]);
  }
  Matrix sources(1, view.sources.size());
  sources.values = view.sources;
  table.arrays.emplace_back("sources", std::move(sources));
}

/// Where tokens and layers stand.
struct FlowPlaces {
  double left = 0, bottom = 0;
  [[nodiscard]] double x(std::size_t token) const { return left + kFlowColumn * (static_cast<double>(token) + 0.5); }
  [[nodiscard]] double y(std::size_t level) const { return bottom - kFlowRow * static_cast<double>(level); }
};

void add_edges(Figure& figure, const FlowView& view, const FlowPlaces& places, float threshold,
               const FigureStyle& style) {
  for (std::size_t layer = 0; layer < view.passed.size(); ++layer)
    for (std::size_t query = 0; query < view.sources.size(); ++query)
      for (std::size_t key = 0; key < view.sources.size(); ++key) {
        const auto passed = static_cast<double>(view.passed[layer](query, key));
        if (passed < static_cast<double>(threshold) || passed <= 0.0) continue;
        figure.add(FigureLine{places.x(query),
                              places.y(layer + 1),
                              places.x(key),
                              places.y(layer),
                              0.5 + 5.0 * std::sqrt(passed),
                              {style.query, std::min(1.0, 0.15 + passed)}});
      }
}

void add_label(Figure& figure, double x, double y, const std::string& text, double width, gfx::Rgb ink,
               FigureAlign align = FigureAlign::centre, FigureFont font = FigureFont::text) {
  figure.add(FigureText{x, y, cut_to(text, font, kFigureSmall, width), kFigureSmall, font, align, {ink}});
}

void add_levels(Figure& figure, const FlowView& view, const FlowPlan& plan, const FlowPlaces& places,
                const FigureStyle& style) {
  for (std::size_t level = 0; level <= view.passed.size(); ++level) {
    add_label(figure, places.left - 8, places.y(level) + 4, level == 0 ? plan.input_label : std::to_string(level - 1),
              60, style.muted, FigureAlign::right);
    for (std::size_t token = 0; token < plan.labels.size(); ++token) {
      const double side = 3.0 + 9.0 * std::sqrt(static_cast<double>(view.nodes[level][token]));
      const bool chosen = level == view.passed.size() && token == view.of.token;
      figure.add(FigureBox{
          places.x(token) - side / 2, places.y(level) - side / 2, side, side, {chosen ? style.key : style.query}});
    }
  }
}

void add_sources(Figure& figure, const FlowView& view, const FlowPlan& plan, const FlowPlaces& places,
                 const FigureStyle& style) {
  const double top = places.bottom + 26, room = kFlowBars - 26;
  const auto largest = static_cast<double>(std::max(view.largest_source, 1e-6F));
  for (std::size_t token = 0; token < plan.labels.size(); ++token) {
    add_label(figure, places.x(token), places.bottom + 20, plan.labels[token], kFlowColumn - 4, style.text);
    const double height = room * static_cast<double>(view.sources[token]) / largest;
    figure.add(FigureBox{places.x(token) - 10, top + room - height, 20, height, {style.query}});
    add_label(figure, places.x(token), top + room + 14, figure_number(view.sources[token], 3), kFlowColumn, style.muted,
              FigureAlign::centre, FigureFont::mono);
  }
}

Figure draw_flow_figure(const FlowView& view, const FlowPlan& plan, const FigureStyle& style) {
  Figure figure;
  figure.ground = style.ground;
  const double left = kFigureMargin + 56;
  figure.width = std::max(left + kFlowColumn * static_cast<double>(plan.labels.size()) + kFigureMargin,
                          caption_width(plan.caption));
  const double top = add_caption(figure, plan.caption, style) + 24;
  const FlowPlaces places{left, top + kFlowRow * static_cast<double>(view.passed.size())};
  add_edges(figure, view, places, plan.threshold, style);
  add_levels(figure, view, plan, places, style);
  add_sources(figure, view, plan, places, style);
  const double end = places.bottom + kFlowBars + 34;
  add_label(figure, kFigureMargin, end, plan.share, figure.width - 2 * kFigureMargin, style.muted, FigureAlign::left);
  figure.height = end + kFigureMargin;
  return figure;
}

}  // namespace

ContentPlan plan_flow(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const AttentionKind kind = shown_kind(snapshot, seen.session);
  const Encoding& encoding = asking_encoding(snapshot, seen.session);
  if (!has_something_to_read(snapshot)) throw Error("no_tokens", {});
  if (kind == AttentionKind::cross) throw Error("export_cross", {});
  if (encoding.tokens.size() > longest_flow)
    throw Error("text_too_long",
                {.expected = std::to_string(longest_flow), .found = std::to_string(encoding.tokens.size())});
  FlowPlan plan{{snapshot.trace, kind, edges_of(options.flow_mode)}, options.flow_mode};
  const std::size_t layers = attention_of(*snapshot.trace, kind).layers.size();
  plan.token = selected_query(snapshot, seen.session);
  plan.input = selected_key(snapshot, seen.session);
  plan.place = options.flow_place == 0 ? layers : std::min(options.flow_place, layers);
  plan.threshold = static_cast<float>(options.flow_threshold);
  plan.labels = token_labels(encoding);
  const auto mode = static_cast<std::size_t>(options.flow_mode);
  const std::string name = tr(kFlowTitles[mode]);
  plan.caption = caption_about(snapshot, name + " · " + plan.labels[plan.token]);
  plan.input_label = tr("flow.input");
  plan.share = tr("labelled", {{"name", tr("flow.threshold")}, {"value", figure_number(plan.threshold, 3)}});
  return [seen, style, plan](bool picture) {
    const std::shared_ptr<const LayerGraph> graph = make_graph(plan.graph);
    const std::shared_ptr<const FlowView> view = make_flow({graph, plan.mode, plan.token, plan.place, plan.input});
    Content content{table_about(*seen.snapshot, seen.session, ExportView::flow), {}};
    content.table.about.insert(content.table.about.end(),
                               {{"mode", std::string(kFlowNames[static_cast<std::size_t>(plan.mode)])},
                                {"token", plan.token},
                                {"after_layers", plan.place},
                                {"heads", graph->heads},
                                {"tokens", plan.labels.size()}});
    if (plan.mode == FlowMode::flow)
      content.table.about.insert(content.table.about.end(),
                                 {{"input", plan.input}, {"value", view->sources[plan.input]}});
    if (picture) {
      content.figure = draw_flow_figure(*view, plan, style);
      return content;
    }
    fill_flow(content.table, *view, plan.labels);
    return content;
  };
}

}  // namespace regard
