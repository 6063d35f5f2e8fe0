// SPDX-License-Identifier: Apache-2.0
// Interventions as a list, predictions before and after, and what the cache keeps.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/reading.h"
#include "app/style/locale.h"
#include "app/viewmodel/cache.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"
#include "core/text/visible_text.h"
#include "core/trace/intervention_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

/// "0…3 5…6": token numbers, both ends included; empty: the whole text.
std::string ranges_text(const std::vector<Range>& ranges, std::size_t tokens) {
  std::string text;
  for (const Range& range : ranges)
    text += (text.empty() ? "" : " ") + std::to_string(range.begin) + "…" +
            std::to_string(std::min(range.end, tokens) - std::min<std::size_t>(1, tokens));
  return text;
}

/// An item as the table and the figure tell it.
struct ItemWords {
  std::string kind{}, layer{}, head{}, site{}, source{}, queries{}, keys{}, positions{}, as{};
  TableCell amount = std::string(), mean = std::string();
};

ItemWords item_words(const Intervention& item, std::size_t tokens) {
  const nlohmann::json spelled = interventions_to_json({&item, 1}).front();
  ItemWords words;
  words.kind = spelled.at("kind").get<std::string>();
  if (item.scope.layer) words.layer = std::to_string(*item.scope.layer);
  if (item.scope.head) words.head = std::to_string(*item.scope.head);
  if (spelled.contains("amount")) words.amount = item.amount;
  if (spelled.contains("mean")) words.mean = std::string(item.mean ? "mean" : "zero");
  if (spelled.contains("site")) words.site = spelled.at("site").get<std::string>();
  words.source = item.source_name;
  if (spelled.contains("as")) words.as = spelled.at("as").get<std::string>();
  std::vector<Range> queries, keys;
  for (const Cells& cells : item.cells) {
    queries.push_back(cells.queries);
    keys.push_back(cells.keys);
  }
  words.queries = ranges_text(queries, tokens);
  words.keys = ranges_text(keys, tokens);
  words.positions = ranges_text(item.positions, tokens);
  return words;
}

std::string amount_text(const Intervention& item, const ItemWords& words) {
  if (std::holds_alternative<float>(words.amount)) return figure_number(item.amount, 2);
  return words.mean == TableCell(std::string()) ? std::string() : tr(item.mean ? "intervene.mean" : "intervene.zero");
}

/// «the», «the … king», or what the whole text is called.
std::string quoted(const Range& range, const Encoding& encoding, const char* whole) {
  const std::size_t tokens = encoding.tokens.size();
  if (tokens == 0 || range.begin >= tokens) return "–";
  const std::size_t last = std::min(range.end, tokens) - 1;
  if (range.begin == 0 && last + 1 == tokens) return tr(whole);
  const std::string first = label_of(encoding.tokens[range.begin]);
  return tr("quoted", {{"text", last == range.begin ? first : first + " … " + label_of(encoding.tokens[last])}});
}

std::string cells_text(const Intervention& item, const Encoding& encoding) {
  std::string text;
  for (const Cells& cells : item.cells)
    text += (text.empty() ? "" : ", ") + quoted(cells.queries, encoding, "intervene.all_queries") + " → " +
            quoted(cells.keys, encoding, "intervene.all_keys");
  for (const Range& range : item.positions)
    text += (text.empty() ? "" : ", ") + quoted(range, encoding, "intervene.whole_text");
  return text;
}

std::string mib(std::uint64_t bytes) {
  return figure_number(static_cast<float>(static_cast<double>(bytes) / (1U << 20U)), 3) + " MiB";
}

}  // namespace

