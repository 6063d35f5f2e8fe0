// SPDX-License-Identifier: Apache-2.0
#include "core/capture/layout_reader.h"

#include "core/format/json.h"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace regard {
namespace {

using Kind = CapturedKind;

constexpr std::size_t kLoadedNumbers = std::size_t{1} << 27;  // of the stream and of logits, which are copied

}  // namespace

void LayoutReader::sort_by_kind() {
  std::string names;
  const bool turned = std::any_of(found_.arrays.begin(), found_.arrays.end(), [](const CapturedArray& array) {
    const auto name = captured_name(part_name(array.name).name);
    return name && (name->kind == Kind::turned_queries || name->kind == Kind::turned_keys);
  });
  for (CapturedArray& array : found_.arrays) {
    names += (names.empty() ? "" : ", ") + array.name;
    std::optional<CapturedName> name = captured_name(part_name(array.name).name);
    if (name && turned && (name->kind == Kind::queries || name->kind == Kind::keys)) name.reset();
    if (name && name->kind == Kind::turned_queries) name->kind = Kind::queries;
    if (name && name->kind == Kind::turned_keys) name->kind = Kind::keys;
    if (name)
      named_.push_back({*name, std::move(array)});
    else
      capture_.unread.push_back(array.name);
  }
  const auto is_there = [&](std::initializer_list<Kind> kinds) {
    return std::any_of(named_.begin(), named_.end(), [&](const NamedArray& each) {
      return std::find(kinds.begin(), kinds.end(), each.name.kind) != kinds.end();
    });
  };
  const bool any = is_there({Kind::weights, Kind::scores, Kind::keys});
  if (any && choices_.checkpoint.empty())  // what a library calls hidden states, beside its attention
    std::erase_if(named_, [&](const NamedArray& each) {
      if (each.name.kind != Kind::states) return false;
      capture_.unread.push_back(each.array.name);
      return true;
    });
  if (!any && !is_there({Kind::states}))
    throw Error("capture_names", {.file = file_,
                                  .expected = "weights, attentions, attn, scores, q + k, blocks.0.attn.hook_pattern",
                                  .found = names.empty() ? "∅" : names});
}

CapturedLayer& LayoutReader::layer(std::size_t number) {
  if (number >= capture_.layers.size()) capture_.layers.resize(number + 1);
  return capture_.layers[number];
}

void LayoutReader::tell_tokens(std::size_t count, const CapturedArray& array) {
  if (tokens_ == 0) tokens_ = count;
  if (tokens_ != count)
    throw Error(
        "capture_tokens",
        {.file = file_, .item = array.name, .expected = std::to_string(tokens_), .found = std::to_string(count)});
}

void LayoutReader::tell_keys(std::size_t count, const CapturedArray& array) {
  if (cross_.queries == 0) return tell_tokens(count, array);
  if (cross_.keys != count)
    throw Error(
        "capture_tokens",
        {.file = file_, .item = array.name, .expected = std::to_string(cross_.keys), .found = std::to_string(count)});
}

void LayoutReader::for_layers(Kind kind, std::size_t axes,
                              const std::function<void(std::size_t, CapturedArray)>& visit) {
  for (const NamedArray& each : named_) {
    if (each.name.kind != kind) continue;
    const CapturedArray& array = each.array;
    const auto one_layer = [&](std::size_t number, const CapturedArray& part) {
      CapturedArray single = without_batch(part, axes);
      if (single.axes() > axes) fail("capture_batch", array, "[1, …]");
      visit(number, std::move(single));
    };
    if (each.name.layer || array.axes() <= axes) {
      one_layer(each.name.layer.value_or(0), array);
      continue;
    }
    if (array.axes() > axes + 2 || array.shape.front() > kMostCapturedLayers)
      fail("capture_shape", array, "[L, H, T, …]");
    for (std::size_t number = 0; number < array.shape.front(); ++number)
      one_layer(number, part_of(array, number));
  }
}

