// SPDX-License-Identifier: Apache-2.0
#include "app/style/steps_text.h"

#include "app/style/locale.h"
#include "app/viewmodel/steps_pictures.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

namespace regard {
namespace {

using Remarks = std::vector<StepRemark>;

std::string two_decimals(float value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(value));
  return text.data();
}

bool is_recut(const StepsView& view) {
  return view.shown_heads != view.heads;
}

void say_latent(const StepWords& words, const StepsView& view, Remarks& list) {
  if (!view.latent) return;
  list.push_back({words.say("steps.latent", {{"rank", view.latent->rank}})});
  list.push_back({words.say("steps.shared_key", {{"shared", view.latent->shared_dims}})});
}

void say_input(const StepWords& words, const StepsView& view, Remarks& list) {
  const char* norm = view.root_mean_square ? "RMSNorm" : "LayerNorm";
  if (view.norm_before)
    list.push_back(
        {words.say(view.streams > 1 ? "steps.reads_predicted" : "steps.reads_normed", {{"norm", std::string(norm)}})});
  else if (view.reads_embeddings)
    list.push_back({words.say("steps.reads_embeddings")});
  else
    list.push_back({words.say(view.norm_after ? "steps.reads_stream" : "steps.reads_stream_as_it_is")});
  if (view.crosses) list.push_back({words.say("steps.reads_encoder")});
  if (view.keys_of) list.push_back({words.say("steps.keys_of_layer", {{"layer", *view.keys_of}})});
  if (view.values_are_keys) list.push_back({words.say("steps.values_are_keys")});
  say_latent(words, view, list);
}

/// `width`: of a head in what is shown.
void say_widths(const StepWords& words, const StepsView& view, std::size_t width, Remarks& list) {
  const std::size_t product = view.heads * width;
  list.push_back({words.say(product == view.hidden ? "steps.widths_equal" : "steps.widths_differ",
                            {{"heads", view.heads}, {"width", width}, {"product", product}, {"hidden", view.hidden}})});
  if (view.value_dim != view.head_dim)
    list.push_back({words.say("steps.value_width", {{"width", view.head_dim}, {"value_width", view.value_dim}})});
  if (view.kv_heads != view.heads)
    list.push_back({words.say(
        "steps.grouped", {{"heads", view.heads}, {"kv_heads", view.kv_heads}, {"group", view.heads / view.kv_heads}})});
}

/// What comes between the projections and what is shown of the heads.
void say_split(const StepWords& words, const StepsView& view, Remarks& list) {
  if (view.turned || view.qk_norm != QkNorm::none) list.push_back({words.say("steps.split_as_they_meet")});
  if (view.value_norm) list.push_back({words.say("steps.values_normed")});
}

void say_recut(const StepWords& words, const StepsView& view, Remarks& list) {
  if (!is_recut(view)) return;
  list.push_back({words.say("steps.recut", {{"heads", view.heads},
                                            {"width", view.head_dim},
                                            {"shown_heads", view.shown_heads},
                                            {"shown_width", view.shown_width}}),
                  true});
  if (view.turned) list.push_back({words.say("steps.recut_turned"), true});
}

void say_scale(const StepWords& words, const StepsView& view, Remarks& list) {
  const HeadRows& focus = view.numbers.focus;
  if (view.of.switches.unscaled)
    list.push_back({words.say("steps.unscaled"), true});
  else if (view.by_root && focus.scaled.empty())
    list.push_back({words.say("steps.scale_is_one", {{"width", view.shown_width}})});
  else if (focus.scaled.empty())
    list.push_back({words.say("steps.no_scale")});
  else if (!view.by_root)
    list.push_back(
        {words.say("steps.own_scale", {{"scale", short_number(focus.rule.scale)}, {"width", view.shown_width}})});
  if (!focus.capped.empty()) list.push_back({words.say("steps.capped", {{"cap", short_number(focus.rule.cap)}})});
  if (focus.rule.slope != 0.0F)
    list.push_back({words.say("steps.alibi", {{"slope", short_number(focus.rule.slope)}})});
  else if (focus.rule.offsets.table != nullptr)
    list.push_back({words.say("steps.disentangled")});
  else if (!focus.biased.empty())
    list.push_back({words.say("steps.relative")});
  if (focus.temperature != 1.0F)
    list.push_back({words.say("steps.temperature", {{"temperature", short_number(focus.temperature)}})});
  if (focus.sink_shares.empty()) return;
  const float sum = std::accumulate(focus.sink_shares.begin(), focus.sink_shares.end(), 0.0F);
  const float mean = sum / static_cast<float>(focus.sink_shares.size());
  list.push_back({words.say("steps.sink", {{"score", short_number(focus.sink_score)}, {"share", short_number(mean)}})});
}

/// What the mask closes in the picture, and what interventions do.
void say_mask(const StepWords& words, const StepsView& view, Remarks& list) {
  const HeadRows& focus = view.numbers.focus;
  const bool later = view.causal && focus.closed_ahead > 0;
  const bool far = focus.closed_behind > 0 || (!view.causal && focus.closed_ahead > 0);
  if (view.of.switches.unmasked) list.push_back({words.say("steps.unmasked"), true});
  if (later) list.push_back({words.say("steps.causal")});
  if (far) list.push_back({words.say("steps.reach", {{"reach", view.reach}})});
  if (!view.of.switches.unmasked && std::find(focus.masked.begin(), focus.masked.end(), true) == focus.masked.end())
    list.push_back({words.say("steps.nothing_masked")});
  const auto say_count = [&](const char* key, std::size_t count) {
    if (count > 0) list.push_back({words.say(key, {{"count", count}})});
  };
  say_count("steps.closed_by_edits", focus.touched.closed);
  say_count("steps.raised_by_edits", focus.touched.raised);
  say_count("steps.set_by_edits", focus.touched.set);
}

/// Rows of weights that are not seen whole.
void say_outside(const StepWords& words, const StepsView& view, Remarks& list) {
  if (const float outside = weight_outside(view); outside > 0.0F)
    list.push_back({words.say("steps.weight_outside", {{"percent", short_number(100.0F * outside)}})});
}

/// What a person changed inside the heads, and the switches do not follow.
void say_left_out(const StepWords& words, const StepsView& view, Remarks& list) {
  if (view.edits_left_out)
    list.push_back({words.say(is_recut(view) ? "steps.without_edits_of_heads" : "steps.without_edits"), true});
}

void say_focus(const StepWords& words, const StepsView& view, Remarks& list) {
  say_recut(words, view, list);
  if (view.qk_norm == QkNorm::each_head) list.push_back({words.say("steps.heads_normed")});
  if (view.qk_norm == QkNorm::each_head_own) list.push_back({words.say("steps.heads_normed_apart")});
  if (view.qk_norm == QkNorm::all_heads) list.push_back({words.say("steps.heads_normed_together")});
  if (view.turned) list.push_back({words.say(view.latent ? "steps.turned_in_part" : "steps.turned")});
  if (view.value_norm) list.push_back({words.say("steps.values_normed")});
  say_scale(words, view, list);
  say_mask(words, view, list);
  say_outside(words, view, list);
  say_left_out(words, view, list);
}

void say_changed(const StepWords& words, const StepsView& view, Remarks& list) {
  if (view.changed) list.push_back({words.say("steps.changed"), true});
  say_left_out(words, view, list);
}

void say_output(const StepWords& words, const StepsView& view, Remarks& list) {
  say_changed(words, view, list);
  if (view.output_normed) list.push_back({words.say("steps.output_normed")});
  if (view.residual_scale != 1.0F)
    list.push_back({words.say("steps.output_scaled", {{"scale", short_number(view.residual_scale)}})});
  if (view.norm_after) list.push_back({words.say("steps.norm_after")});
}

/// Of long texts only a part is shown.
void say_window(const StepWords& words, const StepsView& view, Remarks& list) {
  const Trace& part = attention_of(*view.of.trace, view.of.kind);
  const auto say = [&](const char* key, Range shown, std::size_t count) {
    if (shown.size() < count)
      list.push_back({words.say(key, {{"first", shown.begin}, {"last", shown.end - 1}, {"count", count}})});
  };
  say("steps.window", view.numbers.queries, part.tokens());
  if (view.crosses) say("steps.window_of_keys", view.numbers.keys, part.keys());
}

}  // namespace

