// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/model_card.h"

#include "app/base/layer_sizes.h"
#include "app/panels/common/command.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/quantities.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/model_menu.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <utility>

namespace regard {
namespace {

constexpr float kNames = 13.0F;  ///< ems

/// "6 312 448": digits by threes, with spaces that do not break.
std::string grouped(std::size_t count) {
  std::string digits = std::to_string(count);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
    digits.insert(static_cast<std::size_t>(place), "\u00A0");
  return digits;
}

/// The first layer that turns queries and keys; of those that see the whole text, where some do (Gemma 3). Null: none turns.
const LayerPlan* far_turning_layer(const ModelConfig& config) {
  const LayerPlan* near = nullptr;
  for (const LayerPlan& plan : config.plans) {
    if (!std::holds_alternative<Rotary>(plan.positions)) continue;
    if (plan.attention.window.width == 0) return &plan;
    if (near == nullptr) near = &plan;
  }
  return near;
}

/// How the layers with a window turn them, where their base is another (ModernBERT, Gemma 3). Null: it is the same, or none has a window.
const Rotary* other_turning(const ModelConfig& config, const Rotary& far) {
  for (const LayerPlan& plan : config.plans) {
    const auto* rotary = std::get_if<Rotary>(&plan.positions);
    if (rotary != nullptr && plan.attention.window.width > 0 && rotary->rope.base != far.rope.base) return rotary;
  }
  return nullptr;
}

/// Tells of the attention of all: layers without softmax have none of its settings.
const LayerPlan& first_with_softmax(const ModelConfig& config) {
  const auto found =
      std::find_if(config.plans.begin(), config.plans.end(), [](const LayerPlan& plan) { return has_softmax(plan); });
  return found == config.plans.end() ? config.plans.front() : *found;
}

std::string embedded_positions_of(const ModelConfig& config) {
  if (std::holds_alternative<LearnedPositions>(config.embedded_positions)) return tr("card.positions_learned");
  if (std::holds_alternative<Sinusoids>(config.embedded_positions)) return tr("card.positions_sinusoidal");
  return {};
}

std::string positions_in_layers_of(const ModelConfig& config) {
  const Positions& first = first_with_softmax(config).positions;
  if (const auto* relative = std::get_if<RelativeBias>(&first))
    return tr("card.positions_relative", {{"buckets", relative->buckets}});
  if (std::holds_alternative<Alibi>(first)) return tr("card.positions_alibi");
  if (const auto* offsets = std::get_if<Disentangled>(&first))
    return tr("card.positions_disentangled", {{"rows", 2 * offsets->span}});
  const LayerPlan* turning = far_turning_layer(config);
  if (turning == nullptr) return {};
  const Rotary& rotary = std::get<Rotary>(turning->positions);
  if (rotary.two_axes)
    return tr("card.positions_picture", {{"base", grouped(static_cast<std::size_t>(rotary.rope.base))}});
  static constexpr std::array kScalings{"", " · linear", " · dynamic", " · llama3", " · YaRN", " · LongRoPE"};
  const std::string far = tr("card.positions_rope", {{"base", grouped(static_cast<std::size_t>(rotary.rope.base))},
                                                     {"turned", 2 * rotary.rope.turned.value_or(rotary.width / 2)},
                                                     {"width", turning->attention.head_dim}}) +
                          kScalings.at(static_cast<std::size_t>(rotary.rope.scaling));
  const Rotary* near = other_turning(config, rotary);
  if (near == nullptr) return far;
  return tr("card.positions_near", {{"rope", far}, {"base", grouped(static_cast<std::size_t>(near->rope.base))}});
}

/// A model may have both (MPNet, DeBERTa).
std::string positions_of(const ModelConfig& config) {
  const std::string embedded = embedded_positions_of(config), in_layers = positions_in_layers_of(config);
  if (embedded.empty() || in_layers.empty()) return embedded + in_layers;
  return tr("listed", {{"list", embedded}, {"next", in_layers}});
}

std::string activation_of(const ModelConfig& config) {
  static constexpr std::array kNamesOf{"GELU", "GELU (tanh)", "ReLU", "ReLU²", "SiLU", "QuickGELU"};
  const auto has_block = [](const LayerPlan& each) { return each.feed_forward.width > 0; };
  const auto with_block = std::find_if(config.plans.begin(), config.plans.end(), has_block);
  if (with_block == config.plans.end()) return {};
  const FeedForward& plan = with_block->feed_forward;
  const std::string name = kNamesOf.at(static_cast<std::size_t>(plan.activation));
  if (plan.clamped)
    return tr("card.clamped",
              {{"slope", plain_number(plan.clamped->slope)}, {"limit", plain_number(plan.clamped->limit)}});
  return plan.gated ? tr("card.gated", {{"activation", name}}) : name;
}

std::string direction_of(const ModelConfig& config) {
  return tr(config.encoder ? "card.encoder_decoder" : config.causal ? "card.causal" : "card.bidirectional");
}

/// Layers whose attention sees only what is near, and how near.
std::string windows_of(const ModelConfig& config) {
  std::map<std::size_t, std::size_t> layers;  // by width
  for (const LayerPlan& plan : config.plans)
    if (plan.attention.window.width > 0) ++layers[plan.attention.window.width];
  std::string text;
  for (const auto& [size, count] : layers)
    text += (text.empty() ? "" : ", ") + tr_plural("card.window", size, {{"window", grouped(size)}, {"layers", count}});
  return text;
}

/// Of models that read pictures, and of one of two towers.
void add_picture_specials(std::vector<std::string>& list, const ModelConfig& config) {
  if (config.tower) list.emplace_back(tr(*config.tower == Tower::text ? "card.text_tower" : "card.vision_tower"));
  if (!config.patches) return;
  const PatchConfig& patches = *config.patches;
  if (patches.special_tokens.empty()) list.emplace_back(tr("card.no_class_token"));
  const auto registers =
      static_cast<std::size_t>(std::count_if(patches.special_tokens.begin(), patches.special_tokens.end(),
                                             [](const std::string& token) { return token.starts_with("[REG"); }));
  if (registers > 0) list.push_back(tr_plural("card.registers", registers));
  const std::size_t side = patches.learned_side;
  if (side > 0 && (side != patches.rows() || side != patches.cols()))
    list.push_back(tr("card.stretched", {{"side", side}, {"columns", patches.cols()}, {"rows", patches.rows()}}));
}

/// Query heads that share a key head.
std::size_t query_heads_of_each(const SoftmaxAttention& plan) {
  return plan.heads / std::max<std::size_t>(1, plan.kv_heads);
}

/// Layers that keep a state in the place of a softmax.
void add_mixers(std::vector<std::string>& list, const ModelConfig& config) {
  std::size_t deltas = 0, spaces = 0, channels = 0, halves = 0;
  for (const LayerPlan& plan : config.plans) {
    const bool by_channel = decays_by_channel(plan);
    deltas += std::holds_alternative<GatedDelta>(plan.mixer) ? 1 : 0;
    spaces += std::holds_alternative<StateSpace>(plan.mixer) && !by_channel ? 1 : 0;
    channels += by_channel ? 1 : 0;
    halves += plan.beside ? 1 : 0;
  }
  if (deltas > 0) list.push_back(tr("card.gated_delta", {{"layers", deltas}}));
  if (spaces > 0) list.push_back(tr("card.state_space", {{"layers", spaces}}));
  if (channels > 0) list.push_back(tr("card.state_channels", {{"layers", channels}}));
  if (halves > 0) list.push_back(tr("card.halves"));
}

/// Of Gemma 4: how layers come by keys and values, and what else they read.
void add_keys_and_values(std::vector<std::string>& list, const ModelConfig& config) {
  std::size_t one_projection = 0, shared = 0;
  for (const LayerPlan& plan : config.plans) {
    one_projection += plan.attention.values_are_keys ? 1 : 0;
    shared += plan.attention.keys_of ? 1 : 0;
  }
  const LayerPlan& first = config.plans.front();
  if (first.attention.value_norm) list.emplace_back(tr("card.value_norm"));
  if (one_projection > 0) list.push_back(tr_plural("card.values_are_keys", one_projection));
  if (shared > 0) list.push_back(tr_plural("card.shared_keys", shared));
  if (first.token_row > 0)
    list.push_back(tr(config.streams ? "card.token_row_streams" : "card.token_row", {{"width", first.token_row}}));
  if (first.stream_factor) list.emplace_back(tr("card.stream_factor"));
  if (const auto& experts = first.feed_forward.experts; experts && experts->own_norms)
    list.emplace_back(tr("card.own_norms"));
}

/// Of Gemma 3n: what stands beside the stream, and what lets few numbers through.
void add_streams(std::vector<std::string>& list, const ModelConfig& config) {
  if (config.streams) list.push_back(tr("card.streams", {{"count", config.streams->count}}));
  if (const std::size_t rank = config.plans.front().side_rank; rank > 0)
    list.push_back(tr("card.side_path", {{"rank", rank}}));
  std::size_t sparse = 0;
  float cutoff = 0.0F;
  for (const LayerPlan& plan : config.plans)
    if (plan.feed_forward.cutoff) ++sparse, cutoff = *plan.feed_forward.cutoff;
  if (sparse > 0) list.push_back(tr_plural("card.sparse", sparse, {{"cutoff", plain_number(cutoff)}}));
}

/// What sets it apart from the paper's Transformer.
std::vector<std::string> specials_of(const ModelConfig& config) {
  std::vector<std::string> list;
  const auto add = [&list](bool is_so, const char* key) {
    if (is_so) list.emplace_back(tr(key));
  };
  if (std::string each = sizes_in_words(config, query_heads_of_each); each != "1")
    list.push_back(tr("card.shared_heads", {{"each", std::move(each)}}));
  if (config.sharing.groups > 0)
    list.push_back(tr_plural("card.shared_layers", config.sharing.groups * config.sharing.inner));
  add_mixers(list, config);
  if (std::string windows = windows_of(config); !windows.empty()) list.push_back(std::move(windows));
  const LayerPlan& first = first_with_softmax(config);
  const auto any_layer = [&](const auto& is_so) {
    return std::any_of(config.plans.begin(), config.plans.end(), is_so);
  };
  if (const float cap = first.attention.cap; cap > 0.0F)
    list.push_back(tr("card.score_cap", {{"cap", plain_number(cap)}}));
  if (config.logit_cap > 0.0F) list.push_back(tr("card.logit_cap", {{"cap", plain_number(config.logit_cap)}}));
  add(config.has_lm_head && config.tied_embeddings && !config.patches, "card.tied");
  add(!config.has_lm_head && config.class_head.empty(), config.patches ? "card.no_classes" : "card.no_head");
  add(config.class_head.of == ClassHead::Of::spans, "card.span_head");
  if (!config.class_head.empty() && !config.labels.empty())
    list.push_back(tr("card.class_head", {{"count", config.labels.size()}}));
  const bool own = first.attention.qk_norm == QkNorm::each_head_own;
  add(first.attention.qk_norm != QkNorm::none && !own, "card.qk_norm");
  add(own, "card.qk_norm_own");
  add_keys_and_values(list, config);
  add_streams(list, config);
  add(is_parallel(first.norms), "card.parallel");
  add(first.norms == NormPlace::shared, "card.one_norm");
  add(any_layer([](const LayerPlan& plan) { return plan.attention.sink; }), "card.sinks");
  add(first.attention.output_gate, "card.output_gate");
  add(first.layer_scale, "card.layer_scale");
  add(first.attention.unbiased_keys, "card.unbiased_keys");
  add(first.norms == NormPlace::after, "card.post_norm");
  add(first.norms == NormPlace::both, "card.output_norms");
  add(first.norms == NormPlace::written, "card.written_norms");
  if (config.embedding_scale != 1.0F)
    list.push_back(tr("card.embedding_scale", {{"scale", plain_number(config.embedding_scale)}}));
  if (first.residual_scale != 1.0F)
    list.push_back(tr("card.residual_scale", {{"scale", plain_number(first.residual_scale)}}));
  if (config.logit_scale != 1.0F) list.push_back(tr("card.logit_scale", {{"scale", plain_number(config.logit_scale)}}));
  add(first_rotary(config) != nullptr && first_rotary(config)->interleaved, "card.interleaved");
  add(first.attention.linear, "card.linear");
  if (const auto& latent = first.attention.latent)
    list.push_back(tr("card.latent", {{"rank", latent->rank}, {"shared", latent->shared_dims}}));
  if (config.unread_layers > 0) list.push_back(tr("card.unread_layers", {{"count", config.unread_layers}}));
  add(first_rotary(config) != nullptr && any_layer([](const LayerPlan& plan) {
        return has_softmax(plan) && std::holds_alternative<NoPositions>(plan.positions);
      }),
      "card.unrotated");
  add_picture_specials(list, config);
  return list;
}

void add_sizes(std::vector<CardLine>& card, const ModelConfig& config) {
  const auto add = [&card](const char* key, std::size_t count) { card.push_back({tr(key), grouped(count)}); };
  if (config.encoder) add("card.encoder_layers", config.encoder->layers);
  add(config.encoder ? "card.decoder_layers" : "card.layers", config.layers);
  const auto add_words = [&card](const char* key, std::string value) { card.push_back({tr(key), std::move(value)}); };
  add_words("card.heads", heads_in_words(config));
  add_words("card.kv_heads", sizes_in_words(config, [](const SoftmaxAttention& plan) { return plan.kv_heads; }));
  add_words("card.head_width", sizes_in_words(config, [](const SoftmaxAttention& plan) { return plan.head_dim; }));
  const std::string value_widths = sizes_in_words(config, value_dim);
  if (value_widths != sizes_in_words(config, [](const SoftmaxAttention& plan) { return plan.head_dim; }))
    add_words("card.value_width", value_widths);
  add("card.width", config.hidden);
}

/// "16 384", "27–31" where the dense layers differ.
std::string dense_widths(const ModelConfig& config) {
  std::size_t least = 0, most = 0;
  for (const LayerPlan& plan : config.plans) {
    const std::size_t width = plan.feed_forward.experts ? 0 : plan.feed_forward.width;
    if (width == 0) continue;
    least = least == 0 ? width : std::min(least, width);
    most = std::max(most, width);
  }
  return least == most ? grouped(most) : grouped(least) + "–" + grouped(most);
}

/// One kind of layer after the other: a model may have dense layers between its mixtures.
void add_feed_forward(std::vector<CardLine>& card, const ModelConfig& config) {
  const auto add = [&card](const char* key, std::string value) { card.push_back({tr(key), std::move(value)}); };
  const auto is_mixture = [](const LayerPlan& plan) { return plan.feed_forward.experts.has_value(); };
  const auto dense = std::find_if(config.plans.begin(), config.plans.end(), [&](const LayerPlan& plan) {
    return plan.feed_forward.width > 0 && !is_mixture(plan);
  });
  const auto has_none = [](const LayerPlan& plan) { return plan.feed_forward.width == 0; };
  if (dense != config.plans.end()) add("card.feed_forward", dense_widths(config));
  if (std::all_of(config.plans.begin(), config.plans.end(), has_none))
    add("card.feed_forward", tr("card.no_feed_forward"));
  const auto mixture = std::find_if(config.plans.begin(), config.plans.end(), is_mixture);
  if (mixture == config.plans.end()) return;
  const Experts& experts = *mixture->feed_forward.experts;
  const auto layers = std::count_if(config.plans.begin(), config.plans.end(), is_mixture);
  add("card.experts", tr("card.experts_chosen", {{"count", experts.count}, {"chosen", experts.chosen}}));
  if (dense != config.plans.end()) add("card.expert_layers", grouped(static_cast<std::size_t>(layers)));
  add("card.expert_width", grouped(mixture->feed_forward.width));
  if (experts.shared_width > 0) add("card.shared_expert", grouped(experts.shared_width));
}

void draw_line(const CardLine& line) {
  const float left = ImGui::GetCursorPosX();
  const bool beside = ImGui::GetContentRegionAvail().x > em(2.0F * kNames);
  coloured(theme().text_muted, line.name);
  if (beside) {
    ImGui::SameLine();
    ImGui::SetCursorPosX(left + em(kNames));
  }
  ImGui::PushTextWrapPos(0.0F);
  coloured(theme().text, line.value);
  ImGui::PopTextWrapPos();
}

}  // namespace

std::vector<CardLine> model_card(const Model& model) {
  const ModelConfig& config = model.config;
  std::vector<CardLine> card;
  const auto add = [&card](const char* key, std::string value) {
    if (!value.empty()) card.push_back({tr(key), std::move(value)});
  };
  add("card.architecture", config.architecture);
  add("card.direction", direction_of(config));
  add("card.parameters", grouped(model.parameters));
  if (const std::size_t idle = idle_parameters(config); idle > 0)
    add("card.active_parameters", grouped(model.parameters - idle));
  add("card.numbers", model.stored_as);
  add_sizes(card, config);
  add_feed_forward(card, config);
  add("card.activation", activation_of(config));
  add("card.positions", positions_of(config));
  add("card.context", tr_plural("status.tokens", config.context));
  if (!config.patches) add("card.vocabulary", grouped(config.vocabulary));
  if (config.patches && !config.labels.empty()) add("card.labels", grouped(config.labels.size()));
  if (config.patches) {
    const PatchConfig& patches = *config.patches;
    add("card.picture", tr("card.patches", {{"width", patches.width},
                                            {"height", patches.height},
                                            {"columns", patches.cols()},
                                            {"rows", patches.rows()}}));
  } else if (model.tokenizer) {
    const std::string told = model.tokenizer->description();
    add("card.tokenizer", told.substr(0, told.find(',')));
  }
  std::string specials;
  for (const std::string& each : specials_of(config))
    specials += (specials.empty() ? "" : "\n") + each;
  add("card.special", std::move(specials));
  std::string adapters;
  for (const ModelAdapter& adapter : model.adapters)
    adapters += (adapters.empty() ? "" : "\n") +
                tr("card.adapter", {{"adapter", adapter.name}, {"strength", plain_number(adapter.strength)}});
  add("card.adapters", std::move(adapters));
  add("card.file", model.folder.string());
  add("card.size", file_size(model.bytes_on_disk));
  return card;
}

std::string as_text(const Model& model, const std::vector<CardLine>& card) {
  std::string text = full_name(model) + "\n";
  for (const CardLine& line : card) {
    std::string value = line.value;
    for (std::size_t at = value.find('\n'); at != std::string::npos; at = value.find('\n', at))
      value.replace(at, 1, "; ");
    text += line.name + "\t" + value + "\n";
  }
  return text;
}

void draw_model_card(PanelContext& context) {
  const Model* model = context.snapshot.model.get();
  if (model == nullptr) return coloured(theme().text_muted, tr("status.no_model"));
  const ScopedRaisedFrames frames;
  heading(full_name(*model));
  if (const ModelEntry* entry = entry_on_show(context); entry != nullptr && !about_of(*entry).empty())
    wrapped_caption(about_of(*entry));
  gap(0.75F);
  const std::vector<CardLine> card = model_card(*model);
  for (const CardLine& line : card)
    draw_line(line);
  gap(0.75F);
  if (ImGui::Button(tr("card.copy"))) context.command(CopyText{as_text(*model, card)});
  probe_last_item("card.copy");
  ImGui::SameLine();
  if (ImGui::Button(tr("card.close"))) context.state.of<WindowState>().overlay = Overlay::none;
  probe_last_item("card.close");
}

}  // namespace regard
