// SPDX-License-Identifier: Apache-2.0
// From a lesson's prose to what rich_text() draws: numbers written out, links as targets that follow_link() understands. Pure.
#pragma once

#include "app/lesson/prose.h"
#include "app/widgets/rich_text.h"

#include <functional>
#include <string>
#include <vector>

namespace regard {

/// How a number stands in the text; null: as the lesson writes it.
using WriteNumber = std::function<std::string(const LessonExpression&)>;

/// Targets: "term:<id>", "show:next", "show:back", "show:#<index of shows>", "step:<number from 1>", "lesson:<name>",
/// "view:<name>" (a picture), "web:<address>".
struct LessonText {
  RichText text{};
  std::vector<ProseSpan> shows{};  ///< links that set a state
};

[[nodiscard]] LessonText rich_prose(const Prose& prose, const WriteNumber& write);

/// Every number of a text, in its order.
void collect_numbers(const Prose& prose, std::vector<const LessonExpression*>& numbers);

}  // namespace regard
