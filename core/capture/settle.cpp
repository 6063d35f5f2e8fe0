// SPDX-License-Identifier: Apache-2.0
// From the arrays of a file to a Capture that leaves nothing open: kinds of attention are told apart, orders of axes are decided by
// shapes, sums and products, or by a person.
#include "core/base/error.h"
#include "core/capture/layout.h"
#include "core/capture/memo.h"
#include "core/capture/names.h"
#include "core/format/stored_tensor.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace regard {
namespace {

Capture looked_at(const ArraysOfFile& found, const std::string& file, const CaptureChoices& choices, CrossSizes cross) {
  Capture capture = capture_of(found, file, choices, cross);
  look_at_rows(capture, file, choices.grids != AxisOrder::as_it_seems);
  look_at_products(capture);
  return capture;
}

/// Are the file's scores or weights products of its queries and keys, in every layer that has all of them?
bool products_fit(const Capture& capture) {
  return std::all_of(capture.layers.begin(), capture.layers.end(), [](const CapturedLayer& layer) {
    const bool grids = !layer.weights.empty() || !layer.scores.empty();
    return !grids || layer.queries.empty() || layer.keys.empty() || layer.from_products;
  });
}

bool has_grids(const Capture& capture) {
  return std::any_of(capture.layers.begin(), capture.layers.end(), [](const CapturedLayer& layer) {
    return (!layer.weights.empty() || !layer.scores.empty()) && !layer.queries.empty() && !layer.keys.empty();
  });
}

[[noreturn]] void ask(const ArraysOfFile& found, const std::string& file, const std::string& name, AxesNames names) {
  const auto array = std::find_if(found.arrays.begin(), found.arrays.end(),
                                  [&](const CapturedArray& each) { return each.name == name; });
  throw Error("capture_ambiguous", {.file = file,
                                    .item = name.empty() ? "npy" : name,
                                    .expected = std::string(names.usual) + ", " + std::string(names.exchanged),
                                    .found = array == found.arrays.end() ? std::string() : shape_text(array->shape)});
}

/// Where the file has weights or scores, its queries and keys have to make them: in one order they mostly do not.
Capture settled(const ArraysOfFile& found, const std::string& file, const CaptureChoices& choices, CrossSizes cross) {
  Capture capture = looked_at(found, file, choices, cross);
  if (capture.open_grids) ask(found, file, *capture.open_grids, kGridAxes);
  if (!capture.open_vectors) return capture;
  if (has_grids(capture)) {
    CaptureChoices other = choices;
    other.vectors = AxisOrder::exchanged;
    Capture exchanged = looked_at(found, file, other, cross);
    const bool usual_fits = products_fit(capture), exchanged_fits = products_fit(exchanged);
    if (usual_fits != exchanged_fits) {
      Capture& right = usual_fits ? capture : exchanged;
      right.open_vectors.reset();
      return std::move(right);
    }
  }
  ask(found, file, *capture.open_vectors, kVectorAxes);
}

struct FileParts {
  ArraysOfFile self{}, cross{}, encoder{};
};

FileParts parts_of(const ArraysOfFile& found) {
  FileParts parts;
  const auto part = [&](std::string_view name) -> ArraysOfFile& {
    const CapturedPart which = part_name(name).part;
    return which == CapturedPart::cross ? parts.cross : which == CapturedPart::encoder ? parts.encoder : parts.self;
  };
  for (const CapturedArray& array : found.arrays)
    part(array.name).arrays.push_back(array);
  for (const auto& [name, texts] : found.texts)
    part(name).texts.emplace(name, texts);
  for (ArraysOfFile* each : {&parts.self, &parts.cross, &parts.encoder})
    each->storage = found.storage;
  return parts;
}

bool holds_attention(const ArraysOfFile& part) {
  return std::any_of(part.arrays.begin(), part.arrays.end(), [](const CapturedArray& array) {
    const std::optional<CapturedName> name = captured_name(part_name(array.name).name);
    return name && (name->kind == CapturedKind::weights || name->kind == CapturedKind::scores ||
                    name->kind == CapturedKind::keys);
  });
}

/// A decoder's layers look at their own text and at the encoder's with as many heads of the same sizes.
void check_heads(const Capture& decoder, const Capture& cross, const std::string& file) {
  const auto sizes = [](const CapturedLayer& layer) {
    return std::array{layer.heads, layer.kv_heads, layer.head_dim, layer.value_dim};
  };
  const CapturedLayer none;
  for (std::size_t layer = 0; layer < std::max(decoder.layers.size(), cross.layers.size()); ++layer) {
    const auto own = sizes(layer < decoder.layers.size() ? decoder.layers[layer] : none);
    const auto others = sizes(layer < cross.layers.size() ? cross.layers[layer] : none);
    for (std::size_t size = 0; size < own.size(); ++size)
      if (own[size] != others[size] && (size < 2 || (own[size] != 0 && others[size] != 0)))
        throw Error(
            "capture_cross_heads",
            {.file = file, .item = std::to_string(layer), .expected = shape_text(own), .found = shape_text(others)});
  }
}

std::shared_ptr<const Capture> kept(Capture capture) {
  capture.memo = std::make_shared<CaptureMemo>();
  return std::make_shared<const Capture>(std::move(capture));
}

}  // namespace

