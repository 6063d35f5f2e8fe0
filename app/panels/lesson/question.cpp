// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/button_parts.h"
#include "app/panels/common/command.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/lesson/lesson_links.h"
#include "app/panels/lesson/question_parts.h"
#include "app/session/action.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

void draw_kind(PanelContext& context, const QuestionPart& part) {
  switch (part.question.kind) {
    case QuestionKind::choice:
    case QuestionKind::rank_token:
      return draw_options(context, part);
    case QuestionKind::mark_keys:
      return draw_marks(context, part);
    case QuestionKind::arrows:
      return draw_drawn_arrows(context, part);
    case QuestionKind::find_head:
      return draw_found_head(context, part);
    case QuestionKind::make_it:
      return draw_made(context, part);
  }
}

void reveal(PanelContext& context, StepAnswer& answer) {
  answer.revealed = true;
  answer.waits = false;
  lesson_desk(context).to_verdict = true;
  context.command(RememberAnswer{context.world.lessons->step});
}

void take_made(PanelContext& context, const QuestionPart& part) {
  part.answer.predicted = true;
  reveal(context, part.answer);
}

/// A sentence that is not there yet is nudged as often as one asks.
void check_made(PanelContext& context, const QuestionPart& part) {
  if (judged(part) == true)
    take_made(context, part);
  else
    part.answer.nudged = true;
}

void check_prediction(PanelContext& context, const QuestionPart& part) {
  if (part.question.kind == QuestionKind::make_it) return check_made(context, part);
  if (is_predicted(part)) part.answer.predicted = part.answer.waits = true;
}

/// A prediction is held against the model once that has spoken. A wrong one is nudged once; then, and where nothing can be said,
/// what the model says is shown whatever was predicted.
void judge_prediction(PanelContext& context, const QuestionPart& part) {
  if (!part.answer.waits || !part.known) return;
  part.answer.waits = false;
  const bool nudges = !part.answer.nudged && !part.question.nudge.empty();
  if (judged(part) == false && nudges)
    part.answer.nudged = true;
  else
    reveal(context, part.answer);
}

const char* hint_of_prediction(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::mark_keys:
      return "question_of_lesson.mark_first";
    case QuestionKind::arrows:
      return "question_of_lesson.draw_first";
    case QuestionKind::find_head:
      return "question_of_lesson.find_first";
    default:
      return "question_of_lesson.choose_first";
  }
}

/// What is made counts once nobody types and the run is that of the text, not of a text on the way to another.
bool is_made_at_rest(const PanelContext& context, const QuestionPart& part) {
  constexpr double rest = 1.0;  // seconds
  LessonDesk& desk = lesson_desk(context);
  const ImGuiIO& io = ImGui::GetIO();
  const bool types = !io.InputQueueCharacters.empty() ||
                     std::any_of(std::begin(io.KeysDown), std::end(io.KeysDown), [](bool down) { return down; });
  const bool counts = judged(part) == true;
  if (types || !counts || desk.made_in != desk.run) {
    desk.made_in = counts ? desk.run : nullptr;
    desk.made_at = ImGui::GetTime();
  }
  const double waited = ImGui::GetTime() - desk.made_at;
  desk.made_delay = counts && waited < rest ? static_cast<float>(rest - waited) : 0.0F;
  return counts && waited >= rest;
}

void draw_open_buttons(PanelContext& context, const QuestionPart& part, bool asked) {
  const bool ready = is_predicted(part);
  {
    const ScopedTextColour ink(ready ? theme().text : theme().text_muted);
    if ((framed_button("question.check", tr("question_of_lesson.check")) || asked) && ready)
      check_prediction(context, part);
    judge_prediction(context, part);
    hint(ready ? tr("question_of_lesson.check_hint") : tr(hint_of_prediction(part.question.kind)));
  }
  const char* show = tr("question_of_lesson.reveal");
  ImGui::SameLine(0.0F, em(0.5F));
  if (ImGui::GetContentRegionAvail().x < quiet_button_width(show)) ImGui::NewLine();
  const ScopedTextColour muted(theme().text_muted);
  if (quiet_button("question.reveal", show)) reveal(context, part.answer);
  if (!part.answer.waits) return;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  wrapped_in(theme().text_muted, tr("question_of_lesson.waits"), part.width);
  probe("question.waits", min, ImGui::GetItemRectMax());
}