ContentPlan plan_interventions(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const std::vector<PlacedIntervention>& list = reading_of(seen.session).interventions;
  if (list.empty()) throw Error("nothing_to_compare", {.item = snapshot.model->name});
  Content content{table_about(snapshot, seen.session, ExportView::interventions), {}};
  content.table.columns = {"number", "on",   "acts", "kind",    "layer", "head",      "amount",
                           "to",     "site", "from", "queries", "keys",  "positions", "as"};
  FigureList drawn;
  drawn.columns = {{"", 30}, {tr("intervene.where"), 130}, {"", 150}, {"", 90, true}, {"", 260}};
  Matrix numbers(list.size(), 4);
  for (std::size_t index = 0; index < list.size(); ++index) {
    const PlacedIntervention& each = list[index];
    const Intervention item = resolved(each, snapshot.encoding);
    const bool left_out = std::any_of(snapshot.left_out.begin(), snapshot.left_out.end(),
                                      [&](const LeftOut& other) { return other.index == index; });
    const ItemWords words = item_words(item, snapshot.encoding.tokens.size());
    content.table.rows.push_back({index, std::size_t{each.on ? 1U : 0U}, std::size_t{each.on && !left_out ? 1U : 0U},
                                  words.kind, words.layer, words.head, words.amount, words.mean, words.site,
                                  words.source, words.queries, words.keys, words.positions, words.as});
    numbers(index, 0) = each.on ? 1.0F : 0.0F;
    numbers(index, 1) = each.on && !left_out ? 1.0F : 0.0F;
    numbers(index, 2) = static_cast<float>(item.kind);
    numbers(index, 3) = item.amount;
    const std::string where = !item.scope.layer ? tr("intervene.at.all")
                              : !item.scope.head
                                  ? tr("intervene.at.layer", {{"layer", *item.scope.layer}})
                                  : tr("intervene.at.head", {{"layer", *item.scope.layer}, {"head", *item.scope.head}});
    std::string what = words.kind + (words.site.empty() ? "" : " " + words.site);
    if (!words.source.empty()) what += " ← " + words.source;
    if (!words.as.empty()) what += " " + words.as + " · " + tr("kinds.untrained");
    drawn.rows.push_back({{each.on && !left_out ? "●" : "○"},
                          {where},
                          {what},
                          {amount_text(item, words)},
                          {cells_text(item, snapshot.encoding)}});
  }
  content.table.arrays.emplace_back("interventions", std::move(numbers));
  content.figure = list_figure(drawn, caption_about(snapshot, tr("intervene.list")), style);
  return [content](bool) { return content; };
}

ContentPlan plan_effect(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  if (!snapshot.model->config.has_lm_head) throw Error("nothing_to_export", {.item = snapshot.model->name});
  std::optional<EffectQuestion> question = effect_question(snapshot, make_predictions(snapshot, seen.session).position);
  if (!question) throw Error("nothing_to_compare", {.item = snapshot.model->name});
  question->token = options.token.value_or(-1);
  FigureList list;
  list.columns = {{"", 160},
                  {tr("effect.before"), 180, false, true},
                  {tr("effect.after"), 180, false, true},
                  {tr("difference.log_change"), 80, true}};
  const std::string& pin = snapshot.comparison ? snapshot.comparison->name : std::string();
  list.above = {pin.empty() ? std::string(tr("effect.with_plain")) : tr("effect.with_pin", {{"name", pin}})};
  return [seen, style, list, question, pin, caption = caption_about(snapshot, tr("effect.prediction"))](bool picture) {
    const EffectView view = make_effect(*question);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::effect), {}};
    content.table.about.insert(content.table.about.end(), {{"baseline", pin},
                                                           {"position", question->after_position},
                                                           {"baseline_position", question->before_position},
                                                           {"divergence", view.divergence}});
    content.table.columns = {"id", "token", "probability_before", "probability_after", "log_probability_change"};
    Matrix numbers(view.rows.size(), 4);
    double largest = 1e-9;
    for (const EffectRow& row : view.rows)
      largest = std::max({largest, row.before, row.after});
    FigureList drawn = list;
    drawn.above.push_back("KL(p‖p′) = " + figure_number(static_cast<float>(view.divergence), 4));
    for (std::size_t index = 0; index < view.rows.size(); ++index) {
      const EffectRow& row = view.rows[index];
      content.table.rows.push_back({static_cast<std::size_t>(row.id), row.text, row.before, row.after, row.change});
      const std::array<double, 4> values{static_cast<double>(row.id), row.before, row.after, row.change};
      std::transform(values.begin(), values.end(), numbers.row(index).begin(),
                     [](double value) { return static_cast<float>(value); });
      drawn.rows.push_back(
          {{visible_text(row.text), NAN, index == view.chosen},
           {figure_number(static_cast<float>(row.before), 4), static_cast<float>(row.before / largest)},
           {figure_number(static_cast<float>(row.after), 4), static_cast<float>(row.after / largest)},
           {signed_figure_number(row.change, 3)}});
    }
    if (picture) content.figure = list_figure(drawn, caption, style);
    content.table.arrays.emplace_back("effect", std::move(numbers));
    return content;
  };
}

