// SPDX-License-Identifier: Apache-2.0
// Every number of every family's config.json replaced by what nobody expects there: the model opens and its numbers are finite,
// or a regard::Error names the item. No other exception, no hang, no memory without end.
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "tests/core/base/sanitizers.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/reference.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Pointer = json::json_pointer;

constexpr long kMostMemory = 1'000'000;  // KiB that the process may hold at once beside what it held before

/// The first are one of each kind: whatever reads a setting has to refuse one of them.
constexpr const char* kHostile[] = {"-1",
                                    "\"12\"",
                                    "[3]",
                                    "{}",
                                    "0",
                                    "1",
                                    "3",
                                    "4096",
                                    "1000000000",
                                    "4294967299",
                                    "18446744073709551615",
                                    "1e300",
                                    "-1e300",
                                    "0.5",
                                    "1e-30",
                                    "true",
                                    "null",
                                    "[4096, 1]",
                                    "[]"};
constexpr std::size_t kKinds = 4;

/// Settings that some family reads although its small model here does not write them down.
constexpr const char* kUnwritten[] = {"pos_att_type",
                                      "position_buckets",
                                      "norm_rel_ebd",
                                      "conv_kernel_size",
                                      "attention_head_size",
                                      "pooler_hidden_size",
                                      "inner_group_num",
                                      "num_hidden_groups",
                                      "relative_attention_num_buckets",
                                      "global_attn_every_n_layers",
                                      "local_attention",
                                      "layer_types",
                                      "rope_theta",
                                      "sliding_window",
                                      "head_dim",
                                      "num_key_value_heads",
                                      "max_window_layers",
                                      "no_rope_layer_interval",
                                      "no_rope_layers",
                                      "partial_rotary_factor",
                                      "original_max_position_embeddings",
                                      "query_pre_attn_scalar",
                                      "attn_logit_softcapping",
                                      "final_logit_softcapping",
                                      "rope_local_base_freq",
                                      "num_experts",
                                      "num_local_experts",
                                      "num_experts_per_tok",
                                      "moe_intermediate_size",
                                      "shared_expert_intermediate_size",
                                      "decoder_sparse_step",
                                      "mlp_only_layers",
                                      "n_inner",
                                      "num_register_tokens",
                                      "num_channels",
                                      "mlp_ratio",
                                      "embedding_size",
                                      "type_vocab_size",
                                      "pad_token_id",
                                      "decoder_start_token_id",
                                      "forced_bos_token_id",
                                      "decoder_vocab_size",
                                      "layer_norm_epsilon",
                                      "rms_norm_eps",
                                      "embedding_multiplier",
                                      "attention_multiplier",
                                      "residual_multiplier",
                                      "logits_scaling",
                                      "logit_scale",
                                      "sliding_window_pattern",
                                      "rotary_dim",
                                      "num_kv_heads",
                                      "n_head_kv",
                                      "ffn_hidden_size",
                                      "num_ln_in_parallel_attn",
                                      "mamba_d_head",
                                      "time_step_limit",
                                      "moe_latent_size",
                                      "attention_head_dim"};

void collect_numbers(const json& node, const Pointer& place, std::vector<Pointer>& places) {
  if (node.is_number()) places.push_back(place);
  if (node.is_object())
    for (const auto& [key, value] : node.items())
      collect_numbers(value, place / key, places);
  if (node.is_array() && !node.empty()) {
    collect_numbers(node.front(), place / 0, places);
    places.push_back(place);
  }
}

bool is_finite(const Matrix& matrix) {
  return std::all_of(matrix.values.begin(), matrix.values.end(), [](float number) { return std::isfinite(number); });
}

/// Everything that one stack of blocks computed.
bool is_finite(const Trace& trace) {
  const auto sound = [](const LayerTrace& layer) {
    return is_finite(layer.queries) && is_finite(layer.keys) && is_finite(layer.values) &&
           is_finite(layer.head_outputs) && is_finite(layer.log_sum_exp) && is_finite(layer.feed_forward_output);
  };
  return std::all_of(trace.residual.begin(), trace.residual.end(),
                     [](const Matrix& rows) { return is_finite(rows); }) &&
         std::all_of(trace.layers.begin(), trace.layers.end(), sound) && is_finite(trace.logits) &&
         (trace.encoder == nullptr || is_finite(*trace.encoder)) && (trace.cross == nullptr || is_finite(*trace.cross));
}

/// A text of three tokens, or a picture.
Request request_for(const Model& model) {
  Request request{.all_logits = model.config.has_lm_head};
  if (model.config.patches) {
    const PatchConfig& patches = *model.config.patches;
    request.patches = std::make_shared<const Matrix>(prepare_image(RgbImage(5, 3), model.image_steps, patches).patches);
    for (std::size_t id = 0; id < model.config.context; ++id)
      request.ids.push_back(static_cast<std::int32_t>(id));
    return request;
  }
  const auto ids = [](const ModelConfig& config) {
    std::vector<std::int32_t> result;
    for (std::size_t id = 0; id < std::min<std::size_t>(3, config.context); ++id)
      result.push_back(static_cast<std::int32_t>(id % config.vocabulary));
    return result;
  };
  request.ids = ids(model.config);
  if (model.config.encoder) request.encoder_ids = ids(*model.config.encoder);
  return request;
}

class HostileConfig : public testing::ReferenceTest {
protected:
  void SetUp() override {
    ReferenceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const fs::path known = testing::reference_folder(GetParam());
    for (const auto& entry : fs::directory_iterator(known))
      if (const fs::path name = entry.path().filename(); name != "config.json" && name != "reference.npz")
        fs::create_symlink(entry.path(), folder_ / name.string());
    config_ = json::parse(read_file(known / "config.json", 1 << 20));
  }

