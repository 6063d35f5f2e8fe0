// SPDX-License-Identifier: Apache-2.0
#include "app/session/action_context.h"
#include "app/session/selection.h"
#include "app/viewmodel/selection.h"
#include "app/viewmodel/views.h"
#include "core/analysis/words.h"
#include "core/text/visible_text.h"

#include <algorithm>
#include <optional>

namespace regard {
namespace {

std::size_t selected_token(TokenAnchor anchor, TextSide side, const Snapshot& snapshot, const Session& session) {
  const Encoding& encoding = encoding_of(snapshot, side);
  const std::string& text = text_of(session, side, &snapshot.encoding);
  return resolve(moved(anchor, edit_between(text, encoding.text)), encoding);
}

/// The side of a kind of attention; a model of one text has but one.
TextSide side_in(const Snapshot& snapshot, TextSide wanted) {
  return has_two_texts(snapshot) ? wanted : TextSide::encoder;
}

std::vector<TokenGroup> lone_groups(std::size_t count) {
  std::vector<TokenGroup> groups(count);
  for (std::size_t token = 0; token < count; ++token)
    groups[token] = {token};
  return groups;
}

/// A word as the text has it; its pieces' own texts may be signs for bytes.
std::string group_label(const Encoding& encoding, const TokenGroup& group) {
  const std::size_t begin = encoding.tokens[group.front()].begin, end = encoding.tokens[group.back()].end;
  if (group.size() == 1 || begin >= end) return label_of(encoding.tokens[group.front()]);
  return visible_word(std::string_view(encoding.text).substr(begin, end - begin));
}

/// Does no space stand between the tokens, which are both in the text?
bool are_glued(const Encoding& encoding, std::size_t before, std::size_t after) {
  const Token &first = encoding.tokens[before], &second = encoding.tokens[after];
  if (after != before + 1 || first.begin >= first.end || second.begin >= second.end) return false;
  const auto is_space = [&](std::size_t byte) {
    return std::string_view(" \t\r\n").find(encoding.text[byte]) != std::string_view::npos;
  };
  return first.end == second.begin && second.end <= encoding.text.size() && !is_space(first.end - 1) &&
         !is_space(second.begin);
}

std::optional<std::int32_t> mask_id(const Snapshot& snapshot) {
  return snapshot.model && snapshot.model->tokenizer ? snapshot.model->tokenizer->mask_id() : std::nullopt;
}

}  // namespace

AttentionKind shown_kind(const Snapshot& snapshot, const Session& session) {
  return has_two_texts(snapshot) ? selection_of(session).attention : AttentionKind::self;
}

bool lacks_scores(const Snapshot& snapshot, const Session& session) {
  return snapshot.trace && !has_scores(shown_trace(snapshot, session), shown_head(snapshot, session).layer);
}

const Trace& shown_trace(const Snapshot& snapshot, const Session& session) {
  return attention_of(*snapshot.trace, shown_kind(snapshot, session));
}

const ModelConfig& shown_config(const Snapshot& snapshot, const Session& session) {
  const bool of_encoder = shown_kind(snapshot, session) == AttentionKind::encoder;
  return of_encoder ? snapshot.model->encoder->config : snapshot.model->config;
}

bool has_something_to_read(const FinishedRun& run) {
  if (!run.trace || run.trace->tokens() == 0) return false;
  const auto written = [](const Token& token) { return !token.special || token.begin < token.end; };
  const auto any = [&](const Encoding& text) { return std::any_of(text.tokens.begin(), text.tokens.end(), written); };
  return run.model->config.patches || any(run.encoding) || any(run.encoder_encoding);
}

const Encoding& asking_encoding(const FinishedRun& run, AttentionKind kind) {
  return encoding_of(run, asking_side(kind));
}

const Encoding& asked_encoding(const FinishedRun& run, AttentionKind kind) {
  return encoding_of(run, asked_side(kind));
}

const Encoding& asking_encoding(const Snapshot& snapshot, const Session& session) {
  return asking_encoding(snapshot, shown_kind(snapshot, session));
}

const Encoding& asked_encoding(const Snapshot& snapshot, const Session& session) {
  return asked_encoding(snapshot, shown_kind(snapshot, session));
}

ActionContext action_context(const Snapshot& snapshot, const Session& session) {
  ActionContext context;
  context.encoding = &encoding_of(snapshot, TextSide::encoder);
  if (has_two_texts(snapshot)) context.decoder = &snapshot.encoding;
  if (snapshot.model) {
    const ModelConfig& config = shown_config(snapshot, session);
    context.layers = config.layers;
    context.heads = most_heads(config);
  }
  return context;
}

std::size_t selected_query(const Snapshot& snapshot, const Session& session) {
  const Selection& selection = selection_of(session);
  const TextSide side = side_in(snapshot, asking_side(selection.attention));
  return selected_token(side == TextSide::decoder ? selection.decoder_query : selection.query, side, snapshot, session);
}

std::size_t selected_key(const Snapshot& snapshot, const Session& session) {
  const Selection& selection = selection_of(session);
  const TextSide side = side_in(snapshot, asked_side(selection.attention));
  return selected_token(side == TextSide::decoder ? selection.decoder_key : selection.key, side, snapshot, session);
}

HeadRef shown_head(const Snapshot& snapshot, const Session& session) {
  if (!snapshot.model) return {};
  return nearest_head(shown_config(snapshot, session), selection_of(session).head);
}

std::string label_of(const Token& token) {
  return visible_word(token.text);
}

std::size_t Axis::unit_of(std::size_t token) const {
  const auto after = std::upper_bound(units.begin(), units.end(), token, [](std::size_t wanted, const Unit& unit) {
    return wanted < unit.tokens.front();
  });
  if (after == units.begin()) return size();
  const Unit& unit = *std::prev(after);
  const bool holds = std::find(unit.tokens.begin(), unit.tokens.end(), token) != unit.tokens.end();
  return holds ? static_cast<std::size_t>(std::prev(after) - units.begin()) : size();
}

std::vector<bool> hidden_tokens(const Snapshot& snapshot, bool hide_special, const Encoding& encoding) {
  if (!hide_special) return {};
  const std::optional<std::int32_t> mask = mask_id(snapshot);
  std::vector<bool> hidden(encoding.tokens.size(), false);
  for (std::size_t token = 0; token < hidden.size(); ++token)
    hidden[token] = encoding.tokens[token].special && !(mask && encoding.tokens[token].id == *mask);
  return std::find(hidden.begin(), hidden.end(), true) != hidden.end() ? hidden : std::vector<bool>{};
}

Axis make_axis(const Snapshot& snapshot, AxisInputs inputs, const Encoding& encoding) {
  const std::vector<Token>& tokens = encoding.tokens;
  const std::optional<std::int32_t> mask = mask_id(snapshot);
  Axis axis;
  for (TokenGroup& group : inputs.word_level ? word_groups(tokens) : lone_groups(tokens.size())) {
    const bool special = is_special(tokens, group);
    const bool is_mask = mask && tokens[group.front()].id == *mask;
    if (inputs.hide_special && special && !is_mask) continue;
    std::string label = group_label(encoding, group);
    const bool glued = !axis.units.empty() && are_glued(encoding, axis.units.back().tokens.back(), group.front());
    axis.units.push_back({std::move(label), std::move(group), special, glued});
  }
  axis.window = {0, axis.size()};
  axis.total = axis.size();
  return axis;
}

Axes make_axes(const Snapshot& snapshot, const WholeAxesInputs& inputs) {
  return {make_axis(snapshot, inputs.axis, asking_encoding(snapshot, inputs.kind)),
          make_axis(snapshot, inputs.axis, asked_encoding(snapshot, inputs.kind))};
}

Range window_of(const Axis& axis, std::size_t selected_unit) {
  if (axis.size() <= window_units) return {0, axis.size()};
  constexpr std::size_t half = window_units / 2;
  const std::size_t quarter = half / 2;  // the selection keeps at least a quarter window of neighbours on both sides
  const std::size_t selected = std::min(selected_unit, axis.size() - 1);
  const std::size_t begin = selected < quarter ? 0 : (selected - quarter) / half * half;
  return {std::min(begin, axis.size() - window_units), std::min(begin, axis.size() - window_units) + window_units};
}

GridWindows windows_of(const Axis& rows, const Axis& cols, AttentionKind kind, std::size_t query, std::size_t key) {
  return {window_of(rows, rows.unit_of(query)),
          window_of(cols, cols.unit_of(kind == AttentionKind::cross ? key : query))};
}

Axis windowed(Axis whole, Range window) {
  whole.window = {std::min(window.begin, whole.size()), std::min(window.end, whole.size())};
  whole.units.erase(whole.units.begin() + static_cast<std::ptrdiff_t>(whole.window.end), whole.units.end());
  whole.units.erase(whole.units.begin(), whole.units.begin() + static_cast<std::ptrdiff_t>(whole.window.begin));
  return whole;
}

}  // namespace regard