/// How the prediction did, in words and without blame.
void draw_verdict(PanelContext& context, const QuestionPart& part) {
  lesson_desk(context).verdict_top = ImGui::GetCursorPosY();
  // Of the text it was made for: what is edited later was not predicted.
  if (part.answer.predicted && !part.answer.good) part.answer.good = judged(part);
  if (part.answer.predicted && part.answer.good && part.question.kind != QuestionKind::make_it) {
    const bool good = *part.answer.good;
    const ImVec2 min = ImGui::GetCursorScreenPos();
    wrapped_in(good ? theme().accent : theme().text,
               tr(good ? "question_of_lesson.good" : "question_of_lesson.otherwise"), part.width);
    probe(good ? "question.good" : "question.otherwise", min, ImGui::GetItemRectMax());
  }
  if (!part.question.example.empty()) {
    const ImVec2 min = ImGui::GetCursorScreenPos();
    wrapped_in(theme().text, tr("question_of_lesson.example", {{"text", part.question.example}}), part.width);
    probe("question.example", min, ImGui::GetItemRectMax());
  }
  const LessonDesk& state = lesson_desk(context);
  if (!state.page.after.text.blocks.empty()) {
    gap(0.5F);
    draw_lesson_text(context, state.page.after, {.id = "question.after", .width = part.width});
  }
  gap(0.3F);
  const ScopedTextColour muted(theme().text_muted);
  const ScopedFont font(fonts().small);
  if (quiet_button("question.again", tr("question_of_lesson.again"))) {
    part.answer = {};
    lesson_desk(context).made_in.reset();
  }
}

void draw_inside(PanelContext& context, const QuestionPart& part) {
  const LessonDesk& state = lesson_desk(context);
  {
    const ScopedFont font(fonts().small);
    coloured(theme().accent, tr("question_of_lesson.title"));
  }
  gap(0.35F);
  draw_lesson_text(context, state.page.ask, {.id = "question.ask", .width = part.width});
  gap(0.5F);
  const auto* problem = std::get_if<Error>(&part.truth);
  if (problem != nullptr) {
    const ScopedFont font(fonts().small);
    wrapped_in(theme().warning, tr(*problem), part.width);
    gap(0.4F);
  }
  if (const auto* row = std::get_if<RowTruth>(&part.truth)) stay_with_words(part.answer, row->labels);
  draw_kind(context, part);
  if (!part.answer.revealed && part.answer.nudged) {
    gap(0.4F);
    draw_lesson_text(context, state.page.nudge, {.id = "question.nudge", .width = part.width});
  }
  gap(0.6F);
  if (part.answer.revealed) return draw_verdict(context, part);
  if (part.question.kind == QuestionKind::make_it && is_made_at_rest(context, part)) return take_made(context, part);
  draw_open_buttons(context, part, lesson_desk(context).asked.check);
}

/// Where none of them is right for want of a number, nothing can be said.
std::optional<bool> judged_option(const OptionsTruth& truth, std::optional<std::size_t> chosen) {
  const bool some_right = std::find(truth.right.begin(), truth.right.end(), true) != truth.right.end();
  const bool unknown = std::any_of(truth.values.begin(), truth.values.end(),
                                   [](const LessonValue& value) { return std::holds_alternative<Error>(value); });
  if (!some_right && unknown) return std::nullopt;
  return chosen && *chosen < truth.right.size() && truth.right[*chosen];
}

/// The place of a unit in another row: what both begin with and end with stays, what lies between is another.
std::optional<std::size_t> place_after_edit(std::size_t unit, const std::vector<std::string>& before,
                                            const std::vector<std::string>& now) {
  const std::size_t both = std::min(before.size(), now.size());
  std::size_t begin = 0, end = 0;  // units in common
  while (begin < both && before[begin] == now[begin])
    ++begin;
  while (end < both - begin && before[before.size() - 1 - end] == now[now.size() - 1 - end])
    ++end;
  if (unit < begin) return unit;
  if (unit >= before.size() || unit < before.size() - end) return std::nullopt;
  return unit + now.size() - before.size();
}

}  // namespace

bool has_open_question(const PanelContext& context) {
  const LessonStep* step = open_step(context);
  return step != nullptr && step->question && !answer_of_step(context).revealed;
}

bool is_predicted(const QuestionPart& part) {
  switch (part.question.kind) {
    case QuestionKind::choice:
    case QuestionKind::rank_token:
      return part.answer.chosen.has_value();
    case QuestionKind::mark_keys:
      return !part.answer.marked.empty();
    case QuestionKind::arrows:
      return std::any_of(part.answer.drawn.begin(), part.answer.drawn.end(), [](int thick) { return thick > 0; });
    case QuestionKind::find_head:
      return part.answer.head.has_value();
    case QuestionKind::make_it:
      return true;
  }
  return false;
}

