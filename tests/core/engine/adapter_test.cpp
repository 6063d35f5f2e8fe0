// SPDX-License-Identifier: Apache-2.0
// Adapters against PyTorch (tests/reference/adapters.py), which writes the changed matrices out.
#include "core/engine/linear.h"
#include "core/trace/trace.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/engine/reference.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <iostream>
#include <numeric>

namespace regard {
namespace {

using testing::Reference;
using testing::reference_folder;
using testing::ReferenceRun;

struct Adapted {
  const char* adapter;
  const char* model;
};

std::ostream& operator<<(std::ostream& out, const Adapted& adapted) {
  return out << adapted.adapter;
}

constexpr Adapted kAdapted[] = {
    {"adapter-patterns-f32", "llama-biases-linear-f32"}, {"adapter-rslora-bf16", "llama-llama3-f32"},
    {"adapter-qwen3-f16", "qwen3-one-kv-head-bf16"},     {"adapter-gpt2-f32", "gpt2-f32"},
    {"adapter-bert-saved-f32", "bert-tanh-f16"},         {"adapter-bert-bare-f32", "bert-bare-bf16"},
    {"adapter-dora-f32", "neox-parallel-f32"},           {"adapter-dora-gpt2-f32", "gpt2-f32"}};

class Adapters : public ::testing::TestWithParam<Adapted> {
protected:
  void SetUp() override { REGARD_NEEDS(reference_folder() / "stamp.txt"); }

