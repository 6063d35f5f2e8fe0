// SPDX-License-Identifier: Apache-2.0
#include "app/style/steps_text.h"

#include "app/style/locale.h"
#include "app/viewmodel/steps_pictures.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace regard {
namespace {

using Remarks = std::vector<StepRemark>;

/// What a thread without a language may want to say.
constexpr std::array kSentences{"steps.reads_stream",
                                "steps.reads_normed",
                                "steps.reads_encoder",
                                "steps.widths_equal",
                                "steps.widths_differ",
                                "steps.grouped",
                                "steps.recut",
                                "steps.recut_turned",
                                "steps.unscaled",
                                "steps.no_scale",
                                "steps.own_scale",
                                "steps.capped",
                                "steps.alibi",
                                "steps.relative",
                                "steps.temperature",
                                "steps.unmasked",
                                "steps.nothing_masked",
                                "steps.causal",
                                "steps.window",
                                "steps.heads_normed",
                                "steps.turned",
                                "steps.changed",
                                "steps.without_edits",
                                "steps.without_edits_of_heads",
                                "steps.output_normed",
                                "steps.norm_after",
                                "steps.feed_forward_further",
                                "steps.attention_further",
                                "steps.attention",
                                "steps.cross",
                                "steps.feed_forward",
                                "steps.about_stream",
                                "steps.about_normed",
                                "steps.about_encoded",
                                "steps.about_q",
                                "steps.about_k",
                                "steps.about_v",
                                "steps.about_q_heads",
                                "steps.about_k_heads",
                                "steps.about_v_heads",
                                "steps.about_before",
                                "steps.about_after",
                                "steps.about_q_head",
                                "steps.about_k_head",
                                "steps.about_v_head",
                                "steps.about_z_head",
                                "steps.about_dots",
                                "steps.about_scaled",
                                "steps.about_capped",
                                "steps.about_biased",
                                "steps.about_masked",
                                "steps.about_weights",
                                "steps.about_joined",
                                "steps.about_z_heads",
                                "steps.about_written",
                                "steps.about_stream_before",
                                "steps.about_after_normed",
                                "steps.about_after_added",
                                "steps.about_contributions",
                                "steps.about_movers"};

std::string two_decimals(float value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(value));
  return text.data();
}

bool is_recut(const StepsView& view) {
  return view.shown_heads != view.heads;
}

void say_input(const StepWords& words, const StepsView& view, Remarks& list) {
  const char* norm = view.root_mean_square ? "RMSNorm" : "LayerNorm";
  list.push_back({view.norm_after ? words.say("steps.reads_stream")
                                  : words.say("steps.reads_normed", {{"norm", std::string(norm)}})});
  if (view.crosses) list.push_back({words.say("steps.reads_encoder")});
}

void say_widths(const StepWords& words, const StepsView& view, Remarks& list) {
  const std::size_t product = view.heads * view.head_dim;
  list.push_back(
      {words.say(product == view.hidden ? "steps.widths_equal" : "steps.widths_differ",
                 {{"heads", view.heads}, {"width", view.head_dim}, {"product", product}, {"hidden", view.hidden}})});
  if (view.kv_heads != view.heads)
    list.push_back({words.say(
        "steps.grouped", {{"heads", view.heads}, {"kv_heads", view.kv_heads}, {"group", view.heads / view.kv_heads}})});
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
  else if (focus.scaled.empty())
    list.push_back({words.say("steps.no_scale")});
  else if (!divides_by_root(view))
    list.push_back(
        {words.say("steps.own_scale", {{"scale", short_number(focus.rule.scale)}, {"width", view.shown_width}})});
  if (!focus.capped.empty()) list.push_back({words.say("steps.capped", {{"cap", short_number(focus.rule.cap)}})});
  if (focus.rule.slope != 0.0F)
    list.push_back({words.say("steps.alibi", {{"slope", short_number(focus.rule.slope)}})});
  else if (!focus.biased.empty())
    list.push_back({words.say("steps.relative")});
  if (focus.temperature != 1.0F)
    list.push_back({words.say("steps.temperature", {{"temperature", short_number(focus.temperature)}})});
}

void say_mask(const StepWords& words, const StepsView& view, Remarks& list) {
  const std::vector<bool>& masked = view.numbers.focus.masked;
  if (view.of.switches.unmasked)
    list.push_back({words.say("steps.unmasked"), true});
  else if (std::find(masked.begin(), masked.end(), true) == masked.end())
    list.push_back({words.say("steps.nothing_masked")});
  else if (view.causal)
    list.push_back({words.say("steps.causal")});
}

/// What a person changed inside the heads, and the switches do not follow.
void say_left_out(const StepWords& words, const StepsView& view, Remarks& list) {
  const Request& request = attention_of(*view.of.trace, view.of.kind).request;
  if (!view.changed || request.interventions.empty()) return;
  list.push_back({words.say(is_recut(view) ? "steps.without_edits_of_heads" : "steps.without_edits"), true});
}

void say_focus(const StepWords& words, const StepsView& view, Remarks& list) {
  say_recut(words, view, list);
  if (view.heads_normed) list.push_back({words.say("steps.heads_normed")});
  if (view.turned) list.push_back({words.say("steps.turned")});
  say_scale(words, view, list);
  say_mask(words, view, list);
  say_left_out(words, view, list);
}

void say_changed(const StepWords& words, const StepsView& view, Remarks& list) {
  if (view.changed) list.push_back({words.say("steps.changed"), true});
  say_left_out(words, view, list);
}

void say_output(const StepWords& words, const StepsView& view, Remarks& list) {
  say_changed(words, view, list);
  if (view.output_normed) list.push_back({words.say("steps.output_normed")});
  if (view.norm_after) list.push_back({words.say("steps.norm_after")});
}

/// Of a long text only a part is shown.
void say_window(const StepWords& words, const StepsView& view, Remarks& list) {
  const std::size_t tokens = attention_of(*view.of.trace, view.of.kind).tokens();
  const Range shown = view.numbers.queries;
  if (shown.size() < tokens)
    list.push_back({words.say("steps.window", {{"first", shown.begin}, {"last", shown.end - 1}, {"count", tokens}})});
}

}  // namespace

StepWords::StepWords() {
  for (const char* key : kSentences)
    sentences_.emplace(key, tr(key));
}

std::string StepWords::say(std::string_view key, std::initializer_list<TrValue> values) const {
  const auto found = sentences_.find(key);
  std::string sentence = found == sentences_.end() ? std::string(key) : found->second;
  for (const TrValue& value : values) {
    const std::string hole = "{" + std::string(value.name) + "}";
    for (std::size_t at = sentence.find(hole); at != std::string::npos;
         at = sentence.find(hole, at + value.text.size()))
      sentence.replace(at, hole.size(), value.text);
  }
  return sentence;
}

std::vector<StepRemark> step_remarks(const StepWords& words, const StepsView& view, std::size_t step) {
  Remarks list;
  switch (step) {
    case 2:
      say_recut(words, view, list);
      say_widths(words, view, list);
      break;
    case 3:
      say_focus(words, view, list);
      break;
    case 4:
      say_changed(words, view, list);
      say_widths(words, view, list);
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
  if (shorter <= 0.0F) return {};
  const float ratio = further / shorter;
  return words.say(token.feed_forward > token.attention ? "steps.feed_forward_further" : "steps.attention_further",
                   {{"token", label},
                    {"ratio", two_decimals(ratio)},
                    {"attention", two_decimals(token.attention)},
                    {"feed_forward", two_decimals(token.feed_forward)}});
}

}  // namespace regard
