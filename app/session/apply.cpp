// SPDX-License-Identifier: Apache-2.0
#include "app/session/action.h"
#include "app/session/apply_kept.h"
#include "app/session/kept.h"
#include "app/session/session.h"
#include "app/session/token_anchor.h"
#include "core/text/unicode.h"

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

/// The fields of a session that belong to one of its texts.
struct SideOf {
  std::string& text;
  TokenAnchor& query;
  TokenAnchor& key;
};
SideOf side_of(Session& session, TextSide side) {
  if (side == TextSide::decoder) return {session.decoder_text, session.decoder_query, session.decoder_key};
  return {session.text, session.query, session.key};
}

/// Everything that stands on words of one text goes along with its edit.
void move_anchors(Session& session, TextSide side, const TextEdit& edit, const ActionContext& context) {
  const SideOf of = side_of(session, side);
  of.query = moved(of.query, edit);
  of.key = moved(of.key, edit);
  for (Pin& pin : session.pins)
    for (AnchoredPair& pair : pin.pairs)
      if (pair.side == side) pair.live = moved(pair.live, edit);
  if (side != (context.decoder != nullptr ? TextSide::decoder : TextSide::encoder)) return;
  for (PlacedIntervention& intervention : session.interventions)
    move_along(intervention, edit);
}

void set_text(Session& session, TextSide side, const std::string& before, const std::string& text,
              const ActionContext& context) {
  const TextEdit edit = edit_between(before, text);
  const SideOf of = side_of(session, side);
  const TokenAnchor query = of.query, key = of.key;
  move_anchors(session, side, edit, context);
  of.query = kept_on_word(query, before, text, edit);
  of.key = kept_on_word(key, before, text, edit);
  of.text = text;
}

/// The bytes of a text that a token of a possibly older text stands on; none where they were edited meanwhile.
std::optional<TextEdit> bytes_of(const Token& token, const std::string& encoded, const std::string& text) {
  const TextEdit since = edit_between(encoded, text);
  if (token.end <= since.begin) return TextEdit{token.begin, token.end, 0};
  if (token.begin < since.end) return std::nullopt;
  const auto shifted = [&](std::size_t byte) { return byte - since.end + since.begin + since.inserted; };
  return TextEdit{shifted(token.begin), shifted(token.end), 0};
}

/// A byte of a character can be a token; what is done to its place is done to the whole character.
Token with_whole_characters(Token token, const std::string& text) {
  while (token.begin > 0 && continues_character(text[token.begin]))
    --token.begin;
  while (token.end < text.size() && continues_character(text[token.end]))
    ++token.end;
  return token;
}

/// A deleted word takes the space before it along (the first word the one after it); a piece inside a word takes none.
void widen_over_space(TextEdit& edit, const std::string& text, bool word_goes_on) {
  if (word_goes_on) return;
  if (edit.begin == 0) {
    if (edit.end < text.size() && is_blank(text[edit.end])) ++edit.end;
  } else if (text[edit.begin - 1] == ' ' && !is_blank(text[edit.begin])) {
    --edit.begin;
  }
}

void edit_token(Session& session, const EditToken& action, const ActionContext& context) {
  std::string text = action.from;
  TextEdit edit{action.place.begin, action.place.end, action.text.size()};
  if (edit.begin > edit.end || edit.end > text.size()) return;
  if (action.text.empty()) {
    widen_over_space(edit, text, action.place.word_goes_on);
  } else if (!is_blank(action.text.front())) {
    // A piece like " the" owns the space before it; a new word typed without one keeps it.
    while (edit.begin + 1 < edit.end && is_blank(text[edit.begin]))
      ++edit.begin;
  }
  if (text.compare(edit.begin, edit.end - edit.begin, action.text) == 0) return;
  move_anchors(session, action.side, edit, context);
  text.replace(edit.begin, edit.end - edit.begin, action.text);
  side_of(session, action.side).text = std::move(text);
}