  [[nodiscard]] static std::shared_ptr<const Model> open(float strength = 1.0F) {
    const AdapterUse use[] = {{reference_folder(GetParam().adapter), strength}};
    return load_model(reference_folder(GetParam().model), use);
  }
  [[nodiscard]] static Reference reference() { return testing::open_reference(GetParam().adapter, open()); }
};

TEST_P(Adapters, AgreeWithPyTorchAtEveryStrength) {
  const Reference reference = Adapters::reference();
  testing::Differences worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(at_strengths(*reference.model, one.strengths), one.request);
    const testing::Differences found = testing::differences(*trace, reference.arrays, one.name);
    for (const auto& [tensor, difference] : found)
      EXPECT_LE(difference, testing::kReferenceTolerance) << tensor << " at strength " << one.strengths.front();
    testing::gather(worst, found);
  }
  testing::tell(GetParam().adapter, worst);
}

TEST_P(Adapters, AreHeardAtEachStrength) {
  const Reference reference = Adapters::reference();
  const ReferenceRun& trained = reference.runs.at(1);
  ASSERT_EQ(trained.strengths, std::vector<float>{1.0F});
  for (const float other : {0.9F, 1.1F, -1.0F}) {
    const float strengths[] = {other};
    const auto trace = run(at_strengths(*reference.model, strengths), trained.request);
    EXPECT_GT(testing::worst_of(testing::differences(*trace, reference.arrays, trained.name)),
              10 * testing::kReferenceTolerance)
        << other;
  }
}

TEST_P(Adapters, OpenAtTheStrengthThatIsAskedFor) {
  const Reference reference = Adapters::reference();
  const ReferenceRun& half = reference.runs.at(2);
  const auto opened = run(open(half.strengths.front()), half.request);
  const auto set = run(at_strengths(*reference.model, half.strengths), half.request);
  EXPECT_EQ(opened->logits.values, set->logits.values);
  EXPECT_EQ(opened->residual.back().values, set->residual.back().values);
}

TEST_P(Adapters, AtStrengthZeroTheModelIsItsBaseUnlessTheAdapterSaysOtherwise) {
  const Reference reference = Adapters::reference();
  const Request& request = reference.runs.front().request;
  const float none[] = {0.0F};
  const auto silent = run(at_strengths(*reference.model, none), request);
  const auto base = run(load_model(reference_folder(GetParam().model)), request);
  const bool same =
      silent->residual.back().values == base->residual.back().values && silent->logits.values == base->logits.values;
  EXPECT_EQ(same, reference.model->adapters.front().is_base_at_0());
}

TEST_P(Adapters, TellWhatTheyChange) {
  const auto model = open();
  ASSERT_EQ(model->adapters.size(), 1U);
  const ModelAdapter& told = model->adapters.front();
  EXPECT_EQ(told.name, GetParam().adapter);
  EXPECT_EQ(told.config.base, std::string("made/") + GetParam().model);
  EXPECT_FALSE(told.low_rank.empty());
  EXPECT_GE(told.most_rank, told.least_rank);
  EXPECT_GT(told.least_rank, 0U);
  EXPECT_GT(told.parameters, 0U);
  EXPECT_EQ(told.replaced.size(), std::string(GetParam().adapter) == "adapter-bert-saved-f32" ? 4U : 0U);
}

/// What views multiply with by themselves is what the run multiplied with.
TEST_P(Adapters, RowsOfTheAdaptedMatricesMakeItsProducts) {
  const auto model = open(0.7F);
  std::size_t adapted = 0;
  for (const LayerWeights& layer : model->weights->layers)
    for (const Linear* linear : {&layer.query, &layer.key, &layer.value, &layer.output, &layer.up, &layer.down}) {
      if (linear->adapted.empty()) continue;
      ++adapted;
      std::vector<float> x(linear->weight.cols()), row(x.size()), product(linear->weight.rows());
      for (std::size_t index = 0; index < x.size(); ++index)
        x[index] = std::sin(static_cast<float>(index) * 1.7F);
      project({x.data(), 1, x.size()}, *linear, {product.data(), 1, product.size()}, {});
      for (std::size_t output = 0; output < product.size(); ++output) {
        copy_weights_of(*linear, output, row);
        const double sum = std::inner_product(row.begin(), row.end(), x.begin(), 0.0);
        EXPECT_NEAR(sum + (linear->bias.empty() ? 0.0 : linear->bias[output]), product[output], 1e-5);
      }
    }
  EXPECT_GT(adapted, 0U);
}

INSTANTIATE_TEST_SUITE_P(Files, Adapters, ::testing::ValuesIn(kAdapted),
                         [](const auto& instance) { return testing::test_name(instance.param.adapter); });

class AdapterTest : public ::testing::Test {
protected:
  void SetUp() override { REGARD_NEEDS(reference_folder() / "stamp.txt"); }
};

TEST_F(AdapterTest, SeveralAddUp) {
  const AdapterUse uses[] = {{reference_folder("adapter-gpt2-f32")}, {reference_folder("adapter-dora-gpt2-f32")}};
  const Reference reference = testing::open_reference("two-adapters", load_model(reference_folder("gpt2-f32"), uses));
  const ReferenceRun& one = reference.runs.front();
  ASSERT_EQ(one.strengths.size(), 2U);
  const auto trace = run(at_strengths(*reference.model, one.strengths), one.request);
  EXPECT_LE(testing::worst_of(testing::differences(*trace, reference.arrays, one.name)), testing::kReferenceTolerance);
}

/// llama.cpp's file of the same adapter, over both spellings of the model.
TEST_F(AdapterTest, InGgufIsTheSameAdapter) {
  const std::filesystem::path base = reference_folder("llama-biases-linear-f32");
  const AdapterUse peft[] = {{reference_folder("adapter-patterns-f32")}}, gguf[] = {{reference_folder("adapter.gguf")}};
  const Reference reference = testing::open_reference("adapter-patterns-f32", load_model(base, peft));
  const ReferenceRun& trained = reference.runs.at(1);
  for (const auto& model :
       {load_model(base, gguf), load_model(base.string() + ".gguf", gguf), load_model(base.string() + ".gguf", peft)}) {
    const auto trace = run(model, trained.request);
    EXPECT_LE(testing::worst_of(testing::differences(*trace, reference.arrays, trained.name)),
              testing::kReferenceTolerance);
    EXPECT_EQ(model->adapters.front().low_rank.size(), reference.model->adapters.front().low_rank.size());
  }
}

/// A LoRA of rank 2 for one matrix of a model, written as PEFT does.
struct MadeAdapter {
  testing::TemporaryFolder folder{};

