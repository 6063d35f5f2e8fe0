// SPDX-License-Identifier: Apache-2.0
// A Llama whose matrices are of one of ggml's later kinds of numbers, and the same with those numbers in float32: one and the same
// trace, to the last bit. That the numbers are right is shown by dequantize_test.cpp.
#include "core/base/random.h"
#include "core/engine/engine.h"
#include "core/format/dequantize.h"
#include "core/model/model.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/format/gguf_writer.h"

#include <gtest/gtest.h>
#include <vector>

namespace regard {
namespace {

using testing::GgufWriter;

constexpr std::size_t kKindsHidden = 256, kKindsKeys = 128, kKindsWords = 11;

struct FileKind {
  std::uint32_t number;  ///< in a file
  StoredType type;
  std::size_t scale;  ///< the byte of a block that says how large its numbers are, and what it becomes
  unsigned kept, added;
};

/// Random blocks of small numbers.
std::string random_blocks_of(const FileKind& kind, std::size_t rows, std::size_t cols, std::uint64_t seed) {
  Random random(seed);
  std::string bytes(stored_bytes(kind.type, rows * cols), '\0');
  for (char& byte : bytes)
    byte = static_cast<char>(random.below(256));
  for (std::size_t at = kind.scale; at < bytes.size(); at += block_of(kind.type).bytes)
    bytes[at] = static_cast<char>((static_cast<unsigned char>(bytes[at]) & kind.kept) | kind.added);
  return bytes;
}

std::string in_float32(StoredType type, const std::string& bytes, std::size_t count) {
  std::vector<float> numbers(count);
  dequantize(type, {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}, numbers);
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)};
}

std::shared_ptr<const Model> llama_of(const FileKind& kind, bool widened) {
  GgufWriter file;
  file.text("general.architecture", "llama");
  file.u32("llama.context_length", 32);
  file.u32("llama.embedding_length", kKindsHidden);
  file.u32("llama.block_count", 1);
  file.u32("llama.feed_forward_length", kKindsHidden);
  file.u32("llama.attention.head_count", 4);
  file.u32("llama.attention.head_count_kv", 2);
  file.f32("llama.attention.layer_norm_rms_epsilon", 1e-6F);
  file.text("tokenizer.ggml.model", "gpt2");
  file.text("tokenizer.ggml.pre", "gpt-2");
  file.texts("tokenizer.ggml.tokens", {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"});
  std::uint64_t seed = 1;
  const auto add = [&](const std::string& name, std::size_t rows, std::size_t cols) {
    const std::string bytes = random_blocks_of(kind, rows, cols, ++seed);
    if (widened)
      file.tensor(name + ".weight", {cols, rows}, 0, in_float32(kind.type, bytes, rows * cols));
    else
      file.tensor(name + ".weight", {cols, rows}, kind.number, bytes);
  };
  const auto add_norm = [&](const std::string& name) {
    std::string bytes;
    for (std::size_t at = 0; at < kKindsHidden; ++at)
      bytes += testing::little_endian(1.0F);
    file.tensor(name + ".weight", {kKindsHidden}, 0, bytes);
  };
  add("token_embd", kKindsWords, kKindsHidden);
  add_norm("blk.0.attn_norm");
  add("blk.0.attn_q", kKindsHidden, kKindsHidden);
  add("blk.0.attn_k", kKindsKeys, kKindsHidden);
  add("blk.0.attn_v", kKindsKeys, kKindsHidden);
  add("blk.0.attn_output", kKindsHidden, kKindsHidden);
  add_norm("blk.0.ffn_norm");
  add("blk.0.ffn_gate", kKindsHidden, kKindsHidden);
  add("blk.0.ffn_up", kKindsHidden, kKindsHidden);
  add("blk.0.ffn_down", kKindsHidden, kKindsHidden);
  add_norm("output_norm");
  add("output", kKindsWords, kKindsHidden);
  const testing::TemporaryFolder folder;
  testing::write(folder / "kinds.gguf", file.file());
  return load_model(folder / "kinds.gguf");
}

TEST(GgufKinds, OfEveryLaterKindGiveTheTraceOfTheSameNumbersInFloat32WithinRounding) {
  const FileKind kinds[] = {
      {16, StoredType::iq2_xxs, 1, 0x03, 0x18}, {17, StoredType::iq2_xs, 1, 0x03, 0x18},
      {22, StoredType::iq2_s, 1, 0x03, 0x18},   {18, StoredType::iq3_xxs, 1, 0x03, 0x18},
      {21, StoredType::iq3_s, 1, 0x03, 0x18},   {19, StoredType::iq1_s, 1, 0x03, 0x24},
      {29, StoredType::iq1_m, 55, 0x0F, 0x20},  {20, StoredType::iq4_nl, 1, 0x03, 0x14},
      {23, StoredType::iq4_xs, 1, 0x03, 0x08},  {34, StoredType::tq1_0, 53, 0x03, 0x28},
      {35, StoredType::tq2_0, 65, 0x03, 0x28},  {39, StoredType::mxfp4, 0, 0x01, 0x78},
  };
  for (const FileKind& kind : kinds) {
    const auto model = llama_of(kind, false), wide = llama_of(kind, true);
    EXPECT_EQ(model->stored_as, name_of(kind.type));
    const Request request{.ids = {3, 1, 4, 1, 5, 9, 2, 6}, .all_logits = true};
    const auto trace = run(model, request), expected = run(wide, request);
    const auto within_rounding = [](const std::vector<float>& ours, const std::vector<float>& theirs) {
      double largest = 0.0;
      for (const float number : theirs)
        largest = std::max(largest, std::abs(static_cast<double>(number)));
      return testing::worst_difference(ours, theirs) <= 1e-5 * (1.0 + largest);
    };
    EXPECT_TRUE(within_rounding(trace->logits.values, expected->logits.values)) << name_of(kind.type);
    EXPECT_TRUE(within_rounding(testing::all_scores(*trace), testing::all_scores(*expected))) << name_of(kind.type);
    EXPECT_TRUE(within_rounding(testing::all_weights(*trace), testing::all_weights(*expected))) << name_of(kind.type);
    double largest = 0.0;
    for (const float logit : trace->logits.values)
      largest = std::max(largest, std::abs(static_cast<double>(logit)));
    EXPECT_GT(largest, 0.01) << name_of(kind.type);
  }
}

}  // namespace
}  // namespace regard
