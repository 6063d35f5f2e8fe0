// SPDX-License-Identifier: Apache-2.0
#include "app/session/action.h"

#include <algorithm>
#include <optional>

namespace regard {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

HeadRef clamped(HeadRef head, std::size_t layers, std::size_t heads) {
  return {std::min(head.layer, std::max<std::size_t>(layers, 1) - 1),
          std::min(head.head, std::max<std::size_t>(heads, 1) - 1)};
}

bool is_space(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

void replace_bytes(Session& session, const TextEdit& edit, const std::string& text) {
  session.text.replace(edit.begin, edit.end - edit.begin, text);
  session.query = moved(session.query, edit);
  session.key = moved(session.key, edit);
}

void set_text(Session& session, const std::string& text) {
  const TextEdit edit = edit_between(session.text, text);
  session.text = text;
  session.query = moved(session.query, edit);
  session.key = moved(session.key, edit);
}

/// The bytes of session.text that a token of a possibly older text stands on; none where they were edited meanwhile.
std::optional<TextEdit> bytes_of(const Token& token, const std::string& encoded, const std::string& text) {
  const TextEdit since = edit_between(encoded, text);
  if (token.end <= since.begin) return TextEdit{token.begin, token.end, 0};
  if (token.begin < since.end) return std::nullopt;
  const auto shifted = [&](std::size_t byte) { return byte - since.end + since.begin + since.inserted; };
  return TextEdit{shifted(token.begin), shifted(token.end), 0};
}

/// A deleted word takes the space before it along (the first word the one after it); a piece inside a word takes none.
void widen_over_space(TextEdit& edit, const std::string& text, bool word_goes_on) {
  if (word_goes_on) return;
  if (edit.begin == 0) {
    if (edit.end < text.size() && is_space(text[edit.end])) ++edit.end;
  } else if (text[edit.begin - 1] == ' ' && !is_space(text[edit.begin])) {
    --edit.begin;
  }
}

void replace_token(Session& session, const ReplaceToken& action, const ActionContext& context) {
  if (context.encoding == nullptr || !can_replace(action.token, *context.encoding)) return;
  const std::vector<Token>& tokens = context.encoding->tokens;
  const Token& token = tokens[action.token];
  std::optional<TextEdit> edit = bytes_of(token, context.encoding->text, session.text);
  if (!edit || edit->end > session.text.size()) return;
  if (action.text.empty()) {
    const bool word_goes_on = action.token + 1 < tokens.size() && tokens[action.token + 1].begin == token.end &&
                              tokens[action.token + 1].word == token.word && token.word >= 0;
    widen_over_space(*edit, session.text, word_goes_on);
  } else if (!is_space(action.text.front())) {
    // A piece like " the" owns the space before it; a new word typed without one keeps it.
    while (edit->begin + 1 < edit->end && is_space(session.text[edit->begin]))
      ++edit->begin;
  }
  edit->inserted = action.text.size();
  replace_bytes(session, *edit, action.text);
}

void toggle_compared(Session& session, HeadRef head) {
  if (head == session.head) return;
  const auto found = std::find(session.compared_heads.begin(), session.compared_heads.end(), head);
  if (found != session.compared_heads.end())
    session.compared_heads.erase(found);
  else if (session.compared_heads.size() < max_compared_heads)
    session.compared_heads.push_back(head);
}

void open_model(Session& session, const ModelOpened& opened) {
  session.model = opened.model;
  session.head = clamped(session.head, opened.layers, opened.heads);
  std::erase_if(session.compared_heads,
                [&](HeadRef head) { return head.layer >= opened.layers || head.head >= opened.heads; });
}

void select_token(TokenAnchor& anchor, std::size_t token, const Session& session, const ActionContext& context) {
  if (context.encoding == nullptr || context.encoding->tokens.empty()) return;
  const std::size_t last = context.encoding->tokens.size() - 1;
  anchor =
      moved(anchor_of(std::min(token, last), *context.encoding), edit_between(context.encoding->text, session.text));
}

}  // namespace

Session apply(const Session& session, const Action& action, const ActionContext& context) {
  Session next = session;
  std::visit(Overloaded{
                 [&](const SetText& set) { set_text(next, set.text); },
                 [&](const SetImage& set) { next.image = set.image; },
                 [&](const ReplaceToken& replace) { replace_token(next, replace, context); },
                 [&](const SelectHead& select) { next.head = clamped(select.head, context.layers, context.heads); },
                 [&](const ToggleComparedHead& toggle) {
                   toggle_compared(next, clamped(toggle.head, context.layers, context.heads));
                 },
                 [&](const SelectQuery& select) { select_token(next.query, select.token, session, context); },
                 [&](const SelectKey& select) { select_token(next.key, select.token, session, context); },
                 [&](const SetMask& set) { next.mask = set.mask; },
                 [&](const SetTemperature& set) { next.temperature = set.temperature; },
                 [&](const SetAddSpecial& set) { next.add_special = set.on; },
                 [&](const SetHideSpecial& set) { next.hide_special = set.on; },
                 [&](const SetWordLevel& set) { next.word_level = set.on; },
                 [&](const SetSortBars& set) { next.sort_bars = set.on; },
                 [&](const SetArcsFromAll& set) { next.arcs_from_all = set.on; },
                 [&](const SetArcThreshold& set) { next.arc_threshold = set.threshold; },
                 [&](const SetScoreMap& set) { next.score_map = set.map; },
                 [&](const SetWeightMap& set) { next.weight_map = set.map; },
                 [&](const SetGenerate& set) { next.generate = set.settings; },
                 [&](const ContinueText& more) {
                   set_text(next, more.text);
                   next.query = more.query;
                 },
                 [&](const SetLayersWholeText& set) { next.layers_whole_text = set.on; },
                 [&](const SelectSide& select) { next.side = select.panel; },
                 [&](const OpenModel&) {},
                 [&](const ModelOpened& opened) { open_model(next, opened); },
                 [&](const LoadSession& load) { next = load.session; },
                 [&](const Undo&) {},
                 [&](const Redo&) {},
             },
             action);
  keep_invariants(next);
  return next;
}

bool can_replace(std::size_t token, const Encoding& encoding) {
  return token < encoding.tokens.size() && encoding.tokens[token].end > encoding.tokens[token].begin;
}

}  // namespace regard