StepWords::StepWords() : sentences_(texts_under("steps.")) {}

std::string StepWords::say(std::string_view key, std::initializer_list<TrValue> values) const {
  const auto found = sentences_.find(key);
  return found == sentences_.end() ? std::string(key) : filled(found->second, values);
}

std::vector<StepRemark> step_remarks(const StepWords& words, const StepsView& view, std::size_t step) {
  Remarks list;
  switch (step) {
    case 2:
      say_recut(words, view, list);
      say_widths(words, view, view.head_dim, list);
      say_split(words, view, list);
      break;
    case 3:
      say_focus(words, view, list);
      break;
    case 4:
      say_changed(words, view, list);
      if (view.output_gate) list.push_back({words.say("steps.output_gate")});
      say_widths(words, view, view.value_dim, list);
      break;
    case 5:
      say_output(words, view, list);
      break;
    default:
      say_input(words, view, list);
      break;
  }
  say_window(words, view, list);
  return list;
}

const char* step_name(std::size_t step) {
  switch (step) {
    case 2:
      return tr("steps.split");
    case 3:
      return tr("steps.focus");
    case 4:
      return tr("steps.concat");
    case 5:
      return tr("steps.output");
    default:
      return tr("steps.projection");
  }
}

std::string who_moved(const StepWords& words, const StepsToken& token, const std::string& label) {
  const auto [shorter, further] = std::minmax(token.attention, token.feed_forward);
  if (shorter <= 0.0F || token.side_path) return {};
  const bool crosses = token.of.kind == AttentionKind::cross;
  const char* by_attention = crosses ? "steps.cross_further" : "steps.attention_further";
  const char* by_feed_forward = crosses ? "steps.feed_forward_further_than_cross" : "steps.feed_forward_further";
  return words.say(token.feed_forward > token.attention ? by_feed_forward : by_attention,
                   {{"token", label},
                    {"ratio", two_decimals(further / shorter)},
                    {"attention", two_decimals(token.attention)},
                    {"feed_forward", two_decimals(token.feed_forward)}});
}

std::vector<std::string> names_of_blocks(const StepWords& words, AttentionKind kind, bool with_other) {
  const bool crosses = kind == AttentionKind::cross;
  std::vector<std::string> names{words.say(crosses ? "steps.cross" : "steps.attention")};
  if (with_other) names.push_back(words.say(crosses ? "steps.attention" : "steps.cross"));
  names.push_back(words.say("steps.feed_forward"));
  return names;
}

std::vector<std::string> names_of_contributions(const StepsToken& token) {
  std::vector<std::string> names;
  for (std::size_t head = 0; head < token.parts.heads.rows; ++head)
    names.push_back(std::to_string(head));
  if (token.has_bias) names.emplace_back("b_O");
  names.emplace_back("Σ");
  return names;
}

}  // namespace regard