  /// How it went: "" where the model runs, the item of the error, or a complaint that begins with "!".
  std::string outcome_of(const json& config) {
    fs::remove(folder_ / "config.json");  // ext4 writes what is cut to nothing and written anew to the disk at once
    testing::write(folder_ / "config.json", config.dump());
    try {
      const auto model = load_model(folder_.path());
      const auto trace = run(model, request_for(*model));
      return is_finite(*trace) ? "" : "!not finite";
    } catch (const Error& error) {
      // The weights are sound: a config that breaks the numbers should have been refused.
      if (error.code().starts_with("not_finite")) return "!" + std::string(error.what());
      return error.details().item.empty() ? "!no item: " + std::string(error.what()) : error.details().item;
    } catch (const std::exception& error) {
      return "!" + std::string(error.what());
    }
  }

  testing::TemporaryFolder folder_{};
  json config_{};
};

/// A line of what the system says of this process.
long kibibytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word && word != name) {}
  long count = 0;
  EXPECT_TRUE(status >> count) << name;
  return count;
}

/// From now on the most memory held is counted anew: tests before this one have held some.
long forget_most_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
  return kibibytes("VmRSS:");
}

TEST_P(HostileConfig, opens_a_sound_model_or_names_the_item) {
  const long held = forget_most_memory();
  ASSERT_EQ(outcome_of(config_), "");
  std::vector<Pointer> places;
  collect_numbers(config_, Pointer(), places);
  for (const char* key : kUnwritten)
    places.push_back(Pointer() / key);
  // Under sanitizers every twelfth pair: each value and each place is still among them.
  constexpr std::size_t step = testing::sanitized ? 12 : 1;
  static_assert(std::size(kHostile) % step != 0 || step == 1);
  std::size_t pair = 0, opened = 0, refused = 0;
  for (const Pointer& place : places) {
    std::size_t tried_here = 0, opened_here = 0;
    for (const char* value : kHostile) {
      if (pair++ % step != 0) continue;
      // What goes with a number, a text, a list and an object alike is read by nobody: other values change nothing, either.
      if (tried_here == kKinds && opened_here == kKinds) continue;
      json config = config_;
      config[place] = json::parse(value);
      const std::string outcome = outcome_of(config);
      EXPECT_FALSE(outcome.starts_with('!')) << place.to_string() << " = " << value << ": " << outcome;
      ++tried_here;
      opened_here += outcome.empty() ? 1 : 0;
    }
    opened += opened_here;
    refused += tried_here - opened_here;
  }
  EXPECT_GT(refused, opened / 10);
  EXPECT_LT(kibibytes("VmHWM:") - held, kMostMemory);
}

INSTANTIATE_TEST_SUITE_P(
    Families, HostileConfig,
    ::testing::Values(
        "bart-f32", "bert-gelu-f32", "bloom-6-heads-f32", "deit-f32", "distilbert-f32", "electra-projected-f32",
        "gemma-f32", "gemma2-capped-f32", "gemma3-two-ropes-f32", "gpt2-f32", "llama-biases-linear-f32",
        "llama-dynamic-f32", "llama-llama3-f32", "llama-yarn-f32", "m2m100-f32", "marian-f32", "mbart-scaled-f16",
        "mistral-window-f32", "mixtral-window-f16", "mt5-f32", "neox-parallel-f32", "olmoe-f32", "opt-f32",
        "opt-post-norm-projected-f16", "pegasus-f32", "phi3-longrope-partial-f32", "qwen2-moe-f32", "qwen2-window-f16",
        "qwen3-moe-f32", "qwen3-one-kv-head-bf16", "roberta-f32", "smollm3-every-fourth-bf16", "smollm3-listed-f32",
        "t5-relu-tied-f32", "umt5-bf16", "vit-f32", "vit-oblong-without-bias-f16", "learner-rotary-f32",
        "learner-alibi-rms-f32", "learner-learned-window-f32", "learner-none-rms-f32", "olmo2-f32", "olmo3-yarn-f32",
        "granite-f32", "starcoder2-window-f16", "stablelm-f32", "stablelm-parallel-bf16", "cohere-f32",
        "cohere-normed-f16", "cohere2-f32", "gptj-f32", "gptj-whole-bf16", "falcon-one-kv-head-f32",
        "falcon-groups-bf16", "falcon-groups-one-norm-f16", "deepseek-v2-groups-f16", "deepseek-v3-f32",
        "falcon-alibi-f32", "clip-towers-f32", "clip-vision-leftover-f16", "clip-text-f16", "siglip-f32",
        "dinov2-fewer-patches-f16", "dinov2-giant-more-patches-f32", "dinov2-registers-f32", "dinov3-f32",
        "albert-groups-f16", "mpnet-f32", "deberta-v2-own-projections-f16", "deberta-v3-f32", "deberta-v1-short-bf16",
        "modern-bert-f32", "dinov3-gated-oblong-f16", "granite-hybrid-f32", "granite-hybrid-rope-bf16",
        "nemotron-h-f32", "nemotron-h-groups-f16", "falcon-h1-f32", "falcon-h1-normed-bf16", "falcon-h1-baked-f32",
        "jamba-f32", "jamba-dense-bf16", "mamba-f32", "mamba-untied-f16", "mamba2-f32", "gemma3n-three-streams-f32",
        "gemma3n-wrapped-bf16", "gemma4-dense-f32", "gemma4-shared-f16", "gemma4-mixture-f32", "gemma4-wrapped-bf16"),
    testing::name_of);

}  // namespace
}  // namespace regard
