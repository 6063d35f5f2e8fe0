// SPDX-License-Identifier: Apache-2.0
// Any bytes as a GGUF file: a sound list of tensors, a config and a tokenizer, or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/format/dequantize.h"
#include "core/format/gguf.h"
#include "core/model/gguf_model.h"
#include "core/text/tokenizer.h"
#include "tests/fuzz/tokenizer_promises.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes{reinterpret_cast<const std::byte*>(data), size};
  try {
    const regard::Gguf gguf = regard::parse_gguf(bytes, "fuzz");
    std::size_t total = 0;
    for (const auto& tensor : gguf.tensors) {
      if (tensor.begin > tensor.end || tensor.end > size) std::abort();  // bytes that are not there
      total += tensor.end - tensor.begin;
      if (!regard::is_float_kind(tensor.type)) continue;
      const regard::StoredBlock block = regard::block_of(tensor.type);
      const std::size_t blocks = (tensor.end - tensor.begin) / block.bytes;
      std::vector<float> numbers(blocks * block.numbers);
      regard::dequantize(tensor.type, bytes.subspan(tensor.begin, tensor.end - tensor.begin), numbers);
    }
    if (total > size) std::abort();  // they cannot all be apart
    try {
      const regard::ModelConfig config = regard::read_gguf_config(gguf, bytes);
      if (config.layers == 0 || regard::head_count(config) == 0) std::abort();
      static_cast<void>(regard::make_gguf_checkpoint(gguf, config, {}));
    } catch (const regard::Error&) {}
    check_promises(*regard::parse_tokenizer_gguf(gguf), {reinterpret_cast<const char*>(data), size});
  } catch (const regard::Error&) {}
  return 0;
}
