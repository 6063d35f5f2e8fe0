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

void check(const regard::Capture& capture) {
  const std::size_t tokens = capture.token_count();
  if (tokens == 0 || (!capture.tokens.empty() && capture.tokens.size() != tokens)) std::abort();
  for (const regard::CapturedLayer& layer : capture.layers) {
    if (layer.heads == 0) continue;
    if (layer.kv_heads == 0 || layer.heads % layer.kv_heads != 0) std::abort();
    for (const regard::HeadArray* array : {&layer.weights, &layer.scores, &layer.queries, &layer.head_outputs})
      read_all(*array, layer.heads, tokens);
    for (const regard::HeadArray* array : {&layer.keys, &layer.values})
      read_all(*array, layer.kv_heads, tokens);
    read_all(layer.sink, layer.heads, 1);
  }
  if (regard::tokenizer_of(capture)->encode("").tokens.size() != tokens) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    regard::Capture capture = regard::capture_of(regard::parse_arrays(bytes, "fuzz", kLimit), "fuzz");
    check(capture);
    regard::look_at_rows(capture, "fuzz");
    regard::look_at_products(capture);
  } catch (const regard::Error&) {}
  try {
    (void)regard::parse_headvis({reinterpret_cast<const char*>(data), size}, "fuzz");
  } catch (const regard::Error&) {}
  return 0;
}
