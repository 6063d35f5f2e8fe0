// SPDX-License-Identifier: Apache-2.0
#include "app/style/anomalies_text.h"

#include <array>
#include <cstdio>

namespace regard {
namespace {

/// "0.42", "−250.3".
std::string told(double value, int decimals) {
  std::array<char, 48> digits{};
  (void)std::snprintf(digits.data(), digits.size(), "%.*f", decimals, value);
  const std::string text = digits.data();
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

std::string share_of_hundred(double share) {
  return told(100.0 * share, share < 0.0995 ? 1 : 0) + " %";
}

std::string label_at(const std::vector<std::string>& labels, std::size_t token) {
  return token < labels.size() ? labels[token] : std::to_string(token);
}

std::string anomaly_place(const MassiveActivation& one, const AnomalyWords& words) {
  return one.place == 0 ? words.say("anomalies.embedding") : words.say("anomalies.after", {{"layer", one.place - 1}});
}

/// "3 heads of 48", or that there are none.
std::string heads_told(const AnomalyWords& words, std::string_view key, std::size_t count, std::size_t heads) {
  return count == 0 ? words.say("anomalies.none") : words.counted(key, count, {{"heads", heads}});
}

void tell_rest(AnomalySection& section, const AnomalyWords& words, std::size_t count) {
  if (count > section.lines.size() && !section.lines.empty())
    section.lines.push_back({words.counted("anomalies.more", count - section.lines.size()), {}, {}, {}, {}});
}

AnomalySection sinks(const Anomalies& found, const AnomalyNames& names, const AnomalyWords& words,
                     const AnomalyLimits& limits) {
  AnomalySection section{
      "sinks", words.say("anomalies.sinks"),
      words.say("anomalies.sinks_about", {{"limit", share_of_hundred(static_cast<double>(limits.sink))},
                                          {"uniform", told(static_cast<double>(limits.over_uniform), 0)},
                                          {"even", told(static_cast<double>(limits.over_even_share), 1)}}),
      heads_told(words, "anomalies.sinks_count", found.sink_heads, found.heads)};
  for (const SinkToken& sink : found.sinks)
    section.lines.push_back(
        {words.counted("anomalies.sink", sink.heads,
                       {{"key", label_at(names.keys, sink.key)}, {"share", share_of_hundred(sink.share)}}),
         words.say("anomalies.sink_detail", {{"uniform", share_of_hundred(sink.uniform)},
                                             {"head", names.head(sink.head)},
                                             {"alpha", share_of_hundred(sink.alpha)}}),
         sink.head,
         {},
         sink.key});
  return section;
}

AnomalySection massive(const Anomalies& found, const AnomalyNames& names, const AnomalyWords& words,
                       const AnomalyLimits& limits) {
  AnomalySection section{
      "massive", words.say("anomalies.massive"),
      words.say("anomalies.massive_about", {{"limit", told(static_cast<double>(limits.massive), 0)},
                                            {"ratio", told(static_cast<double>(limits.massive_ratio), 0)}}),
      found.massive_count == 0 ? words.say("anomalies.none")
                               : words.counted("anomalies.massive_count", found.massive_count)};
  const auto values = [&](const MassiveActivation& one, const char* key) {
    return words.say(key, {{"token", label_at(names.queries, one.token)},
                           {"dimension", one.dimension},
                           {"place", anomaly_place(one, words)},
                           {"value", told(static_cast<double>(one.value), 1)},
                           {"ratio", told(static_cast<double>(one.ratio()), 0)}});
  };
  for (const MassiveActivation& one : found.massive)
    section.lines.push_back(
        {values(one, "anomalies.massive_line"), values(one, "anomalies.massive_detail"), {}, one.token, {}});
  tell_rest(section, words, found.massive_count);
  if (section.lines.empty() && found.largest.median > 0.0F)
    section.lines.push_back({values(found.largest, "anomalies.massive_none"), {}, {}, found.largest.token, {}});
  return section;
}

AnomalySection blind(const Anomalies& found, const AnomalyNames& names, const AnomalyWords& words,
                     const AnomalyLimits& limits) {
  AnomalySection section{"blind", words.say("anomalies.blind"),
                         words.say("anomalies.blind_about", {{"limit", told(static_cast<double>(limits.blind), 2)}}),
                         heads_told(words, "anomalies.blind_count", found.blind_count, found.compared_heads)};
  for (const BlindHead& one : found.blind)
    section.lines.push_back(
        {words.counted(one.by_distance ? "anomalies.blind_distance" : "anomalies.blind_key", one.pairs,
                       {{"head", names.head(one.head)}, {"value", told(one.divergence, 3)}}),
         {},
         one.head,
         {},
         {}});
  tell_rest(section, words, found.blind_count);
  return section;
}

AnomalySection one_way(const Anomalies& found, const AnomalyNames& names, const AnomalyWords& words, bool crosses,
                       const AnomalyLimits& limits) {
  AnomalySection section{
      "one_way", words.say("anomalies.one_way"),
      words.say("anomalies.one_way_about", {{"limit", share_of_hundred(static_cast<double>(limits.one_way))},
                                            {"ratio", told(static_cast<double>(limits.one_way_ratio), 0)}}),
      heads_told(words, "anomalies.one_way_count", found.one_way_heads, found.heads)};
  if (!found.looks_both_ways)
    section.count = words.say(crosses ? "anomalies.one_way_cross" : "anomalies.one_way_causal");
  for (const OneWayPair& pair : found.one_way)
    section.lines.push_back({words.say("anomalies.one_way_line", {{"query", label_at(names.queries, pair.query)},
                                                                  {"key", label_at(names.keys, pair.key)},
                                                                  {"there", told(static_cast<double>(pair.there), 2)},
                                                                  {"back", told(static_cast<double>(pair.back), 3)}}),
                             names.head(pair.head), pair.head, pair.query, pair.key});
  tell_rest(section, words, found.one_way_heads);
  return section;
}

AnomalySection unseen(const Anomalies& found, const AnomalyNames& names, const AnomalyWords& words,
                      const AnomalyLimits& limits) {
  AnomalySection section{
      "unseen", words.say("anomalies.unseen"),
      words.say("anomalies.unseen_about", {{"limit", share_of_hundred(static_cast<double>(limits.unseen))}}),
      found.unseen_count == 0 ? words.say("anomalies.none")
                              : words.counted("anomalies.unseen_count", found.unseen_count)};
  const auto line = [&](const SeenToken& seen, const char* key) {
    return AnomalyLine{words.say(key, {{"key", label_at(names.keys, seen.key)},
                                       {"value", share_of_hundred(static_cast<double>(seen.weight))},
                                       {"query", label_at(names.queries, seen.query)}}),
                       names.head(seen.head), seen.head, seen.query, seen.key};
  };
  for (const SeenToken& seen : found.unseen)
    section.lines.push_back(line(seen, "anomalies.unseen_line"));
  tell_rest(section, words, found.unseen_count);
  if (section.lines.empty() && found.any_seen) section.lines.push_back(line(found.least_seen, "anomalies.unseen_none"));
  return section;
}

}  // namespace

std::string AnomalyWords::say(std::string_view key, std::initializer_list<TrValue> values) const {
  const auto found = sentences_.find(key);
  return found == sentences_.end() ? std::string(key) : filled(found->second, values);
}

std::string AnomalyWords::counted(std::string_view key, std::size_t count,
                                  std::initializer_list<TrValue> values) const {
  static constexpr std::array<std::string_view, 4> kForms{".one", ".few", ".many", ".other"};
  const std::string_view form = kForms[static_cast<std::size_t>(plural_form(language_, count))];
  return filled(say(std::string(key) + std::string(form), values), {{"count", count}});
}

std::string anomalies_about(const Anomalies& found, const AnomalyWords& words, bool picture) {
  return words.counted(picture ? "anomalies.about_picture" : "anomalies.about", found.rows, {{"heads", found.heads}});
}

std::vector<AnomalySection> anomaly_sections(const Anomalies& found, const AnomalyNames& names,
                                             const AnomalyWords& words, bool crosses, const AnomalyLimits& limits) {
  std::vector<AnomalySection> sections{sinks(found, names, words, limits)};
  if (found.has_stream) sections.push_back(massive(found, names, words, limits));
  sections.push_back(blind(found, names, words, limits));
  sections.push_back(one_way(found, names, words, crosses, limits));
  sections.push_back(unseen(found, names, words, limits));
  return sections;
}

}  // namespace regard
