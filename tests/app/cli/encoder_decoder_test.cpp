// SPDX-License-Identifier: Apache-2.0
// trace and generate with a model that has an encoder and a decoder.
#include "core/base/text_file.h"
#include "core/engine/decoder_text.h"
#include "core/format/npz.h"
#include "core/text/continuation.h"
#include "tests/app/cli/command_line.h"
#include "tests/core/model/tiny_t5.h"

#include <nlohmann/json.hpp>

namespace regard {
namespace {

using nlohmann::json;
using regard::testing::expect_refusal;
using regard::testing::Said;
using regard::testing::say;

class EncoderDecoderCommands : public ::testing::Test {
protected:
  void SetUp() override {
    testing::tiny_t5().write_to(folder_ / "t5");
    testing::tiny_bert().write_to(folder_ / "bert");
    t5_ = (folder_ / "t5").string();
    model_ = load_model(t5_);
  }
  Said trace(std::vector<std::string> more) {
    more.insert(more.begin(), {"trace", "--model", t5_, "--text", "a b c d"});
    return say(more);
  }
  /// The trace of "a b c d" for the encoder and "f a" for the decoder.
  std::shared_ptr<const Trace> expected() {
    return run(model_, {.ids = ids_of(encode_for_decoder(*model_, "f a")),
                        .encoder_ids = ids_of(model_->tokenizer->encode("a b c d"))});
  }

  testing::TemporaryFolder folder_{};
  std::string t5_{};
  std::shared_ptr<const Model> model_{};
};

TEST_F(EncoderDecoderCommands, trace_writes_the_kind_that_is_asked_with_the_tokens_of_both_axes) {
  const auto trace_ = expected();
  struct Kind {
    const char* name;
    AttentionKind kind;
    std::size_t rows, cols;
  };
  for (const auto& [name, kind, rows, cols] :
       {Kind{"self", AttentionKind::self, 4, 4}, Kind{"cross", AttentionKind::cross, 4, 6},
        Kind{"encoder", AttentionKind::encoder, 6, 6}}) {
    const Said said = trace({"--target", "f a", "--attention", name, "--layer", "1", "--head", "2", "--json"});
    ASSERT_EQ(said.code, 0) << said.err;
    const json object = json::parse(said.out);
    EXPECT_EQ(object["attention"], name);
    EXPECT_EQ(object["tokens"].size(), rows);
    EXPECT_EQ(object["key_tokens"].size(), cols);
    const Matrix weight = weights(attention_of(*trace_, kind), {1, 2});
    for (std::size_t query = 0; query < rows; ++query)
      for (std::size_t key = 0; key < cols; ++key)
        EXPECT_EQ(object["heads"][0]["weights"][query][key].get<float>(), weight(query, key));
  }
}

TEST_F(EncoderDecoderCommands, without_a_target_the_decoder_reads_what_generate_writes) {
  const json object = json::parse(trace({"--json", "--attention", "self"}).out);
  const Said said = say({"generate", "--model", t5_, "--text", "a b c d", "--tokens", "48"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(object["text"].get<std::string>() + "\n", said.out);
}

TEST_F(EncoderDecoderCommands, npz_holds_the_arrays_of_all_three_kinds) {
  const std::string file = (folder_ / "out.npz").string();
  const Said said = trace({"--target", "f a", "--npz", file});
  ASSERT_EQ(said.code, 0) << said.err;
  const std::string bytes = read_file(file, 1 << 24);
  const auto arrays = parse_npz(std::as_bytes(std::span(bytes)), file);
  using Shape = std::vector<std::size_t>;
  EXPECT_EQ(arrays.at("weights").shape, (Shape{2, 3, 4, 4}));
  EXPECT_EQ(arrays.at("cross_weights").shape, (Shape{2, 3, 4, 6}));
  EXPECT_EQ(arrays.at("cross_k").shape, (Shape{2, 3, 6, 4}));
  EXPECT_EQ(arrays.at("cross_q").shape, (Shape{2, 3, 4, 4}));
  EXPECT_EQ(arrays.at("encoder_scores").shape, (Shape{3, 3, 6, 6}));
  EXPECT_EQ(arrays.at("encoder_residual").shape, (Shape{4, 6, 10}));
  EXPECT_EQ(arrays.at("encoder_ids").shape, (Shape{6}));
  const Matrix grid = weights(*expected()->cross, {0, 0});
  const std::vector<float> stored = arrays.at("cross_weights").as_f32();
  for (std::size_t cell = 0; cell < grid.values.size(); ++cell)
    EXPECT_EQ(stored[cell], grid.values[cell]);
}

TEST_F(EncoderDecoderCommands, other_models_refuse_a_target_and_a_kind) {
  const std::string bert = (folder_ / "bert").string();
  expect_refusal(say({"trace", "--model", bert, "--text", "a", "--json", "--target", "b"}), 1, "--target");
  expect_refusal(say({"trace", "--model", bert, "--text", "a", "--json", "--attention", "cross"}), 1, "--attention");
  expect_refusal(trace({"--json", "--attention", "encoder", "--layer", "3"}), 1, "--layer");
}

}  // namespace
}  // namespace regard
