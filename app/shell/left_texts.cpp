// SPDX-License-Identifier: Apache-2.0
#include "app/shell/left_texts.h"

#include <algorithm>

namespace regard::shell {

std::optional<TextKind> text_kind_of(const Examples& examples, const std::string& model) {
  const auto group = std::find_if(examples.begin(), examples.end(),
                                  [&](const ExampleGroup& one) { return one.model == model && one.apart; });
  if (group == examples.end()) return TextKind();
  if (!group->examples.empty() && !group->examples.front().image.empty()) return std::nullopt;
  return model;
}

std::optional<LeftText> put_aside(LeftTexts& texts, const Session& session, const TextKind& next) {
  texts.kept[texts.shown] = {session.text, session.query, session.key};
  texts.shown = next;
  const auto found = texts.kept.find(next);
  return found == texts.kept.end() ? std::nullopt : std::optional(found->second);
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