std::optional<bool> judged(const QuestionPart& part) {
  if (!part.known) return std::nullopt;
  if (const auto* options = std::get_if<OptionsTruth>(&part.truth)) return judged_option(*options, part.answer.chosen);
  if (const auto* row = std::get_if<RowTruth>(&part.truth)) {
    if (part.question.kind == QuestionKind::mark_keys) return grade_marks(*row, part.answer.marked).good;
    const std::vector<double> drawn(part.answer.drawn.begin(), part.answer.drawn.end());
    return grade_arrows(*row, drawn).good;
  }
  if (const auto* heads = std::get_if<HeadsTruth>(&part.truth); heads != nullptr && heads->known)
    return part.answer.head && grade_head(*heads, *part.answer.head).right;
  if (const auto* made = std::get_if<MadeTruth>(&part.truth); made != nullptr && made->verdict.problem() == nullptr)
    return made->verdict.holds;
  return std::nullopt;
}

void stay_with_words(StepAnswer& answer, const std::vector<std::string>& labels) {
  if (answer.labels == labels) return;
  const std::vector<std::string> before = std::exchange(answer.labels, labels);
  std::vector<std::size_t> marked;
  for (const std::size_t unit : answer.marked)
    if (const auto place = place_after_edit(unit, before, labels)) marked.push_back(*place);
  std::vector<int> drawn(labels.size(), 0);
  for (std::size_t unit = 0; unit < answer.drawn.size(); ++unit)
    if (const auto place = place_after_edit(unit, before, labels)) drawn[*place] = answer.drawn[unit];
  answer.marked = std::move(marked);
  answer.drawn = std::move(drawn);
}

void wrapped_in(const ImVec4& colour, std::string_view text, float width) {
  coloured(colour, broken_at_spaces(text, width));
}

void draw_share_bars(std::span<const ShareBar> bars, float width) {
  const Face face = small_face();
  float names = 0.0F;
  for (const ShareBar& bar : bars)
    names = std::max(names, text_width(face, bar.name));
  const float numbers = text_width(face, "100.0 %"), line = std::round(face.size * 1.6F);
  names = std::min(names, 0.5F * width);
  const float room = std::max(em(2.0F), width - names - numbers - em(1.2F));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (const ShareBar& bar : bars) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float text_top = at.y + 0.5F * (line - face.size), middle = at.y + 0.5F * line, half = em(0.22F);
    paint_text(list, face, {at.x, text_top}, colour_u32(bar.own ? theme().text : theme().text_muted),
               shortened(face, bar.name, names));
    const float left = at.x + names + em(0.6F);
    const float share = static_cast<float>(std::clamp(bar.share, 0.0, 1.0));
    list.AddRectFilled({left, middle - half}, {left + room, middle + half}, colour_u32(theme().frame), half);
    if (share > 0.0F)
      list.AddRectFilled({left, middle - half}, {left + std::max(2.0F * half, room * share), middle + half},
                         colour_u32(bar.own ? theme().accent : mix(theme().frame, theme().text_muted, 0.6F)), half);
    const std::string value = percent(static_cast<float>(bar.share));
    paint_text(list, face, {at.x + width - text_width(face, value), text_top}, colour_u32(theme().text), value);
    ImGui::Dummy({width, line});
  }
}

/// On a ground of its own, so that a class sees where the talking ends and the thinking begins.
void draw_lesson_question(PanelContext& context, const LessonQuestion& question, float width) {
  const float pad_x = em(0.9F), pad_y = em(0.7F);
  gap(1.0F);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImDrawListSplitter layers;
  layers.Split(&list, 2);
  layers.SetCurrentChannel(&list, 1);
  ImGui::SetCursorScreenPos({min.x + pad_x, min.y + pad_y});
  ImGui::BeginGroup();
  const QuestionPart part{question, lesson_desk(context).truth, answer_of_step(context), width - 2.0F * pad_x,
                          truth_is_known(context)};
  draw_inside(context, part);
  ImGui::EndGroup();
  const ImVec2 max{min.x + width, ImGui::GetItemRectMax().y + pad_y};
  layers.SetCurrentChannel(&list, 0);
  list.AddRectFilled(min, max, colour_u32(theme().background), em(0.4F));
  list.AddRectFilled(min, {min.x + std::round(stroke(0.18F, 2.0F)), max.y}, colour_u32(theme().accent), em(0.1F));
  layers.Merge(&list);
  probe("lesson.question", min, max);
  ImGui::SetCursorScreenPos({min.x, max.y});
  ImGui::Dummy({width, 1.0F});
}

}  // namespace regard
