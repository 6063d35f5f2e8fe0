// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/patching_view.h"

#include "app/session/reading.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/predictions.h"
#include "app/viewmodel/publishing.h"
#include "core/analysis/effect.h"
#include "core/engine/engine.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

namespace regard {
namespace {

bool same_sizes(const ModelConfig& first, const ModelConfig& second) {
  return same_heads(first, second) && first.hidden == second.hidden && first.vocabulary == second.vocabulary;
}

PatchSite site_of(PatchWhat what) {
  switch (what) {
    case PatchWhat::residual:
      return PatchSite::residual;
    case PatchWhat::attention_output:
      return PatchSite::attention_output;
    case PatchWhat::feed_forward_output:
      return PatchSite::feed_forward_output;
    case PatchWhat::query:
      return PatchSite::query;
    case PatchWhat::key:
      return PatchSite::key;
    case PatchWhat::value:
      return PatchSite::value;
    case PatchWhat::head_output:
    case PatchWhat::pattern:
      break;
  }
  return PatchSite::head_output;
}

std::size_t rows_of(const PatchingQuestion& question) {
  const ModelConfig& config = question.pair.corrupt->model->config;
  if (question.grid == PatchGrid::heads_tokens) return config.heads(question.layer);
  return config.layers + (question.what == PatchWhat::residual ? 1 : 0);
}

std::uint64_t next_revision() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

/// Where the cell stands in the grid, row by row.
std::size_t place_of(const PatchingView& view, const PatchCell& cell) {
  const std::size_t row = view.grid == PatchGrid::heads_tokens ? cell.head.value_or(0) : cell.layer;
  const std::size_t col = view.grid == PatchGrid::layers_heads ? cell.head.value_or(0) : cell.position.value_or(0);
  return row * view.cols + col;
}

PatchingView empty_view(const PatchingQuestion& question) {
  const ModelConfig& config = question.pair.corrupt->model->config;
  PatchingView view{.what = question.what, .grid = question.grid, .rows = rows_of(question)};
  const bool heads = question.grid == PatchGrid::layers_heads;
  view.cols = heads ? most_heads(config) : question.pair.corrupt->tokens();
  view.known.resize(view.rows * view.cols);
  view.recovered = Matrix(view.rows, view.cols);
  view.result_of.resize(view.rows * view.cols, PatchingView::no_result);
  const std::vector<PatchCell> cells = cells_of(question);
  for (std::size_t index = 0; index < cells.size(); ++index)
    view.result_of[place_of(view, cells[index])] = index;
  for (std::size_t place = 0; place < view.result_of.size(); ++place) {
    if (view.result_of[place] != PatchingView::no_result) continue;
    view.recovered.values[place] = std::numeric_limits<float>::quiet_NaN();
    view.known[place] = true;
  }
  for (std::size_t col = 0; col < view.cols && !heads; ++col) {
    if (question.pair.alignment.to_first[col] >= 0) continue;
    for (std::size_t row = 0; row < view.rows; ++row) {
      view.recovered(row, col) = std::numeric_limits<float>::quiet_NaN();
      view.known[row * view.cols + col] = true;
    }
  }
  return view;
}

}  // namespace

FoundPair patching_pair(const Snapshot& live, std::size_t position) {
  const Comparison* comparison = live.comparison.get();
  if (comparison == nullptr || comparison->name.empty() || !comparison->baseline) return {{}, NoPair::no_pin};
  const Snapshot& clean = *comparison->baseline;
  const Snapshot& corrupt = without_interventions(live);
  if (!can_predict(clean) || !can_predict(corrupt)) return {{}, NoPair::no_answer};
  if (!same_sizes(clean.model->config, corrupt.model->config)) return {{}, NoPair::other_sizes};
  if (comparison->alignment.to_first.size() != corrupt.trace->tokens() || position >= corrupt.trace->tokens())
    return {{}, NoPair::other_text};
  PatchingPair pair{clean.trace, corrupt.trace, comparison->name, comparison->alignment, 0, position};
  const std::int32_t partner = pair.alignment.to_first[position];
  pair.clean_position = partner >= 0 ? static_cast<std::size_t>(partner) : telling_position(*pair.clean);
  return {std::move(pair), NoPair::none};
}

AnswerTokens make_answers(const PatchingPair& pair) {
  AnswerTokens answers{predict(*pair.clean, pair.clean_position, answer_choices),
                       predict(*pair.corrupt, pair.position, answer_choices)};
  answers.right = answers.clean.front().id;
  answers.wrong = answers.corrupt[answers.same() && answers.corrupt.size() > 1 ? 1 : 0].id;
  return answers;
}

std::vector<PatchCell> cells_of(const PatchingQuestion& question) {
  const ModelConfig& config = question.pair.corrupt->model->config;
  const std::size_t tokens = question.pair.corrupt->tokens();
  const PatchSite site = site_of(question.what);
  std::vector<PatchCell> cells;
  if (question.grid == PatchGrid::layers_heads)
    cells = cells_by_layer_and_head(site, config);
  else if (question.grid == PatchGrid::heads_tokens)
    cells = cells_by_head_and_position(site, question.layer, config, tokens);
  else
    cells = cells_by_layer_and_position(site, config, tokens);
  return question.what == PatchWhat::pattern ? of_the_pattern(std::move(cells)) : cells;
}

std::shared_ptr<const PatchingView> make_patching(const PatchingQuestion& question, const PublishPatching& publish,
                                                  const std::function<void()>& give_way, const std::stop_token& stop,
                                                  Progress* progress) {
  PatchingView view = empty_view(question);
  Publishing<PatchingView> parts(publish);
  const auto see = [&](const PatchingMap& map, std::size_t index) {
    const std::size_t place = place_of(view, map.results[index].cell);
    view.known[place] = true;
    view.recovered.values[place] = static_cast<float>(map.results[index].recovered);
    view.revision = next_revision();
    parts.offer([&] {
      view.map = map;
      return view;
    });
    if (give_way) give_way();
  };
  const PatchingOptions options{question.pair.alignment, question.pair.position, question.pair.clean_position,
                                question.right, question.wrong};
  PatchingMap map =
      patching(question.pair.clean, question.pair.corrupt, cells_of(question), options, see, stop, progress);
  view.map = std::move(map);
  view.revision = next_revision();
  return std::make_shared<const PatchingView>(std::move(view));
}

PlacedIntervention patch_line(const PatchCell& cell, const std::string& pin, const Encoding& encoding) {
  Intervention item{.kind = cell.pattern ? InterventionKind::copy_pattern : InterventionKind::patch,
                    .scope = {cell.layer, cell.head}};
  if (!cell.pattern) item.site = cell.site;
  if (cell.position) item.positions = {{*cell.position, *cell.position + 1}};
  item.source_name = pin;
  return placed(std::move(item), encoding);
}

std::optional<std::size_t> line_of_patch(const Session& session, const PatchCell& cell, const std::string& pin,
                                         const Encoding& encoding) {
  const Intervention wanted = resolved(patch_line(cell, pin, encoding), encoding);
  const std::vector<PlacedIntervention>& interventions = reading_of(session).interventions;
  for (std::size_t index = 0; index < interventions.size(); ++index) {
    const Intervention& item = interventions[index].item;
    if (item.kind != wanted.kind || item.source_name != pin || item.scope != wanted.scope) continue;
    if (resolved(interventions[index], encoding) == wanted) return index;
  }
  return std::nullopt;
}

}  // namespace regard