void LayoutReader::read_tokens() {
  for (const auto& [name, texts] : found_.texts) {
    const std::optional<CapturedName> known = captured_name(part_name(name).name);
    if (name.empty() || !known || known->kind != Kind::tokens) continue;
    tell_tokens(texts.size(), {.name = name});
    capture_.tokens = texts;
  }
  for (const NamedArray& each : named_) {
    if (each.name.kind != Kind::ids && each.name.kind != Kind::tokens) continue;
    const CapturedArray list = without_batch(each.array, 1);
    const std::vector<std::int64_t> numbers = all_whole_numbers(list);
    if (list.axes() != 1 || numbers.size() != list.size()) fail("capture_shape", each.array, "[T] I64");
    tell_tokens(numbers.size(), list);
    capture_.ids.clear();
    for (const std::int64_t number : numbers)
      capture_.ids.push_back(
          static_cast<std::int32_t>(std::clamp<std::int64_t>(number, 0, std::numeric_limits<std::int32_t>::max())));
    capture_.has_ids = true;
  }
}

void LayoutReader::read_grids(Kind kind, HeadArray CapturedLayer::*place) {
  for_layers(kind, 3, [&](std::size_t number, CapturedArray array) {
    if (array.axes() == 2) {  // one head
      array.shape.insert(array.shape.begin(), 1);
      array.strides.insert(array.strides.begin(), 0);
    }
    if (array.axes() != 3) fail("capture_shape", array, "[H, T, T]");
    if (choices_.grids == AxisOrder::exchanged) array = exchanged(std::move(array), 1, 2);
    if (cross_.queries == 0 && array.shape[1] != array.shape[2]) fail("capture_shape", array, "[H, T, T]");
    tell_tokens(array.shape[1], array);
    tell_keys(array.shape[2], array);
    layer(number).*place = {std::move(array)};
  });
}

/// A number for all layers, for each, or for one.
void LayoutReader::read_rule(Kind kind, const std::function<void(CapturedLayer&, float)>& set) {
  for (const NamedArray& each : named_) {
    if (each.name.kind != kind) continue;
    const std::size_t count = each.array.size();
    if (count != 1 && (each.name.layer || count != capture_.layers.size()))
      fail("capture_shape", each.array, "[" + std::to_string(capture_.layers.size()) + "]");
    const std::vector<float> numbers = all_numbers(each.array);
    if (each.name.layer) {
      if (*each.name.layer < capture_.layers.size()) set(capture_.layers[*each.name.layer], numbers.front());
      continue;
    }
    for (std::size_t number = 0; number < capture_.layers.size(); ++number)
      set(capture_.layers[number], numbers[count == 1 ? 0 : number]);
  }
}

void LayoutReader::read_residual() {
  std::vector<std::optional<CapturedArray>> places(capture_.layers.size() + 1);
  const auto put = [&](std::size_t place, CapturedArray array) {
    array = without_batch(std::move(array), 2);
    if (place >= places.size()) return;
    if (array.axes() != 2) fail("capture_shape", array, "[T, D]");
    tell_tokens(array.shape[0], array);
    places[place] = std::move(array);
  };
  for_layers(Kind::residual, 2, put);
  for_layers(Kind::residual_before, 2, put);
  for_layers(Kind::residual_after, 2,
             [&](std::size_t number, CapturedArray array) { put(number + 1, std::move(array)); });
  const std::size_t width = places.front() ? places.front()->shape[1] : 0;
  const bool whole =
      std::all_of(places.begin(), places.end(), [&](const auto& place) { return place && place->shape[1] == width; });
  if (!whole || places.size() * tokens_ * width > kLoadedNumbers) return;
  for (const std::optional<CapturedArray>& place : places) {
    Matrix& stream = capture_.residual.emplace_back(tokens_, width);
    stream.values = all_numbers(*place);
  }
}

void LayoutReader::read_logits() {
  for_layers(Kind::logits, 2, [&](std::size_t, const CapturedArray& array) {
    if (array.axes() != 2) fail("capture_shape", array, "[T, V]");
    tell_tokens(array.shape[0], array);
    if (array.size() > kLoadedNumbers) return;
    capture_.logits = Matrix(array.shape[0], array.shape[1]);
    capture_.logits.values = all_numbers(array);
  });
}

CaptureOrigin origin_of(const ArraysOfFile& file, const std::string& name) {
  const auto found = file.texts.find("metadata");
  if (found == file.texts.end() || found->second.size() != 1 || !found->second.front().starts_with('{')) return {};
  const nlohmann::json json = parse_json(found->second.front(), name + ":metadata");
  const auto text = [&](const char* key) {
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
  };
  return {text("program"), text("model"), text("fingerprint"), text("stored_as")};
}

