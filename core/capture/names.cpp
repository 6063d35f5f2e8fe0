// SPDX-License-Identifier: Apache-2.0
#include "core/capture/names.h"

#include <array>
#include <charconv>
#include <vector>

namespace regard {
namespace {

struct KnownName {
  std::string_view name;
  CapturedKind kind;
};
constexpr std::array kNames{
    KnownName{"weights", CapturedKind::weights},
    KnownName{"attentions", CapturedKind::weights},
    KnownName{"attention", CapturedKind::weights},
    KnownName{"attn", CapturedKind::weights},
    KnownName{"scores", CapturedKind::scores},
    KnownName{"q", CapturedKind::queries},
    KnownName{"k", CapturedKind::keys},
    KnownName{"v", CapturedKind::values},
    KnownName{"head_out", CapturedKind::head_outputs},
    KnownName{"sink", CapturedKind::sink},
    KnownName{"sink_score", CapturedKind::sink_score},
    KnownName{"residual", CapturedKind::residual},
    KnownName{"hidden_states", CapturedKind::states},
    KnownName{"layers", CapturedKind::state_layers},
    KnownName{"layer_ids", CapturedKind::state_layers},
    KnownName{"logits", CapturedKind::logits},
    KnownName{"ids", CapturedKind::ids},
    KnownName{"input_ids", CapturedKind::ids},
    KnownName{"token_ids", CapturedKind::ids},
    KnownName{"tokens", CapturedKind::tokens},
    KnownName{"scale", CapturedKind::scale},
    KnownName{"cap", CapturedKind::cap},
    KnownName{"window", CapturedKind::window},
    KnownName{"causal", CapturedKind::causal},
};
/// Of TransformerLens, behind "blocks.3." or "blocks.3.attn.".
constexpr std::array kHooks{
    KnownName{"hook_pattern", CapturedKind::weights},
    KnownName{"hook_attn_scores", CapturedKind::scores},
    KnownName{"hook_q", CapturedKind::queries},
    KnownName{"hook_rot_q", CapturedKind::turned_queries},
    KnownName{"hook_k", CapturedKind::keys},
    KnownName{"hook_rot_k", CapturedKind::turned_keys},
    KnownName{"hook_v", CapturedKind::values},
    KnownName{"hook_z", CapturedKind::head_outputs},
    KnownName{"hook_resid_pre", CapturedKind::residual_before},
    KnownName{"hook_resid_post", CapturedKind::residual_after},
};
constexpr std::size_t kMostLayers = 4096;

std::vector<std::string_view> segments_of(std::string_view name) {
  std::vector<std::string_view> segments;
  while (true) {
    const std::size_t end = name.find_first_of("./");
    segments.push_back(name.substr(0, end));
    if (end == std::string_view::npos) return segments;
    name.remove_prefix(end + 1);
  }
}

std::optional<std::size_t> number_of(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || number >= kMostLayers)
    return std::nullopt;
  return number;
}

template <std::size_t Count>
const KnownName* find_known(std::string_view name, const std::array<KnownName, Count>& list) {
  for (const KnownName& each : list)
    if (each.name == name) return &each;
  return nullptr;
}

std::optional<CapturedName> hook_name(const std::vector<std::string_view>& segments) {
  const KnownName* known = find_known(segments.back(), kHooks);
  const bool in_attention = segments.size() == 4 && segments[2] == "attn";
  if (known == nullptr || segments.front() != "blocks" || !(in_attention || segments.size() == 3)) return std::nullopt;
  const std::optional<std::size_t> layer = number_of(segments[1]);
  if (!layer) return std::nullopt;
  return CapturedName{known->kind, layer, true};
}

}  // namespace

std::optional<CapturedName> captured_name(std::string_view name) {
  if (name.empty()) return CapturedName{};  // the one array of an .npy file
  std::vector<std::string_view> segments = segments_of(name);
  if (segments.front() == "blocks") return hook_name(segments);
  CapturedName result;
  std::vector<std::string_view> words;
  for (const std::string_view segment : segments) {
    const std::size_t mark = segment.rfind('_');
    std::optional<std::size_t> number = number_of(segment);
    std::string_view word = number ? std::string_view() : segment;
    if (!number && mark != std::string_view::npos && (number = number_of(segment.substr(mark + 1))))
      word = segment.substr(0, mark);
    if (number && result.layer) return std::nullopt;
    if (number) result.layer = number;
    if (!word.empty()) words.push_back(word);
  }
  const bool in_layers = words.size() == 2 && result.layer && (words[0] == "layers" || words[0] == "layer");
  if (words.size() != 1 && !in_layers) return std::nullopt;
  const KnownName* known = find_known(words.back(), kNames);
  if (known == nullptr) return std::nullopt;
  result.kind = known->kind;
  return result;
}

PartName part_name(std::string_view name) {
  struct Beginning {
    std::string_view word;
    CapturedPart part;
  };
  constexpr std::array kBeginnings{Beginning{"cross", CapturedPart::cross}, Beginning{"encoder", CapturedPart::encoder},
                                   Beginning{"decoder", CapturedPart::self}};
  for (const Beginning& each : kBeginnings) {
    if (!name.starts_with(each.word) || name.size() <= each.word.size() + 1) continue;
    const std::string_view rest = name.substr(each.word.size() + 1);
    if (std::string_view("_./").find(name[each.word.size()]) != std::string_view::npos && captured_name(rest))
      return {each.part, rest};
  }
  return {CapturedPart::self, name};
}

}  // namespace regard