void replace_token(Session& session, const ReplaceToken& action, const ActionContext& context) {
  const Encoding* encoding = context.of(action.side);
  if (encoding == nullptr) return;
  const std::string& text = text_of(session, action.side, context.decoder);
  if (const auto place = place_of(action.token, *encoding, text))
    edit_token(session, {*place, text, action.text, action.side}, context);
}

void continue_text(Session& session, const ContinueText& more, const ActionContext& context) {
  set_text(session, TextSide::encoder, session.text, more.text, context);
  session.query = more.query;
  session.written = {reading_of(session), more.steps};
}

void toggle_compared(Session& session, HeadRef head) {
  if (head == session.head) return;
  const auto found = std::find(session.compared_heads.begin(), session.compared_heads.end(), head);
  if (found != session.compared_heads.end())
    session.compared_heads.erase(found);
  else if (session.compared_heads.size() < max_compared_heads)
    session.compared_heads.push_back(head);
}

/// Adapters belong to the model they were opened over.
void open_model(Session& session, const ModelOpened& opened) {
  if (session.model != opened.model) session.adapters.clear();
  session.model = opened.model;
  session.captured = opened.captured;
  session.head = clamped(session.head, opened.layers, opened.heads);
  std::erase_if(session.compared_heads,
                [&](HeadRef head) { return head.layer >= opened.layers || head.head >= opened.heads; });
}

void select_token(TokenAnchor& anchor, std::size_t token, TextSide side, const Session& session,
                  const ActionContext& context) {
  const Encoding* encoding = context.of(side);
  if (encoding == nullptr || encoding->tokens.empty()) return;
  const std::size_t last = encoding->tokens.size() - 1;
  anchor = moved(anchor_of(std::min(token, last), *encoding),
                 edit_between(encoding->text, text_of(session, side, context.decoder)));
}

/// The side that asks, or is looked at; a model of one text has but one.
TextSide chosen_side(TextSide wanted, const ActionContext& context) {
  return context.decoder == nullptr ? TextSide::encoder : wanted;
}

void select_query(Session& next, std::size_t token, const Session& session, const ActionContext& context) {
  const TextSide side = chosen_side(asking_side(session.attention), context);
  select_token(side_of(next, side).query, token, side, session, context);
}

/// The text whose heads are measured is the encoder's where there are two.
void show_row(Session& next, const ShowRow& row, const Session& session, const ActionContext& context) {
  set_text(next, TextSide::encoder, session.text, row.text, context);
  next.head = row.head;  // one of that text's heads: the sizes known here may be of the other text's
  next.query = row.query;
  next.key = row.key;
  if (context.decoder != nullptr) next.attention = AttentionKind::encoder;
}

void select_key(Session& next, std::size_t token, const Session& session, const ActionContext& context) {
  const TextSide side = chosen_side(asked_side(session.attention), context);
  select_token(side_of(next, side).key, token, side, session, context);
}

}  // namespace

