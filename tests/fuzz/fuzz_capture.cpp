// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of a captured run, and as a head of HeadVis: a Capture whose arrays can be read to the last number, or a
// regard::Error, nothing else.
#include "core/base/error.h"
#include "core/capture/headvis.h"
#include "core/capture/layout.h"
#include "core/capture/memo.h"
#include "core/model/captured.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

namespace {

constexpr std::size_t kLimit = 1 << 20;  // bytes, so that a bomb does not slow the search down

void read_all(const regard::HeadArray& array, std::size_t heads, std::size_t rows) {
  if (array.empty()) return;
  if (array.heads() != heads || array.rows() != rows) std::abort();
  std::vector<float> row(array.cols());
  for (std::size_t head = 0; head < heads; ++head)
    for (std::size_t each = 0; each < rows; ++each)
      array.read(head, each, {0, row.size()}, row);
}

/// `keys`: of cross-attention another text's; 0: the same one's.
void check(const regard::Capture& capture, std::size_t keys = 0) {
  const std::size_t tokens = capture.token_count();
  if (keys == 0) keys = tokens;
  if (tokens == 0 || (!capture.tokens.empty() && capture.tokens.size() != tokens)) std::abort();
  if (capture.open_vectors || capture.open_grids) std::abort();
  for (const regard::CapturedLayer& layer : capture.layers) {
    if (layer.heads == 0) continue;
    if (layer.kv_heads == 0 || layer.heads % layer.kv_heads != 0) std::abort();
    for (const regard::HeadArray* array : {&layer.weights, &layer.scores, &layer.queries, &layer.head_outputs})
      read_all(*array, layer.heads, tokens);
    for (const regard::HeadArray* array : {&layer.weights, &layer.scores})
      if (!array->empty() && array->cols() != keys) std::abort();
    for (const regard::HeadArray* array : {&layer.keys, &layer.values})
      read_all(*array, layer.kv_heads, keys);
    read_all(layer.sink, layer.heads, 1);
  }
  for (const regard::CapturedArray& stream : capture.states.streams) {
    if (stream.axes() != 2 || stream.shape[0] != tokens) std::abort();
    (void)regard::all_numbers(stream);
  }
}

void check_all(const std::span<const std::byte> bytes, const regard::CaptureChoices& choices) {
  try {
    const auto capture = std::make_shared<regard::Capture>(
        regard::read_capture(regard::parse_arrays(bytes, "fuzz", kLimit), "fuzz", choices));
    check(*capture);
    if (capture->encoder) check(*capture->encoder);
    if (capture->cross) check(*capture->cross, capture->encoder->token_count());
    const std::size_t read = capture->encoder ? capture->encoder->token_count() : capture->token_count();
    if (regard::tokenizer_of(*capture)->encode("").tokens.size() != read) std::abort();
    if (regard::model_of(capture)->config.layers != capture->layers.size()) std::abort();
  } catch (const regard::Error&) {}
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  check_all(bytes, {});
  check_all(bytes, {.vectors = regard::AxisOrder::exchanged, .grids = regard::AxisOrder::exchanged});
  check_all(bytes, {.vectors = regard::AxisOrder::usual, .checkpoint = "beside", .layers = {1, 0}});
  try {
    (void)regard::parse_headvis({reinterpret_cast<const char*>(data), size}, "fuzz");
  } catch (const regard::Error&) {}
  return 0;
}