bool choose_axes(CaptureChoices& choices, std::string_view name) {
  const bool vectors = name == kVectorAxes.usual || name == kVectorAxes.exchanged;
  const bool grids = name == kGridAxes.usual || name == kGridAxes.exchanged;
  const bool usual = name == kVectorAxes.usual || name == kGridAxes.usual;
  if (vectors || grids) (vectors ? choices.vectors : choices.grids) = usual ? AxisOrder::usual : AxisOrder::exchanged;
  return vectors || grids;
}

namespace {

/// In a file of this program's own every axis has its place.
CaptureChoices with_own_order(CaptureChoices choices, const ArraysOfFile& found, const std::string& file) {
  if (!origin_of(found, file).program.starts_with("regard")) return choices;
  for (AxisOrder* order : {&choices.vectors, &choices.grids})
    if (*order == AxisOrder::as_it_seems) *order = AxisOrder::usual;
  return choices;
}

}  // namespace

Capture read_capture(const ArraysOfFile& found, const std::string& file, const CaptureChoices& said) {
  const FileParts parts = parts_of(found);
  const CaptureChoices choices = with_own_order(said, found, file);
  if (!holds_attention(parts.cross)) return settled(found, file, choices, {});
  if (!holds_attention(parts.self) || !holds_attention(parts.encoder))
    throw Error("capture_parts", {.file = file,
                                  .item = holds_attention(parts.self) ? "encoder_attentions" : "decoder_attentions",
                                  .expected = "decoder_attentions, cross_attentions, encoder_attentions"});
  Capture capture = settled(parts.self, file, choices, {});
  Capture encoder = settled(parts.encoder, file, choices, {});
  Capture cross = settled(parts.cross, file, choices, {capture.token_count(), encoder.token_count()});
  check_heads(capture, cross, file);
  cross.ids = capture.ids;
  cross.layers.resize(capture.layers.size());
  capture.unread.insert(capture.unread.end(), encoder.unread.begin(), encoder.unread.end());
  capture.unread.insert(capture.unread.end(), cross.unread.begin(), cross.unread.end());
  const auto wider = [](CapturedRows one, CapturedRows other) { return std::max(one, other); };
  capture.rows = wider(capture.rows, wider(cross.rows, encoder.rows));
  capture.least_sum = std::min({capture.least_sum, cross.least_sum, encoder.least_sum});
  capture.largest_sum = std::max({capture.largest_sum, cross.largest_sum, encoder.largest_sum});
  capture.cross = kept(std::move(cross));
  capture.encoder = kept(std::move(encoder));
  return capture;
}

}  // namespace regard
