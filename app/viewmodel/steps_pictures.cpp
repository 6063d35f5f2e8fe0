// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/steps_pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <span>

namespace regard {
namespace {

constexpr std::size_t kOneIn = 200;
constexpr float kTimesUsual = 1.5F;

std::string size_text(std::size_t rows, std::size_t cols) {
  return std::to_string(rows) + " × " + std::to_string(cols);
}
std::string boxed(std::size_t rows, std::size_t cols) {
  return "[" + size_text(rows, cols) + "]";
}

/// Is the number seen in the picture?
bool is_seen(const StepPicture& picture, std::size_t index) {
  return std::isfinite(picture.values->values[index]) && (picture.masked == nullptr || !(*picture.masked)[index]);
}

/// The size that one number of the row in kOneIn goes beyond.
float usual_size(const StepPicture& picture, std::size_t row) {
  std::vector<float> sizes;
  for (std::size_t col = 0; col < picture.values->cols; ++col)
    if (const std::size_t index = row * picture.values->cols + col; is_seen(picture, index))
      sizes.push_back(std::abs(picture.values->values[index]));
  if (sizes.empty()) return 0.0F;
  const auto last = sizes.end() - static_cast<std::ptrdiff_t>(sizes.size() / kOneIn) - 1;
  std::nth_element(sizes.begin(), last, sizes.end());
  return *last;
}

/// Ends the colours of a picture: at its largest number, or where `robust` at what most tokens have, so that neither single
/// dimensions nor the first token, a hundred times as large as the rest, leave all else pale.
void set_limit(StepPicture& picture, bool robust) {
  std::vector<float> usual;
  float largest = 0.0F;
  for (std::size_t row = 0; row < picture.values->rows; ++row)
    usual.push_back(usual_size(picture, row));
  for (std::size_t index = 0; index < picture.values->values.size(); ++index)
    if (is_seen(picture, index)) largest = std::max(largest, std::abs(picture.values->values[index]));
  picture.limit = largest > 0.0F ? largest : 1.0F;
  if (!robust || usual.empty()) return;
  const auto middle = usual.begin() + static_cast<std::ptrdiff_t>(usual.size() / 2);
  std::nth_element(usual.begin(), middle, usual.end());
  const float end = std::min(*std::max_element(usual.begin(), usual.end()), kTimesUsual * *middle);
  if (end <= 0.0F) return;
  picture.limit = end;
  for (std::size_t index = 0; index < picture.values->values.size(); ++index)
    if (is_seen(picture, index) && std::abs(picture.values->values[index]) > end) ++picture.beyond;
}

StepPicture picture_of(const char* id, std::string symbol, const char* about, const Matrix& values, StepRows rows,
                       std::size_t band = 0) {
  StepPicture picture{
      .id = id, .symbol = std::move(symbol), .about = about, .values = &values, .rows = rows, .band = band};
  set_limit(picture, rows == StepRows::queries || rows == StepRows::keys);
  return picture;
}

StepPicture projection_of(const char* id, const char* symbol, const char* about, const Matrix& values, StepRows rows,
                          Projection projection, Range lit) {
  StepPicture picture = picture_of(id, symbol, about, values, rows);
  picture.projection = projection;
  picture.is_projection = true;
  picture.lit = lit;
  return picture;
}

StepPicture parted(const char* id, const char* symbol, const char* about, const PartedHeads& heads, StepRows rows,
                   std::size_t lit, std::size_t band) {
  StepPicture picture = picture_of(id, symbol, about, heads.values, rows, band);
  picture.cols = StepCols::heads;
  picture.parted = &heads;
  picture.lit = heads.pieces[lit];
  return picture;
}

/// A grid of tokens that ask and are asked.
StepPicture grid_of(const StepsView& view, const char* id, std::string symbol, const char* about, const Matrix& values,
                    bool masked) {
  StepPicture picture{
      .id = id, .symbol = std::move(symbol), .about = about, .values = &values, .cols = StepCols::keys, .band = 1};
  if (masked) picture.masked = &view.numbers.focus.masked;
  set_limit(picture, false);
  return picture;
}

Range head_columns_of(std::size_t head, std::size_t width) {
  return {head * width, (head + 1) * width};
}

const char* about_input(const StepsView& view) {
  if (!view.norm_before) return "steps.about_stream";
  return view.streams > 1 ? "steps.about_predicted_normed" : "steps.about_normed";
}

std::vector<StepPicture> projection_pictures(const StepsView& view) {
  const LayerSteps& numbers = view.numbers;
  const Range query = head_columns_of(view.of.head.head, view.head_dim);
  const std::size_t kv_head = view.of.head.head * view.kv_heads / view.heads;
  const Range key = head_columns_of(kv_head, view.head_dim), value = head_columns_of(kv_head, view.value_dim);
  std::vector<StepPicture> list;
  list.push_back(picture_of("x", "x", about_input(view), numbers.input, StepRows::queries));
  if (view.crosses) list.push_back(picture_of("e", "e", "steps.about_encoded", numbers.key_input, StepRows::keys));
  list.push_back(
      projection_of("q", "Q", "steps.about_q", numbers.projected_queries, StepRows::queries, Projection::query, query));
  list.push_back(
      projection_of("k", "K", "steps.about_k", numbers.projected_keys, StepRows::keys, Projection::key, key));
  list.push_back(
      projection_of("v", "V", "steps.about_v", numbers.projected_values, StepRows::keys, Projection::value, value));
  return list;
}

std::vector<StepPicture> split_pictures(const StepsView& view) {
  const std::size_t kv_heads = view.parted_keys.pieces.size();
  const std::size_t kv_head = view.shown_head * kv_heads / view.shown_heads;
  return {parted("q_heads", "Q", "steps.about_q_heads", view.parted_queries, StepRows::queries, view.shown_head, 0),
          parted("k_heads", "K", "steps.about_k_heads", view.parted_keys, StepRows::keys, kv_head, 1),
          parted("v_heads", "V", "steps.about_v_heads", view.parted_values, StepRows::keys, kv_head, 2)};
}

/// Queries and keys as they meet: turned or normalised, where something comes between.
const char* product_symbol(const StepsView& view) {
  return view.head_queries_before.empty() ? "q·kᵀ" : "q′·k′ᵀ";
}

std::string scale_symbol(const StepsView& view) {
  return view.by_root ? "÷ √" + std::to_string(view.shown_width) : "× " + short_number(view.numbers.focus.rule.scale);
}

/// What the rows of the picture sum to.
const char* about_weights(const StepsView& view) {
  const HeadRows& focus = view.numbers.focus;
  if (weight_outside(view) > 0.0F)
    return focus.sink_shares.empty() ? "steps.about_weights_seen" : "steps.about_weights_seen_sunk";
  const bool all_sum =
      std::none_of(focus.weight_sums.begin(), focus.weight_sums.end(), [](float sum) { return sum == 0.0F; });
  if (!focus.sink_shares.empty()) return "steps.about_weights_sunk";
  return all_sum ? "steps.about_weights" : "steps.about_weights_closed";
}

std::vector<StepPicture> focus_pictures(const StepsView& view) {
  const HeadRows& focus = view.numbers.focus;
  std::vector<StepPicture> list;
  if (!view.head_queries_before.empty()) {
    list.push_back(picture_of("q_before", "q", "steps.about_before", view.head_queries_before, StepRows::queries));
    list.push_back(picture_of("q_head", "q′", "steps.about_after", view.head_queries, StepRows::queries));
    list.push_back(picture_of("k_before", "k", "steps.about_before", view.head_keys_before, StepRows::keys));
    list.push_back(picture_of("k_head", "k′", "steps.about_after", view.head_keys, StepRows::keys));
  } else {
    list.push_back(picture_of("q_head", "q", "steps.about_q_head", view.head_queries, StepRows::queries));
    list.push_back(picture_of("k_head", "k", "steps.about_k_head", view.head_keys, StepRows::keys));
  }
  list.push_back(grid_of(view, "dots", product_symbol(view), "steps.about_dots", focus.dots, false));
  if (!focus.scaled.empty())
    list.push_back(grid_of(view, "scaled", scale_symbol(view), "steps.about_scaled", focus.scaled, false));
  if (!focus.capped.empty()) {
    const std::string cap = short_number(focus.rule.cap);
    list.push_back(grid_of(view, "capped", cap + "·tanh(· ÷ " + cap + ")", "steps.about_capped", focus.capped, false));
  }
  if (!focus.biased.empty())
    list.push_back(grid_of(view, "biased", "+ b(i, j)", "steps.about_biased", focus.biased, false));
  const bool mask = has_mask(view);
  list.push_back(grid_of(view, "scores", mask ? "+ M" : "s", mask ? "steps.about_masked" : "steps.about_scores",
                         focus.scores, true));
  StepPicture weights = grid_of(view, "weights", "softmax", about_weights(view), focus.weights, true);
  weights.weights = true;
  list.push_back(std::move(weights));
  list.push_back(picture_of("v_head", "v", "steps.about_v_head", view.head_values, StepRows::keys));
  list.push_back(picture_of("z_head", "z = A·v", "steps.about_z_head", focus.outputs, StepRows::queries));
  return list;
}

std::vector<StepPicture> concat_pictures(const StepsView& view) {
  StepPicture joined = picture_of("joined", "Z", "steps.about_joined", view.numbers.joined, StepRows::queries, 1);
  joined.lit = head_columns_of(view.shown_head, view.shown_value_width);
  return {parted("z_heads", "z_h", "steps.about_z_heads", view.parted_outputs, StepRows::queries, view.shown_head, 0),
          std::move(joined)};
}

const char* about_after(const StepsView& view) {
  if (view.side_path) return "steps.about_after_side";
  return view.norm_after ? "steps.about_after_normed" : "steps.about_after_added";
}

std::vector<StepPicture> output_pictures(const StepsView& view, const StepsToken* token) {
  const LayerSteps& numbers = view.numbers;
  std::vector<StepPicture> list{
      picture_of("z", "Z", "steps.about_joined", numbers.joined, StepRows::queries),
      picture_of("attention", "a", "steps.about_written", numbers.written, StepRows::queries),
      picture_of("before", "h", view.streams > 1 ? "steps.about_stream_predicted" : "steps.about_stream_before",
                 numbers.before, StepRows::queries),
      picture_of("after", "h′", about_after(view), numbers.after, StepRows::queries)};
  list.front().lit = head_columns_of(view.shown_head, view.shown_value_width);
  if (token == nullptr) return list;
  list.push_back(picture_of("contributions", "a = Σ z·W_O", "steps.about_contributions", token->contributions,
                            StepRows::contributions, 1));
  list.push_back(picture_of("movers", "a, f", "steps.about_movers", token->movers, StepRows::movers, 1));
  return list;
}

std::string with_bias(const char* projection, bool biased, const char* bias) {
  return std::string(projection) + (biased ? std::string(" + ") + bias : std::string());
}

/// Keys and values out of a narrow row, queries perhaps out of another. Biases, where there are any, are those of the narrow rows.
std::vector<StepFormula> latent_formulas(const StepsView& view) {
  const LatentAttention& latent = *view.latent;
  const std::size_t queries = view.numbers.queries.size(), keys = view.numbers.keys.size();
  const std::size_t own = view.heads * (view.head_dim - latent.shared_dims);
  const auto narrow = [&](const char* matrix, const char* bias) {
    return "RMSNorm(" + with_bias((std::string("x·") + matrix).c_str(), view.projections_biased, bias) + ")";
  };
  const auto sizes = [](std::size_t rows, std::size_t in, std::size_t out) {
    return boxed(rows, in) + "·" + boxed(in, out) + " → " + boxed(rows, out);
  };
  const std::size_t wide = view.heads * view.head_dim;
  std::vector<StepFormula> list;
  if (latent.query_rank > 0)
    list.push_back({"Q = " + narrow("W_DQ", "b_DQ") + "·W_UQ", sizes(queries, latent.query_rank, wide)});
  else
    list.push_back({"Q = x·W_Q", sizes(queries, view.hidden, wide)});
  list.push_back({"c = " + narrow("W_DKV", "b_DKV"), sizes(keys, view.hidden, latent.rank)});
  list.push_back({"K = [c·W_UK | " + with_bias("x·W_KR", view.projections_biased, "b_KR") + "]",
                  sizes(keys, latent.rank, own) + ", " + sizes(keys, view.hidden, latent.shared_dims)});
  list.push_back({"V = c·W_UV", sizes(keys, latent.rank, view.heads * view.value_dim)});
  return list;
}

std::vector<StepFormula> projection_formulas(const StepsView& view) {
  if (view.latent) return latent_formulas(view);
  const std::size_t queries = view.numbers.queries.size(), keys = view.numbers.keys.size();
  const std::size_t wide = view.heads * view.head_dim, narrow = view.kv_heads * view.head_dim;
  const auto line = [&](const std::string& name, Projection projection, std::size_t rows, std::size_t width) {
    const std::string matrix = matrix_letter(view, projection);
    const std::string product = name + " = " + input_letter(view, projection) + "·W_" + matrix;
    return StepFormula{with_bias(product.c_str(), view.projections_biased, ("b_" + matrix).c_str()),
                       boxed(rows, view.hidden) + "·" + boxed(view.hidden, width) + " → " + boxed(rows, width)};
  };
  return {line("Q", Projection::query, queries, wide), line("K", Projection::key, keys, narrow),
          line("V", Projection::value, keys, narrow)};
}

std::vector<StepFormula> split_formulas(const StepsView& view) {
  const std::size_t queries = view.numbers.queries.size();
  const std::size_t heads = view.shown_heads, width = view.shown_width;
  std::vector<StepFormula> list{
      {"Q = [q_0 | … | q_" + std::to_string(heads - 1) + "]",
       boxed(queries, heads * width) + " → " + std::to_string(heads) + " × " + boxed(queries, width)}};
  const std::size_t kv_heads = view.parted_keys.pieces.size();
  if (heads == 1) list.front().formula = "Q = q_0";
  const auto line = [&](const char* name, std::size_t of_head) {
    const std::size_t keys = view.numbers.keys.size();
    list.push_back(
        {name, boxed(keys, kv_heads * of_head) + " → " + std::to_string(kv_heads) + " × " + boxed(keys, of_head)});
  };
  if (view.shown_value_width == width) {
    line("K, V", width);
  } else {
    line("K", width);
    line("V", view.shown_value_width);
  }
  return list;
}

std::vector<StepFormula> focus_formulas(const StepsView& view) {
  const HeadRows& focus = view.numbers.focus;
  std::string score = product_symbol(view);
  if (!focus.scaled.empty()) score += " " + scale_symbol(view);
  if (focus.rule.cap != 0.0F) {
    const std::string cap = short_number(focus.rule.cap);
    score = cap + "·tanh((" + score + ") ÷ " + cap + ")";
  }
  if (!focus.biased.empty()) score += " + b(i, j)";
  if (has_mask(view)) score += " + M";
  if (focus.temperature != 1.0F) score = "(" + score + ") ÷ " + short_number(focus.temperature);
  const std::size_t queries = view.numbers.queries.size(), keys = view.numbers.keys.size(), width = view.shown_width;
  const std::size_t value = view.shown_value_width;
  return {
      {"A = softmax(" + score + ")", boxed(queries, width) + "·" + boxed(width, keys) + " → " + boxed(queries, keys)},
      {"z = A·v", boxed(queries, keys) + "·" + boxed(keys, value) + " → " + boxed(queries, value)}};
}

std::vector<StepFormula> concat_formulas(const StepsView& view) {
  const std::size_t queries = view.numbers.queries.size();
  const std::size_t heads = view.shown_heads, width = view.shown_value_width;
  return {{heads == 1 ? "Z = z_0" : "Z = [z_0 | … | z_" + std::to_string(heads - 1) + "]",
           std::to_string(heads) + " × " + boxed(queries, width) + " → " + boxed(queries, heads * width)}};
}

/// How the stream goes on.
std::string sum_formula(const StepsView& view) {
  if (view.side_path) return "h′ = (h + a + y + RMSNorm(y·Aᵀ·Bᵀ)) ÷ √2,  y = RMSNorm(h)";
  if (!view.norm_after) return "h′ = h + a";
  return "h′ = " + std::string(view.root_mean_square ? "RMSNorm" : "LayerNorm") + "(h + a)";
}

std::vector<StepFormula> output_formulas(const StepsView& view) {
  const std::size_t queries = view.numbers.queries.size(), wide = view.heads * view.value_dim;
  std::string projected = with_bias("Z·W_O", view.output_biased, "b_O");
  std::string summed = with_bias("Σ z_h·W_O^(h)", view.output_biased, "b_O");
  if (view.output_normed) projected = "RMSNorm(" + projected + ")";
  if (view.residual_scale != 1.0F) {
    const std::string scale = short_number(view.residual_scale) + "·(";
    projected = scale + projected + ")";
    summed = scale + summed + ")";
  }
  return {
      {"a = " + projected, boxed(queries, wide) + "·" + boxed(wide, view.hidden) + " → " + boxed(queries, view.hidden)},
      {view.output_normed ? "a = (" + summed + ")·γ ÷ rms" : "a = " + summed, {}},
      {sum_formula(view), boxed(queries, view.hidden)}};
}

}  // namespace

std::string StepPicture::shape() const {
  if (parted == nullptr) return size_text(values->rows, values->cols);
  const std::size_t heads = parted->pieces.size();
  return std::to_string(heads) + " × [" + size_text(values->rows, heads == 0 ? 0 : parted->pieces.front().size()) + "]";
}

std::string head_span(std::size_t heads, std::size_t pieces, std::size_t piece) {
  const std::size_t group = heads / pieces, first = piece * group;
  return std::to_string(first) + (group > 1 ? "–" + std::to_string(first + group - 1) : std::string());
}

std::optional<std::size_t> lit_row_of(const StepsView& view, const StepPicture& picture, std::size_t query,
                                      std::size_t key) {
  const auto row_in = [](Range window, std::size_t token) {
    return window.contains(token) ? std::optional(token - window.begin) : std::nullopt;
  };
  switch (picture.rows) {
    case StepRows::queries:
      return row_in(view.numbers.queries, query);
    case StepRows::keys:
      return row_in(view.numbers.keys, view.crosses ? key : query);
    case StepRows::contributions:
      return view.shown_head;
    case StepRows::movers:
      break;
  }
  return std::nullopt;
}

std::string short_number(float value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", static_cast<double>(value));
  return text.data();
}

std::vector<StepPicture> step_pictures(const StepsView& view, const StepsToken* token, std::size_t step) {
  switch (step) {
    case 2:
      return split_pictures(view);
    case 3:
      return focus_pictures(view);
    case 4:
      return concat_pictures(view);
    case 5:
      return output_pictures(view, token);
    default:
      return projection_pictures(view);
  }
}

std::vector<StepFormula> step_formulas(const StepsView& view, std::size_t step) {
  switch (step) {
    case 2:
      return split_formulas(view);
    case 3:
      return focus_formulas(view);
    case 4:
      return concat_formulas(view);
    case 5:
      return output_formulas(view);
    default:
      return projection_formulas(view);
  }
}

}  // namespace regard
