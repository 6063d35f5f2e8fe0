// SPDX-License-Identifier: Apache-2.0
#include "app/shell/left_texts.h"

#include "app/session/session.h"

#include <algorithm>

namespace regard::shell {
namespace {

void put_aside(LeftTexts& texts, const TextKind& kind, const Session& session) {
  texts.kept[kind] = {session.text, session.query, session.key};
}

}  // namespace

std::optional<TextKind> text_kind_of(const Examples& examples, const std::string& model) {
  const auto group = std::find_if(examples.begin(), examples.end(),
                                  [&](const ExampleGroup& one) { return one.model == model && one.apart; });
  if (group == examples.end()) return TextKind();
  if (!group->examples.empty() && !group->examples.front().image.empty()) return std::nullopt;
  return model;
}

TextKind text_kind(const LeftTexts& texts, const Examples& examples, const Session& session) {
  if (texts.on_show && texts.on_show->text == session.text) return texts.on_show->kind;
  return text_kind_of(examples, session.model).value_or(TextKind());
}

NextText turn_to_model(LeftTexts& texts, const Examples& examples, const Session& session, const std::string& model,
                       Language language) {
  const TextKind before = text_kind(texts, examples, session);
  const TextKind after = text_kind_of(examples, model).value_or(before);
  NextText next;
  if (after != before) {
    if (const auto found = texts.kept.find(after); found != texts.kept.end()) next.back = found->second;
    if (!next.back) next.begin = text_to_begin_with(examples, before, model, language);
  }
  if (next.back)
    texts.on_show = {next.back->text, after};
  else if (next.begin != nullptr)
    texts.on_show = {next.begin->examples.front().text, after};
  else
    texts.on_show = {session.text, before};
  if (next.back || next.begin != nullptr) put_aside(texts, before, session);
  return next;
}

void turn_to_example(LeftTexts& texts, const Examples& examples, const Session& session, const ExampleGroup& group,
                     const Example& example) {
  const TextKind before = text_kind(texts, examples, session);
  const TextKind after = text_kind_of(examples, group.model).value_or(before);
  if (after != before) put_aside(texts, before, session);
  texts.on_show = {example.image.empty() ? example.text : session.text, after};
}

Session with_text_back(Session session, const LeftText& text, const std::string& model) {
  start_clean(session);
  session.text = text.text;
  session.query = text.query;
  session.key = text.key;
  session.model = model;
  return session;
}

}  // namespace regard::shell
