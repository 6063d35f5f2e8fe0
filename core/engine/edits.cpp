// SPDX-License-Identifier: Apache-2.0
#include "core/engine/edits.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace regard {
namespace {

using Kind = InterventionKind;

/// visit(request, first row) for each text of the pass that has interventions.
template <class Visit>
void for_edited_texts(const Pass& pass, const Visit& visit) {
  for (std::size_t text = 0; text < pass.text_count(); ++text)
    if (!pass.request(text).interventions.empty()) visit(pass.request(text), text * pass.text_tokens());
}

/// Columns of a matrix.
struct Columns {
  std::size_t begin = 0;
  std::size_t count = 0;
};

/// Copies columns of the partner's row into every patched row of the pass. Rows of `to` start at `first_row`.
void patch_rows(const Pass& pass, const Intervention& item, const Matrix& from, Matrix& to, std::size_t first_row,
                Columns columns) {
  const Range positions = pass.positions();
  for (std::size_t position = positions.begin; position < positions.end; ++position) {
    if (!among(item.positions, position)) continue;
    const auto row = partner(item, position);
    if (!row) continue;
    std::copy_n(from.row(*row).begin() + static_cast<std::ptrdiff_t>(columns.begin), columns.count,
                to.row(first_row + position).begin() + static_cast<std::ptrdiff_t>(columns.begin));
  }
}

/// Patches of whole rows; of(source, index) is the matrix they come from.
template <class Of>
void patch_stream(const Pass& pass, PatchSite site, std::size_t index, Matrix& to, const Of& of) {
  for_edited_texts(pass, [&](const Request& request, std::size_t first_row) {
    for (const Intervention& item : request.interventions)
      if (item.kind == Kind::patch && item.site == site && item.scope.layer == index)
        patch_rows(pass, item, of(*item.source, index), to, first_row, {0, to.cols});
  });
}

/// The columns of a head in one of the layer's tensors, which heads share in so many parts, or all of them.
Columns columns_of(const ModelConfig& config, std::size_t layer, const std::optional<std::size_t>& head,
                   const Matrix& tensor, std::size_t parts) {
  if (!head) return {0, tensor.cols};
  const std::size_t width = tensor.cols / parts;
  return {*head * parts / config.heads(layer) * width, width};
}

std::size_t parts_of(const ModelConfig& config, std::size_t layer, Matrix LayerTrace::*tensor) {
  if (tensor == &LayerTrace::queries) return config.query_heads(layer);
  if (tensor == &LayerTrace::keys) return config.key_heads(layer);
  return tensor == &LayerTrace::values ? config.kv_heads(layer) : config.heads(layer);
}

void patch_heads(const Pass& pass, const Intervention& item, std::size_t layer, Matrix LayerTrace::*tensor,
                 std::size_t first_row) {
  Matrix& to = pass.trace.layers[layer].*tensor;
  patch_rows(pass, item, item.source->layers[layer].*tensor, to, first_row,
             columns_of(pass.config(), layer, item.scope.head, to, parts_of(pass.config(), layer, tensor)));
}

/// Is the head's output replaced by this item?
bool ablates(const Intervention& item, HeadRef head) {
  if (item.kind == Kind::ablate) return item.scope.covers(head);
  return item.kind == Kind::keep_only && item.scope.layer == head.layer && item.scope.head != head.head;
}

/// [v] what an ablated head puts out: 0, or the mean of its outputs over the text.
std::vector<float> ablated_output(const Pass& pass, HeadRef head, std::size_t first_row, bool mean) {
  const Matrix& outputs = pass.trace.layers[head.layer].head_outputs;
  const std::size_t width = pass.config().value_dim(head.layer), first_column = head.head * width;
  std::vector<float> result(width);
  if (!mean) return result;
  std::vector<double> sum(width);
  for (std::size_t token = 0; token < pass.text_tokens(); ++token)
    for (std::size_t dimension = 0; dimension < width; ++dimension)
      sum[dimension] += outputs(first_row + token, first_column + dimension);
  for (std::size_t dimension = 0; dimension < width; ++dimension)
    result[dimension] = static_cast<float>(sum[dimension] / static_cast<double>(pass.text_tokens()));
  return result;
}

void edit_outputs_of(const Pass& pass, const Intervention& item, HeadRef head, std::size_t first_row,
                     std::span<const float> mean) {
  Matrix& outputs = pass.trace.layers[head.layer].head_outputs;
  const bool scales = item.kind == Kind::scale && item.scope.covers(head);
  const bool ablated = ablates(item, head);
  if (!scales && !ablated) return;
  const std::size_t width = pass.config().value_dim(head.layer);
  const Range positions = pass.positions();
  for (std::size_t position = positions.begin; position < positions.end; ++position) {
    const auto row = outputs.row(first_row + position).subspan(head.head * width, width);
    if (ablated)
      std::copy(mean.begin(), mean.end(), row.begin());
    else
      for (float& value : row)
        value *= item.amount;
  }
}

}  // namespace

void edit_queries_keys_values(const Pass& pass, std::size_t layer) {
  for_edited_texts(pass, [&](const Request& request, std::size_t first_row) {
    for (const Intervention& item : request.interventions) {
      if (item.kind != Kind::patch || item.scope.layer != layer) continue;
      if (item.site == PatchSite::query) patch_heads(pass, item, layer, &LayerTrace::queries, first_row);
      if (item.site == PatchSite::key) patch_heads(pass, item, layer, &LayerTrace::keys, first_row);
      if (item.site == PatchSite::value) patch_heads(pass, item, layer, &LayerTrace::values, first_row);
    }
  });
}

void edit_head_outputs(const Pass& pass, std::size_t layer) {
  for_edited_texts(pass, [&](const Request& request, std::size_t first_row) {
    for (const Intervention& item : request.interventions) {
      if (item.kind == Kind::patch && item.site == PatchSite::head_output && item.scope.layer == layer)
        patch_heads(pass, item, layer, &LayerTrace::head_outputs, first_row);
      if (item.kind != Kind::ablate && item.kind != Kind::keep_only && item.kind != Kind::scale) continue;
      if (item.scope.layer.value_or(layer) != layer) continue;
      for (std::size_t head = 0; head < pass.config().heads(layer); ++head) {
        const bool mean = item.mean && ablates(item, {layer, head});
        edit_outputs_of(pass, item, {layer, head}, first_row, ablated_output(pass, {layer, head}, first_row, mean));
      }
    }
  });
}

void edit_attention_output(const Pass& pass, std::size_t layer) {
  patch_stream(
      pass, PatchSite::attention_output, layer, pass.trace.layers[layer].attention_output,
      [](const Trace& source, std::size_t index) -> const Matrix& { return source.layers[index].attention_output; });
}

void edit_feed_forward_output(const Pass& pass, std::size_t layer) {
  patch_stream(
      pass, PatchSite::feed_forward_output, layer, pass.trace.layers[layer].feed_forward_output,
      [](const Trace& source, std::size_t index) -> const Matrix& { return source.layers[index].feed_forward_output; });
}

void edit_residual(const Pass& pass, std::size_t index) {
  patch_stream(pass, PatchSite::residual, index, pass.trace.residual[index],
               [](const Trace& source, std::size_t at) -> const Matrix& { return source.residual[at]; });
  if (index >= pass.trace.other_streams.size()) return;
  for (std::size_t other = 0; other < pass.trace.other_streams[index].size(); ++other)
    patch_stream(
        pass, PatchSite::residual, index, pass.trace.other_streams[index][other],
        [other](const Trace& source, std::size_t at) -> const Matrix& { return source.other_streams[at][other]; });
}

}  // namespace regard