  MadeAdapter(std::initializer_list<std::string> modules, std::size_t outputs, std::size_t inputs) {
    testing::TinyCheckpoint adapter;
    for (const std::string& module : modules) {
      adapter.add("base_model.model." + module + ".lora_A.weight", {2, inputs});
      adapter.add("base_model.model." + module + ".lora_B.weight", {outputs, 2});
    }
    testing::write(folder.path() / "adapter_config.json", R"({"peft_type": "LORA", "r": 2, "lora_alpha": 1})");
    testing::write(folder.path() / "adapter_model.safetensors", testing::safetensors_of(adapter.tensors));
  }
  [[nodiscard]] std::shared_ptr<const Model> over(const std::filesystem::path& model) const {
    const AdapterUse use[] = {{folder.path()}};
    return load_model(model, use);
  }
};

double worst_offset(const Model& model, std::size_t layer) {
  const auto& offsets = std::get<Disentangled>(model.config.plans[layer].positions);
  const Matrix& table = model.weights->relative_embedding;
  Matrix keys(table.rows, table.cols), queries = keys;
  project(all_rows(table), model.weights->layers[layer].key, all_rows(keys), {});
  project(all_rows(table), model.weights->layers[layer].query, all_rows(queries), {});
  return std::max(testing::worst_difference(offsets.keys->values, keys.values),
                  testing::worst_difference(offsets.queries->values, queries.values));
}

/// DeBERTa makes keys and queries of offsets by the tokens' own matrices when it is opened.
TEST_F(AdapterTest, KeysAndQueriesOfOffsetsAreMadeByTheAdaptedMatrices) {
  const std::string name = "deberta.encoder.layer.1.attention.self.";
  const MadeAdapter made({name + "key_proj", name + "query_proj"}, 39, 39);
  const auto base = load_model(reference_folder("deberta-v3-f32"));
  const auto model = made.over(reference_folder("deberta-v3-f32"));
  ASSERT_EQ(model->adapters.front().low_rank.size(), 2U);
  const float strengths[] = {0.4F};
  const auto weaker = at_strengths(*model, strengths);
  for (const auto& each : {model, weaker}) {
    EXPECT_LE(worst_offset(*each, 0), 1e-5);
    EXPECT_LE(worst_offset(*each, 1), 1e-5);
  }
  const auto keys = [](const Model& of) { return std::get<Disentangled>(of.config.plans[1].positions).keys->values; };
  EXPECT_GT(testing::worst_difference(keys(*model), keys(*base)), 0.1);
  EXPECT_GT(testing::worst_difference(keys(*weaker), keys(*model)), 0.05);
}

/// The rows of Falcon's joined matrix lie in another order in GGUF files where there are several groups.
TEST_F(AdapterTest, OfFalconWithRowsInAnotherOrderIsRefused) {
  const std::string name = "transformer.h.1.self_attention.query_key_value";
  const MadeAdapter made({name}, 48 + 2 * 2 * 8, 48), of_one({name}, 40 + 2 * 8, 40);
  const std::string groups = reference_folder("falcon-groups-bf16").string();
  EXPECT_EQ(made.over(groups)->adapters.size(), 1U);
  EXPECT_EQ(testing::error_of([&] { (void)made.over(groups + ".gguf"); }).code(), "adapter_order");
  const std::string one = reference_folder("falcon-one-kv-head-f32").string();
  const auto folder = of_one.over(one), gguf = of_one.over(one + ".gguf");  // there is one order of one group
  const Request request{.ids = {5, 17, 3, 42}};
  EXPECT_LE(testing::worst_difference(run(folder, request)->residual.back().values,
                                      run(gguf, request)->residual.back().values),
            testing::kReferenceTolerance);
}

}  // namespace
}  // namespace regard