Session apply(const Session& session, const Action& action, const ActionContext& context) {
  Session next = session;
  std::visit(Overloaded{
                 [&](const SetText& set) { set_text(next, TextSide::encoder, session.text, set.text, context); },
                 [&](const SetDecoderText& set) {
                   set_text(next, TextSide::decoder, text_of(session, TextSide::decoder, context.decoder), set.text,
                            context);
                 },
                 [&](const SetAttention& set) { next.attention = set.kind; },
                 [&](const SetImage& set) { next.image = set.image; },
                 [&](const ReplaceToken& replace) { replace_token(next, replace, context); },
                 [&](const EditToken& edit) { edit_token(next, edit, context); },
                 [&](const SelectHead& select) { next.head = clamped(select.head, context.layers, context.heads); },
                 [&](const ToggleComparedHead& toggle) {
                   toggle_compared(next, clamped(toggle.head, context.layers, context.heads));
                 },
                 [&](const ShowRow& row) { show_row(next, row, session, context); },
                 [&](const SelectQuery& select) { select_query(next, select.token, session, context); },
                 [&](const SelectKey& select) { select_key(next, select.token, session, context); },
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
                 [&](const SetGridWeight& set) { next.grid_weight = set.weight; },
                 [&](const SetScorePart& set) { next.score_part = set.part; },
                 [&](const SetRouterMap& set) { next.router_map = set.map; },
                 [&](const SetExpertsByLoad& set) { next.experts_by_load = set.on; },
                 [&](const SelectExpert& select) { next.expert = select.expert; },
                 [&](const SetKinds& set) { next.kinds = set.kinds; },
                 [&](const SetTraining& set) { next.training = set.choices; },
                 [&](const SetCouncil& set) { next.council = set.choices; },
                 [&](const SetGenerate& set) { next.generate = set.settings; },
                 [&](const ContinueText& more) { continue_text(next, more, context); },
                 [&](const SetLayersWholeText& set) { next.layers_whole_text = set.on; },
                 [&](const SelectWorkspace& select) {
                   next.stage.workspace = select.workspace;
                   next.stage.filling.clear();
                 },
                 [&](const SelectPanel& select) { choose_panel(next.stage, select.workspace, select.panel); },
                 [&](const FillWindow& fill) { next.stage.filling = fill.panel; },
                 [&](const SetStep& set) { next.stage.step = set.step; },
                 [&](const SetLesson& set) { next.stage.lesson = set.place; },
                 [&](const PinText&) { pin_text(next); },
                 [&](const RenamePin& rename) { rename_pin(next, rename); },
                 [&](const RemovePin& remove) { remove_pin(next, remove.name); },
                 [&](const SwapWithPin& swap) { swap_with_pin(next, swap.name, context); },
                 [&](const SetBaseline& set) { next.baseline = set.name; },
                 [&](const SetShown& set) { next.shown = set.shown; },
                 [&](const PairTokens& pair) { pair_tokens(next, pair); },
                 [&](const ForgetPairs& forget) { forget_pairs(next, forget.pin); },
                 [&](const AddIntervention& add) { add_intervention(next, add.intervention); },
                 [&](const ChangeIntervention& change) { change_intervention(next, change); },
                 [&](const RemoveIntervention& remove) { remove_intervention(next, remove.index); },
                 [&](const MoveIntervention& move) { move_intervention(next, move); },
                 [&](const ClearInterventions&) { next.interventions.clear(); },
                 [&](const SetInterventions& set) { next.interventions = set.list; },
                 [&](const AddAdapter& add) { add_adapter(next, add); },
                 [&](const RemoveAdapter& remove) { remove_adapter(next, remove.index); },
                 [&](const SetStrength& set) {
                   if (set.index < next.adapters.size()) next.adapters[set.index].strength = set.strength;
                 },
                 [&](const SetCheckpoint& set) { next.model = set.model; },
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

const std::string& text_of(const Session& session, TextSide side, const Encoding* decoder) {
  if (side == TextSide::encoder) return session.text;
  return session.decoder_text.empty() && decoder != nullptr ? decoder->text : session.decoder_text;
}

std::optional<TokenPlace> place_of(std::size_t token, const Encoding& encoding, const std::string& text) {
  if (!can_replace(token, encoding)) return std::nullopt;
  const std::vector<Token>& tokens = encoding.tokens;
  const Token at = with_whole_characters(tokens[token], encoding.text);
  const std::optional<TextEdit> bytes = bytes_of(at, encoding.text, text);
  if (!bytes || bytes->end > text.size()) return std::nullopt;
  std::size_t next = token + 1;
  while (next < tokens.size() && !tokens[next].special && tokens[next].begin < at.end)
    ++next;
  const bool word_goes_on =
      next < tokens.size() && tokens[next].begin == at.end && tokens[next].word == at.word && at.word >= 0;
  return TokenPlace{bytes->begin, bytes->end, word_goes_on};
}

bool can_replace(std::size_t token, const Encoding& encoding) {
  return token < encoding.tokens.size() && encoding.tokens[token].end > encoding.tokens[token].begin;
}

}  // namespace regard