ContentPlan plan_cache(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const KvCacheView view = make_kv_cache(snapshot, seen.session);
  Content content{table_about(snapshot, seen.session, ExportView::kv_cache), {}};
  content.table.about.insert(content.table.about.end(),
                             {{"tokens", snapshot.trace->tokens()},
                              {"layers", view.layers},
                              {"heads", view.heads},
                              {"kv_heads", view.kv_heads},
                              {"head_dim", view.head_dim},
                              {"value_dim", view.value_dim},
                              {"latent_rank", view.latent ? view.latent->rank : 0},
                              {"latent_shared_key", view.latent ? view.latent->shared_dims : 0},
                              {"bytes_float32", static_cast<std::size_t>(view.bytes)},
                              {"bytes_float16", static_cast<std::size_t>(view.bytes_half)},
                              {"multiply_adds", static_cast<std::size_t>(view.made.total())},
                              {"multiply_adds_from_scratch", static_cast<std::size_t>(view.from_scratch.total())}});
  content.table.columns = {"run", "why", "tokens", "reused", "computed", "dropped", "milliseconds"};
  FigureList drawn;
  drawn.columns = {{"", 200},
                   {tr("kv_cache.reused_row"), 200, false, true},
                   {tr("kv_cache.computed_row"), 200, false, true},
                   {"ms", 80, true}};
  static constexpr std::array<const char*, 3> kWhy{"text", "prompt", "token"};
  static constexpr std::array<const char*, 3> kKeys{"kv_cache.why_text", "kv_cache.why_prompt", "kv_cache.why_token"};
  Matrix numbers(view.steps.size(), 5);
  const float widest = static_cast<float>(std::max<std::size_t>(view.widest_step, 1));
  for (std::size_t index = 0; index < view.steps.size(); ++index) {
    const CacheStep& step = view.steps[index];
    const auto why = static_cast<std::size_t>(step.why);
    content.table.rows.push_back(
        {index, std::string(kWhy[why]), step.tokens, step.reused, step.computed(), step.dropped, step.milliseconds});
    const std::array<double, 5> values{static_cast<double>(step.tokens), static_cast<double>(step.reused),
                                       static_cast<double>(step.computed()), static_cast<double>(step.dropped),
                                       step.milliseconds};
    std::transform(values.begin(), values.end(), numbers.row(index).begin(),
                   [](double value) { return static_cast<float>(value); });
    drawn.rows.push_back({{tr(kKeys[why], {{"number", index + 1}})},
                          {std::to_string(step.reused), static_cast<float>(step.reused) / widest},
                          {std::to_string(step.computed()), static_cast<float>(step.computed()) / widest},
                          {figure_number(static_cast<float>(step.milliseconds), 2)}});
  }
  drawn.below = {tr("labelled", {{"name", tr("kv_cache.float32")}, {"value", mib(view.bytes)}}),
                 tr("labelled", {{"name", tr("kv_cache.float16")}, {"value", mib(view.bytes_half)}})};
  content.table.arrays.emplace_back("steps", std::move(numbers));
  content.figure = list_figure(drawn, caption_about(snapshot, tr("kv_cache.title")), style);
  return [content](bool) { return content; };
}

}  // namespace regard
