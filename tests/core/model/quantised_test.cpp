// SPDX-License-Identifier: Apache-2.0
// Matrices whose numbers have their scales apart (FP8, GPTQ, AWQ): against answers by hand, and what is refused.
#include "core/base/half.h"
#include "core/model/config.h"
#include "core/model/fused.h"
#include "core/model/stored_as.h"
#include "core/model/weight_reader.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <functional>
#include <initializer_list>

namespace regard {
namespace {

using testing::error_of;
using testing::FileTensor;
using testing::TemporaryFolder;
using Method = Quantization::Method;

template <typename Number>
std::string bytes(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

FileTensor words(const std::string& name, std::vector<std::size_t> shape, const std::vector<std::uint32_t>& numbers) {
  return {name, "I32", std::move(shape), bytes(numbers)};
}

FileTensor floats(const std::string& name, std::vector<std::size_t> shape, const std::vector<float>& numbers) {
  return {name, "F32", std::move(shape), bytes(numbers)};
}

/// The tensors of one module "m", and how the config describes them.
struct Module {
  Quantization quantization{};
  std::vector<FileTensor> tensors{};

  [[nodiscard]] FileTensor& at(const std::string& name) {
    return *std::find_if(tensors.begin(), tensors.end(), [&](const FileTensor& tensor) { return tensor.name == name; });
  }
  void remove(const std::string& name) {
    std::erase_if(tensors, [&](const FileTensor& tensor) { return tensor.name == name; });
  }
};

/// What is left when the folder is gone: views keep the mapping.
struct Read {
  Linear linear{};
  std::vector<std::shared_ptr<const void>> storage{};
  std::vector<std::string> unread{};
  std::string stored{};
  std::size_t parameters = 0;

  [[nodiscard]] std::vector<float> numbers() const {
    std::vector<float> all(linear.weight.rows() * linear.weight.cols());
    copy_as_f32(linear.weight, 0, all);
    return all;
  }
};

Read read(const Module& module, std::size_t outputs, std::size_t inputs) {
  const TemporaryFolder folder;
  testing::write(folder / "model.safetensors", testing::safetensors_of(module.tensors));
  Checkpoint checkpoint = open_checkpoint(folder.path());
  checkpoint.quantization = module.quantization;
  WeightReader reader(checkpoint);
  Read result;
  result.linear = reader.linear("m", outputs, inputs, false);
  result.unread = reader.unread();
  result.parameters = reader.parameters();
  result.storage = reader.take_storage();
  result.stored = stored_as(checkpoint);
  return result;
}

/// 8 inputs, 8 outputs, two groups of four inputs: the number of input i for output o is (i + o) % 16.
Module gptq(bool first_version = true) {
  std::vector<std::uint32_t> weights;
  for (std::uint32_t output = 0; output < 8; ++output) {
    std::uint32_t word = 0;
    for (std::uint32_t input = 0; input < 8; ++input)
      word |= (input + output) % 16 << 4 * input;
    weights.push_back(word);
  }
  std::vector<float> scales(16, 0.5F);
  std::fill(scales.begin() + 8, scales.end(), 2.0F);
  return {{.method = Method::gptq, .bits = 4, .group = 4, .zeros_less_one = first_version},
          {words("m.qweight", {1, 8}, weights), words("m.qzeros", {2, 1}, {0x76543210U, 0xFFFFFFFFU}),
           floats("m.scales", {2, 8}, scales), words("m.g_idx", {8}, {0, 0, 0, 0, 1, 1, 1, 1})}};
}

TEST(Quantised, gptq_takes_the_stored_zero_and_one_in_the_first_version) {
  const Read first = read(gptq(), 8, 8), second = read(gptq(false), 8, 8);
  for (std::size_t output = 0; output < 8; ++output)
    for (std::size_t input = 0; input < 8; ++input) {
      const auto number = static_cast<float>(input + output);
      const float zero = input < 4 ? static_cast<float>(output) : 15.0F, scale = input < 4 ? 0.5F : 2.0F;
      EXPECT_EQ(first.numbers()[output * 8 + input], (number - zero - 1.0F) * scale) << output << ", " << input;
      EXPECT_EQ(second.numbers()[output * 8 + input], (number - zero) * scale) << output << ", " << input;
    }
  EXPECT_EQ(first.parameters, 64U);
  EXPECT_EQ(first.stored, "GPTQ, 4 bit");
  EXPECT_TRUE(first.unread.empty());
}

TEST(Quantised, gptq_takes_groups_from_g_idx) {
  Module module = gptq(false);
  module.quantization.act_order = true;
  module.at("m.g_idx") = words("m.g_idx", {8}, {1, 0, 1, 0, 1, 0, 1, 0});
  const Read read_module = read(module, 8, 8);
  EXPECT_EQ(read_module.numbers()[0], (0.0F - 15.0F) * 2.0F);
  EXPECT_EQ(read_module.numbers()[1], 1.0F * 0.5F);
  EXPECT_EQ(read_module.numbers()[8 + 4], (5.0F - 15.0F) * 2.0F);
}

TEST(Quantised, gptq_reads_eight_bits) {
  Module module{{.method = Method::gptq, .bits = 8, .group = 0, .zeros_less_one = true},
                {words("m.qweight", {1, 4}, {0x04030201U, 0xFF000000U, 0U, 0x80U}),
                 words("m.qzeros", {1, 1}, {0xFE00007FU}), floats("m.scales", {1, 4}, {1.0F, 0.5F, 1.0F, 2.0F})}};
  const Read read_module = read(module, 4, 4);
  EXPECT_EQ(read_module.numbers(), (std::vector<float>{-127, -126, -125, -124, -0.5F, -0.5F, -0.5F, 127, -1, -1, -1, -1,
                                                       -254, -510, -510, -510}));
  module.at("m.qzeros") = words("m.qzeros", {1, 1}, {0x00FF0000U});
  const Error error = error_of([&] { (void)read(module, 4, 4); });
  EXPECT_EQ(error.code(), "tensor_value");
  EXPECT_EQ(error.details().item, "m.qzeros");
}

Module awq() {
  // The word 0x75316420 has the number o in the place of output o.
  return {{.method = Method::awq, .bits = 4, .group = 2},
          {words("m.qweight", {8, 1}, std::vector<std::uint32_t>(8, 0x75316420U)),
           words("m.qzeros", {4, 1}, {0U, 0x11111111U, 0x75316420U, 0xFFFFFFFFU}),
           floats("m.scales", {4, 8}, std::vector<float>(32, 0.25F))}};
}

TEST(Quantised, awq_has_eight_outputs_in_a_word_in_its_own_order) {
  const Read module = read(awq(), 8, 8);
  for (std::size_t output = 0; output < 8; ++output)
    for (std::size_t input = 0; input < 8; ++input) {
      const auto number = static_cast<float>(output);
      const float zeros[] = {0.0F, 1.0F, number, 15.0F};
      EXPECT_EQ(module.numbers()[output * 8 + input], (number - zeros[input / 2]) * 0.25F) << output << ", " << input;
    }
  EXPECT_EQ(module.stored, "AWQ, 4 bit");
}

TEST(Quantised, parts_of_the_outputs_keep_their_own_scales) {
  for (const Module& module : {gptq(), awq()}) {
    const Read whole = read(module, 8, 8);
    const std::vector<float> all = whole.numbers();
    const Linear part = output_rows(output_rows(whole.linear, 2, 6), 1, 3);
    std::vector<float> numbers(3 * 8);
    copy_as_f32(part.weight, 0, numbers);
    EXPECT_TRUE(std::equal(numbers.begin(), numbers.end(), all.begin() + 3 * 8));
    std::vector<std::shared_ptr<const void>> storage;
    const Linear odd = output_part(whole.linear, 2, 2, 1, storage);  // [heads, parts, 2 outputs]
    std::vector<float> odd_numbers(4 * 8);
    copy_as_f32(odd.weight, 0, odd_numbers);
    EXPECT_TRUE(std::equal(odd_numbers.begin(), odd_numbers.begin() + 16, all.begin() + 2 * 8));
    EXPECT_TRUE(std::equal(odd_numbers.begin() + 16, odd_numbers.end(), all.begin() + 6 * 8));
  }
}

/// 3 outputs, 40 inputs, all numbers 1.5 (E4M3), blocks of 2 × 32.
Module fp8() {
  return {{.method = Method::fp8, .block_rows = 2, .block_cols = 32},
          {{"m.weight", "F8_E4M3", {3, 40}, std::string(120, '\x3C')},
           floats("m.weight_scale_inv", {2, 2}, {1.0F, 2.0F, 4.0F, 8.0F})}};
}

TEST(Quantised, fp8_has_scales_of_blocks_of_rows_or_of_all) {
  const std::vector<float> blocks = read(fp8(), 3, 40).numbers();
  EXPECT_EQ(blocks[0], 1.5F);
  EXPECT_EQ(blocks[40 + 31], 1.5F);
  EXPECT_EQ(blocks[40 + 32], 3.0F);
  EXPECT_EQ(blocks[80], 6.0F);
  EXPECT_EQ(blocks[119], 12.0F);
  Module rows = fp8();
  rows.quantization = {.method = Method::fp8};
  rows.remove("m.weight_scale_inv");
  rows.tensors.push_back(floats("m.weight_scale", {3, 1}, {1.0F, 2.0F, 4.0F}));
  rows.tensors.push_back(floats("m.input_scale", {1}, {9.0F}));
  const Read by_row = read(rows, 3, 40);
  EXPECT_EQ(by_row.numbers()[39], 1.5F);
  EXPECT_EQ(by_row.numbers()[40], 3.0F);
  EXPECT_EQ(by_row.numbers()[119], 6.0F);
  EXPECT_TRUE(by_row.unread.empty());
  EXPECT_EQ(by_row.stored, "F8_E4M3");
  for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{}, {1}, {1, 1}}) {
    rows.at("m.weight_scale") = floats("m.weight_scale", shape, {0.5F});
    EXPECT_EQ(read(rows, 3, 40).numbers()[77], 0.75F);
  }
}

TEST(Quantised, fp8_without_a_word_about_it_is_its_own_number) {
  Module plain = fp8();
  plain.quantization = {};
  plain.remove("m.weight_scale_inv");
  EXPECT_EQ(read(plain, 3, 40).numbers()[50], 1.5F);
}

struct Damage {
  const char* what;
  std::function<Module()> make;
  std::function<void(Module&)> change;
  const char* code;
  const char* item;
};

TEST(Quantised, refuses_what_does_not_fit_together) {
  const auto first = [] { return gptq(); };
  const Damage damages[] = {
      {"too few scales", first,
       [](Module& m) {
         m.at("m.scales") = floats("m.scales", {1, 8}, std::vector<float>(8));
       },
       "tensor_shape", "m.scales"},
      {"groups that the config does not make", first, [](Module& m) { m.quantization.group = 8; }, "tensor_shape",
       "m.qzeros"},
      {"short zeros", first,
       [](Module& m) {
         m.at("m.qzeros") = words("m.qzeros", {2, 0}, {});
       },
       "tensor_shape", "m.qzeros"},
      {"a group beyond the last", first,
       [](Module& m) {
         m.at("m.g_idx") = words("m.g_idx", {8}, {0, 0, 0, 0, 1, 1, 1, 2});
       },
       "tensor_value", "m.g_idx"},
      {"a group below the first", first,
       [](Module& m) {
         m.at("m.g_idx") = words("m.g_idx", {8}, {0, 0, 0, 0, 1, 1, 1, 0xFFFFFFFFU});
       },
       "tensor_value", "m.g_idx"},
      {"an order that the config denies", first,
       [](Module& m) {
         m.at("m.g_idx") = words("m.g_idx", {8}, {1, 0, 0, 0, 1, 1, 1, 0});
       },
       "quantization_mismatch", "m.g_idx"},
      {"an order that the config promises", first,
       [](Module& m) {
         m.remove("m.g_idx");
         m.quantization.act_order = true;
       },
       "tensor_missing", "m.g_idx"},
      {"a short order", first,
       [](Module& m) { m.at("m.g_idx") = words("m.g_idx", {7}, std::vector<std::uint32_t>(7)); }, "tensor_shape",
       "m.g_idx"},
      {"no scales", first, [](Module& m) { m.remove("m.scales"); }, "tensor_missing", "m.scales"},
      {"no zeros", first, [](Module& m) { m.remove("m.qzeros"); }, "tensor_missing", "m.qzeros"},
      {"whole scales", first,
       [](Module& m) {
         m.at("m.scales") = words("m.scales", {2, 8}, std::vector<std::uint32_t>(16));
       },
       "tensor_dtype", "m.scales"},
      {"broken words", first,
       [](Module& m) {
         m.at("m.qweight") = floats("m.qweight", {1, 8}, std::vector<float>(8));
       },
       "tensor_dtype", "m.qweight"},
      {"both", first,
       [](Module& m) {
         m.tensors.push_back(floats("m.weight", {8, 8}, std::vector<float>(64)));
       },
       "quantization_mismatch", "m.qweight"},
      {"a module that is said to be plain", first, [](Module& m) { m.quantization.unquantised = {"m"}; },
       "quantization_mismatch", "m.qweight"},
      {"AWQ with the words of GPTQ", [] { return awq(); },
       [](Module& m) {
         m.at("m.qweight") = words("m.qweight", {1, 8}, std::vector<std::uint32_t>(8));
       },
       "tensor_shape", "m.qweight"},
      {"FP8 without scales", [] { return fp8(); }, [](Module& m) { m.remove("m.weight_scale_inv"); }, "tensor_missing",
       "m.weight_scale"},
      {"FP8 with scales of other blocks", [] { return fp8(); }, [](Module& m) { m.quantization.block_rows = 1; },
       "tensor_shape", "m.weight_scale_inv"},
      {"FP8 with whole scales", [] { return fp8(); },
       [](Module& m) {
         m.at("m.weight_scale_inv") = words("m.weight_scale_inv", {2, 2}, {1, 2, 3, 4});
       },
       "tensor_dtype", "m.weight_scale_inv"},
      {"FP8 that is said to be plain", [] { return fp8(); }, [](Module& m) { m.quantization.unquantised = {"m"}; },
       "quantization_mismatch", "m.weight"},
  };
  for (const Damage& damage : damages) {
    Module module = damage.make();
    damage.change(module);
    const bool is_fp8 = module.quantization.method == Method::fp8;
    const Error error = error_of([&] { (void)read(module, is_fp8 ? 3 : 8, is_fp8 ? 40 : 8); });
    EXPECT_EQ(error.code(), damage.code) << damage.what << ": " << error.what();
    EXPECT_EQ(error.details().item, damage.item) << damage.what;
  }
  EXPECT_EQ(error_of([&] { (void)read(gptq(), 8, 12); }).code(), "tensor_shape");
  EXPECT_EQ(error_of([&] { (void)read(gptq(), 16, 8); }).code(), "tensor_shape");
}

TEST(Quantised, packed_matrix_cannot_be_one_with_a_plain_one) {
  Module module = gptq();
  module.tensors.push_back(floats("t.weight", {8, 8}, std::vector<float>(64)));
  const TemporaryFolder folder;
  testing::write(folder / "model.safetensors", testing::safetensors_of(module.tensors));
  Checkpoint checkpoint = open_checkpoint(folder.path());
  checkpoint.quantization = module.quantization;
  WeightReader reader(checkpoint);
  EXPECT_EQ(error_of([&] { (void)reader.tied({"t.weight", "m.weight"}, {8, 8}); }).code(), "tensor_tied");
  EXPECT_EQ(error_of([&] { (void)reader.tied({"m.weight", "t.weight"}, {8, 8}); }).code(), "tensor_tied");
}

TEST(Quantised, passes_over_a_bias_of_zeros_alone) {
  Module module = gptq();
  module.tensors.push_back(floats("m.bias", {8}, std::vector<float>(8)));
  EXPECT_TRUE(read(module, 8, 8).unread.empty());
  module.at("m.bias") = floats("m.bias", {8}, std::vector<float>(8, 1.0F));
  EXPECT_EQ(read(module, 8, 8).unread, std::vector<std::string>{"m.bias"});
}

TEST(Quantised, modules_are_left_out_by_their_name_its_beginning_or_its_end) {
  const Quantization quantization{.unquantised = {"lm_head", "model.layers.1"}};
  EXPECT_TRUE(quantization.leaves_out("lm_head"));
  EXPECT_TRUE(quantization.leaves_out("model.lm_head"));
  EXPECT_TRUE(quantization.leaves_out("model.layers.1.mlp.up_proj"));
  EXPECT_FALSE(quantization.leaves_out("model.layers.11.mlp.up_proj"));
}

}  // namespace
}  // namespace regard
