// SPDX-License-Identifier: Apache-2.0
// The Layers view: a table of the heads and of the stream, and its charts.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/viewmodel/layers.h"
#include "app/viewmodel/views.h"
#include "core/text/visible_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace regard {
namespace {

constexpr double kWidth = 620;

/// What the charts say, in the language chosen when the export began.
struct Words {
  std::string distance, entropy, mean, uniform, cosines, to_embedding, to_final, norm, layer, embedding, lens, rows,
      axis, axis_after;
};

Words words_of() {
  return {tr("layers.distance"), tr("layers.entropy"),         tr("layers.legend_mean"), tr("layers.legend_uniform"),
          tr("layers.cosines"),  tr("layers.to_embedding"),    tr("layers.to_final"),    tr("layers.norm_title"),
          tr("layers.layer"),    tr("layers.embedding_short"), tr("layers.lens"),        {},
          tr("layers.axis"),     tr("layers.axis_after")};
}

std::vector<std::vector<float>> dots_of(const HeadsChart& chart, std::size_t heads) {
  std::vector<std::vector<float>> dots(chart.mean.size());
  for (std::size_t layer = 0; layer < dots.size(); ++layer)
    for (std::size_t head = 0; head < heads; ++head) {
      const Measure& measure = chart.heads[layer * heads + head];
      dots[layer].push_back(measure.defined() ? measure.value : kNoNumber);
    }
  return dots;
}

LayerChart chart_of(const std::string& title, const HeadsChart& chart, std::size_t heads, const Words& words,
                    const FigureStyle& style) {
  return {title,
          {{words.mean, chart.mean, style.key, false}, {words.uniform, chart.uniform, style.muted, true}},
          dots_of(chart, heads),
          numbers_up_to(chart.mean.size()),
          0.0F,
          std::max(chart.highest, 1e-3F),
          words.axis};
}

template <class Read>
std::vector<float> read_steps(const ResidualPath& path, const Read& read) {
  std::vector<float> values;
  for (const ResidualStep& step : path.steps)
    values.push_back(read(step));
  return values;
}

void fill(ExportTable& table, const HeadsByLayer& heads, const StreamByLayer& stream) {
  table.columns = {"layer", "head", "distance", "distance_uniform", "entropy", "entropy_uniform", "normalised_entropy"};
  Matrix distance(heads.layers, heads.heads), entropy(heads.layers, heads.heads);
  const auto value = [](const Measure& measure) { return measure.defined() ? measure.value : kNoNumber; };
  for (std::size_t layer = 0; layer < heads.layers; ++layer)
    for (std::size_t head = 0; head < heads.heads; ++head) {
      const std::size_t index = layer * heads.heads + head;
      const Measure none;
      const Measure& far = heads.distance.defined ? heads.distance.heads[index] : none;
      const Measure& wide = heads.entropy.heads[index];
      const float normalised = heads.normalised_entropy[index];
      distance(layer, head) = value(far);
      entropy(layer, head) = value(wide);
      table.rows.push_back({layer, head, value(far), far.defined() ? far.uniform : kNoNumber, value(wide),
                            wide.defined() ? wide.uniform : kNoNumber, normalised < 0.0F ? kNoNumber : normalised});
    }
  table.arrays = {{"distance", std::move(distance)}, {"entropy", std::move(entropy)}};
  const std::vector<ResidualStep>& steps = stream.path.steps;
  if (steps.empty()) return;
  Matrix path(steps.size(), 12);  // in the order of ResidualStep
  for (std::size_t step = 0; step < steps.size(); ++step) {
    const ResidualStep& at = steps[step];
    const std::array<float, 12> values{at.norm,
                                       at.cosine_to_embedding,
                                       at.cosine_to_final,
                                       at.attention_norm,
                                       at.cross_norm,
                                       at.feed_forward_norm,
                                       at.attention_share,
                                       at.cross_share,
                                       at.feed_forward_share,
                                       at.attention_part,
                                       at.cross_part,
                                       at.feed_forward_part};
    std::copy(values.begin(), values.end(), path.row(step).begin());
  }
  table.arrays.emplace_back("residual_path", std::move(path));
  if (stream.lens.empty()) return;
  Matrix lens(stream.lens.size(), 3);
  std::vector<std::int32_t> ids;
  for (std::size_t row = 0; row < stream.lens.size(); ++row) {
    const LensLayer& at = stream.lens[row].numbers;
    const std::array<float, 3> values{at.top_probability, at.final_probability, static_cast<float>(at.final_rank)};
    std::copy(values.begin(), values.end(), lens.row(row).begin());
    ids.push_back(at.top_id);
  }
  table.arrays.emplace_back("logit_lens", std::move(lens));
  table.ids.emplace_back("logit_lens_ids", std::move(ids));
}

FigureList lens_list(const StreamByLayer& stream, const Words& words) {
  FigureList list;
  list.columns = {{words.lens, 90}, {"", 170}, {"", 220, false, true}};
  for (std::size_t row = 0; row < stream.lens.size(); ++row) {
    const LensRow& at = stream.lens[row];
    list.rows.push_back({{row == 0 ? words.embedding : std::to_string(row - 1)},
                         {visible_text(at.text), kNoNumber, at.text == stream.predicted},
                         {figure_number(at.numbers.top_probability, 4), at.numbers.top_probability}});
  }
  return list;
}

Figure draw(const HeadsByLayer& heads, const StreamByLayer& stream, const Words& words, const FigureCaption& caption,
            const FigureStyle& style) {
  Figure figure;
  figure.ground = style.ground;
  const FigureList lens = lens_list(stream, words);
  figure.width = std::max(kWidth, width_of(lens));
  double y = add_caption(figure, caption, style) + 12;
  if (heads.distance.defined)
    y = add_chart(figure, y, chart_of(words.distance, heads.distance, heads.heads, words, style), style);
  y = add_chart(figure, y, chart_of(words.entropy, heads.entropy, heads.heads, words, style), style);
  if (const ResidualPath& path = stream.path; !path.steps.empty()) {
    std::vector<std::string> places = numbers_up_to(path.steps.size() - 1);
    places.insert(places.begin(), words.embedding);
    const std::vector<float> begin =
        read_steps(path, [](const ResidualStep& step) { return step.cosine_to_embedding; });
    const std::vector<float> end = read_steps(path, [](const ResidualStep& step) { return step.cosine_to_final; });
    const std::vector<float> norm = read_steps(path, [](const ResidualStep& step) { return step.norm; });
    const float lowest =
        std::min({0.0F, *std::min_element(begin.begin(), begin.end()), *std::min_element(end.begin(), end.end())});
    y = add_chart(figure, y,
                  {words.cosines,
                   {{words.to_embedding, begin, style.query, false}, {words.to_final, end, style.key, false}},
                   {},
                   places,
                   lowest,
                   1.0F,
                   words.axis_after},
                  style);
    y = add_chart(figure, y,
                  {words.norm,
                   {{"", norm, style.key, false}},
                   {},
                   places,
                   0.0F,
                   std::max(1e-3F, *std::max_element(norm.begin(), norm.end())),
                   words.axis_after},
                  style);
  }
  if (!stream.lens.empty()) y = add_list(figure, y, lens, style);
  figure.height = y + kFigureMargin;
  return figure;
}

}  // namespace

ContentPlan plan_layers(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  LayersRequest request;
  request.trace = snapshot.trace;
  request.kind = shown_kind(snapshot, seen.session);
  request.token = selected_query(snapshot, seen.session);
  request.whole_text = look_of(seen.session).layers_whole_text;
  std::string what = std::string(tr("layers.title")) + " · ";
  const Encoding& asking = asking_encoding(snapshot, seen.session);
  what += request.whole_text || request.token >= asking.tokens.size() ? tr("layers.text")
                                                                      : label_of(asking.tokens[request.token]);
  return [seen, style, request, words = words_of(), caption = caption_about(snapshot, what)](bool picture) {
    const std::shared_ptr<const HeadsByLayer> heads = make_heads_by_layer(request);
    const std::shared_ptr<const StreamByLayer> stream = make_stream_by_layer(request);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::layers), {}};
    if (!request.whole_text) content.table.about.emplace_back("query", request.token);
    content.table.about.emplace_back("rows_averaged", heads->rows);
    fill(content.table, *heads, *stream);
    if (picture) content.figure = draw(*heads, *stream, words, caption, style);
    return content;
  };
}

}  // namespace regard