/// Sizes of every layer from what is there of it.
void LayoutReader::settle_layers() {
  for (CapturedLayer& each : capture_.layers) {
    const auto agree = [&](std::size_t& size, const HeadArray& array, std::size_t found) {
      if (array.empty()) return;
      if (size == 0) size = found;
      if (size != found) fail("capture_shape", array.array, std::to_string(size));
    };
    for (const HeadArray* array : {&each.weights, &each.scores, &each.queries, &each.head_outputs, &each.sink})
      if (!array->empty()) agree(each.heads, *array, array->heads());
    for (const HeadArray* array : {&each.keys, &each.values})
      if (!array->empty()) agree(each.kv_heads, *array, array->heads());
    for (const HeadArray* array : {&each.queries, &each.keys})
      if (!array->empty()) agree(each.head_dim, *array, array->cols());
    for (const HeadArray* array : {&each.values, &each.head_outputs})
      if (!array->empty()) agree(each.value_dim, *array, array->cols());
    const bool products = !each.queries.empty() && !each.keys.empty();
    if (each.weights.empty() && each.scores.empty() && !products) {
      each = {};  // nothing of its attention can be told
      continue;
    }
    if (each.kv_heads == 0) each.kv_heads = each.heads;
    if (each.heads % each.kv_heads != 0)
      fail("capture_shape", (each.keys.empty() ? each.values : each.keys).array,
           "[" + std::to_string(each.heads) + ", T, d]");
    if (!each.sink_scores.empty() && each.sink_scores.size() != each.heads) each.sink_scores.clear();
  }
  const bool any = std::any_of(capture_.layers.begin(), capture_.layers.end(),
                               [](const CapturedLayer& each) { return each.heads > 0; });
  if (!any && capture_.states.streams.empty())
    throw Error("capture_names", {.file = file_, .expected = "weights, scores, q + k", .found = "k"});
}

Capture LayoutReader::read() {
  sort_by_kind();
  read_tokens();
  read_grids(Kind::weights, &CapturedLayer::weights);
  read_grids(Kind::scores, &CapturedLayer::scores);
  settle_order();
  read_vectors(Kind::queries, &CapturedLayer::queries);
  read_vectors(Kind::keys, &CapturedLayer::keys);
  read_vectors(Kind::values, &CapturedLayer::values);
  read_vectors(Kind::head_outputs, &CapturedLayer::head_outputs);
  read_sinks();
  read_states();
  settle_layers();
  for (const NamedArray& each : named_)  // layers without attention stand in the stream alone
    if (each.name.kind == Kind::residual && !each.name.layer && each.array.axes() >= 3 &&
        each.array.shape.front() - 1 > capture_.layers.size() && each.array.shape.front() <= kMostCapturedLayers)
      capture_.layers.resize(each.array.shape.front() - 1);
  read_rule(Kind::scale, [](CapturedLayer& each, float scale) { each.scale = scale; });
  read_rule(Kind::cap, [](CapturedLayer& each, float cap) { each.cap = std::max(0.0F, cap); });
  read_rule(Kind::window, [&](CapturedLayer& each, float width) {
    each.window = width >= 1.0F && width < static_cast<float>(tokens_) ? static_cast<std::size_t>(width) : 0;
  });
  read_residual();
  read_logits();
  capture_.origin = origin_of(found_, file_);
  capture_.causal = capture_.causal_is_guessed = cross_.queries == 0;
  for (const NamedArray& each : named_)
    if (each.name.kind == Kind::causal && each.array.size() == 1 && cross_.queries == 0) {
      capture_.causal = all_numbers(each.array).front() != 0.0F;
      capture_.causal_is_guessed = false;
    }
  if (!capture_.has_ids)
    for (std::size_t token = 0; token < tokens_; ++token)
      capture_.ids.push_back(static_cast<std::int32_t>(token));
  capture_.storage = std::move(found_.storage);
  return std::move(capture_);
}

Capture capture_of(ArraysOfFile found, const std::string& file, const CaptureChoices& choices, CrossSizes cross) {
  return LayoutReader(std::move(found), file, choices, cross).read();
}

}  // namespace regard
