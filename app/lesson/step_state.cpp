// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/step_state.h"

#include "app/lesson/step_session.h"

#include "app/lesson/lesson_blocks.h"
#include "app/lesson/lesson_number.h"
#include "app/lesson/named.h"
#include "app/lesson/step_interventions.h"
#include "app/session/session.h"
#include "core/base/excerpt.h"
#include "core/engine/decoder_text.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace regard {
namespace {

constexpr const char* kPinName = "A";

std::string without_quotes(const std::string& value) {
  for (const auto& [open, close] : {std::pair{"\"", "\""}, {"«", "»"}, {"“", "”"}})
    if (value.size() >= 2 && value.starts_with(open) && value.ends_with(close))
      return value.substr(std::string(open).size(),
                          value.size() - std::string(open).size() - std::string(close).size());
  return value;
}

/// A name among some, with its value.
template <class Value>
using Choice = std::pair<const char*, Value>;

/// Puts lines of a state into a session, one by one.
class Setter {
public:
  Setter(StepSession& result, const LessonState& state, const Model* model, std::filesystem::path folder)
      : result_(result), session_(result.session), state_(state), model_(model), folder_(std::move(folder)) {}

  void set() {
    with("text", [&](const LessonLine& line) { session_.text = line.value; });
    with("decoder", [&](const LessonLine& line) { session_.decoder_text = line.value; });
    with("image", [&](const LessonLine& line) { set_image(line.value); });
    with("mask", [&](const LessonLine& line) {
      session_.mask = one_of(line, std::array<Choice<MaskMode>, 3>{{{"as-trained", MaskMode::as_trained},
                                                                    {"causal", MaskMode::causal},
                                                                    {"bidirectional", MaskMode::bidirectional}}});
    });
    with("temperature", [&](const LessonLine& line) { session_.temperature = temperature_of(line); });
    with("attention", [&](const LessonLine& line) {
      session_.attention = one_of(line, std::array<Choice<AttentionKind>, 3>{{{"self", AttentionKind::self},
                                                                              {"cross", AttentionKind::cross},
                                                                              {"encoder", AttentionKind::encoder}}});
    });
    with("hide-special", [&](const LessonLine& line) { session_.hide_special = yes(line); });
    with("words", [&](const LessonLine& line) { session_.word_level = yes(line); });
    with("head", [&](const LessonLine& line) { set_head(line.value); });
    with("compare", [&](const LessonLine& line) { set_compared(line); });
    with("query", [&](const LessonLine& line) { set_word(line.value, true); });
    with("key", [&](const LessonLine& line) { set_word(line.value, false); });
    with("pin", [&](const LessonLine& line) { set_pin(line.value); });
    for (const LessonLine& line : state_.lines)
      if (line.key == "intervene") guarded(line, [&] { add_intervention(line.value); });
    with("shown", [&](const LessonLine& line) {
      session_.shown =
          one_of(line, std::array<Choice<Shown>, 3>{
                           {{"live", Shown::live}, {"baseline", Shown::baseline}, {"difference", Shown::difference}}});
    });
    with("step", [&](const LessonLine& line) { set_step_of_layer(line); });
    set_stage();
    with("lit", [&](const LessonLine& line) { set_lit(line); });
    keep_invariants(session_);
  }

private:
  template <class Do>
  void guarded(const LessonLine& line, const Do& act) {
    try {
      act();
    } catch (const Error& error) {
      result_.mistakes.push_back({line.line, error});
    }
  }
  template <class Do>
  void with(const char* key, const Do& act) {
    if (const LessonLine* line = state_.find(key)) guarded(*line, [&] { act(*line); });
  }

  [[noreturn]] static void fail(const LessonLine& line, const std::string& expected) {
    throw Error("lesson_value", {.item = line.key, .expected = expected, .found = line.value});
  }

  template <class Value, std::size_t count>
  static Value one_of(const LessonLine& line, const std::array<Choice<Value>, count>& choices) {
    std::vector<const char*> names;
    for (const auto& [name, value] : choices) {
      if (line.value == name) return value;
      names.push_back(name);
    }
    fail(line, listed(names));
  }
  static bool yes(const LessonLine& line) {
    return one_of(line, std::array<Choice<bool>, 4>{{{"yes", true}, {"no", false}, {"да", true}, {"нет", false}}});
  }
  static float temperature_of(const LessonLine& line) {
    constexpr double too_much = 2.0 * static_cast<double>(max_temperature);
    const auto value = static_cast<float>(std::clamp(lesson_number(line.value).value_or(0.0), 0.0, too_much));
    if (value < min_temperature || value > max_temperature) fail(line, "0.05 … 10");
    return value;
  }

  void set_image(const std::string& value) {
    if (value == "example")
      session_.image.clear();
    else  // a plain name would mean one of the program's own pictures
      session_.image = std::filesystem::absolute(folder_ / value).lexically_normal().string();
  }

  [[nodiscard]] bool two_texts() const {
    return model_ != nullptr ? model_->encoder != nullptr
                             : (state_.find("decoder") != nullptr || state_.find("attention") != nullptr);
  }
  [[nodiscard]] bool of_encoder() const { return two_texts() && session_.attention == AttentionKind::encoder; }

  [[nodiscard]] std::optional<HeadRef> head(const std::string& name) {
    if (model_ != nullptr) return head_named(name, *model_, of_encoder());
    if (const std::optional<HeadRef> known = head_by_number(name)) return known;
    result_.waits_for_model = true;
    return std::nullopt;
  }
  void set_head(const std::string& name) {
    if (const std::optional<HeadRef> known = head(name)) session_.head = *known;
  }
  void set_compared(const LessonLine& line) {
    const std::vector<std::string> names = words_in_list(line.value);
    if (names.size() > max_compared_heads) fail(line, "≤ " + std::to_string(max_compared_heads));
    session_.compared_heads.clear();
    for (const std::string& name : names)
      if (const std::optional<HeadRef> known = head(name)) session_.compared_heads.push_back(*known);
  }

  /// The tokens of one of the texts, as the model will read it; nothing while they cannot be known.
  [[nodiscard]] std::optional<Encoding> encoding_of_side(TextSide side) const {
    if (model_ == nullptr) return std::nullopt;
    if (side == TextSide::decoder) {
      if (session_.decoder_text.empty()) return std::nullopt;  // the model writes it itself
      return encode_for_decoder(*model_, session_.decoder_text);
    }
    const bool special = session_.add_special || model_->config.patches;
    return model_->tokenizer->encode(session_.text, {.add_special = special, .max_tokens = model_->config.context});
  }

  void set_word(const std::string& value, bool asks) {
    const TextSide side = !two_texts() ? TextSide::encoder
                          : asks       ? asking_side(session_.attention)
                                       : asked_side(session_.attention);
    TokenAnchor& anchor = side == TextSide::encoder ? (asks ? session_.query : session_.key)
                                                    : (asks ? session_.decoder_query : session_.decoder_key);
    const std::string word = without_quotes(value);
    if (const std::optional<Encoding> encoding = encoding_of_side(side)) {
      anchor = anchor_of(tokens_of_word(word, *encoding).front(), *encoding);
      return;
    }
    const std::string& text = side == TextSide::encoder ? session_.text : session_.decoder_text;
    if (const std::optional<WordPlace> place = place_of_word(word, text))
      anchor = {TokenAnchor::Kind::byte, place->begin, 0};
    else if (model_ == nullptr)
      result_.waits_for_model = true;
    else
      throw Error("lesson_word", {.expected = excerpt(text), .found = word});
  }

  void set_pin(const std::string& text) {
    Pin pin;
    pin.name = kPinName;
    pin.reading = reading_of(session_);
    pin.reading.text = text;
    pin.reading.interventions.clear();
    session_.pins = {std::move(pin)};
    session_.baseline = kPinName;
    session_.shown = Shown::difference;
  }

  void add_intervention(const std::string& value) {
    const TextSide side = two_texts() ? TextSide::decoder : TextSide::encoder;
    if (model_ == nullptr) {
      result_.waits_for_model = true;
    } else if (const std::optional<Encoding> encoding = encoding_of_side(side)) {
      session_.interventions.push_back(read_intervention(value, *model_, *encoding));
    } else {
      throw Error("lesson_needs", {.item = "intervene", .expected = "decoder: …"});
    }
  }

  void set_step_of_layer(const LessonLine& line) {
    const std::optional<std::size_t> number = whole_number(line.value);
    if (!number || *number < 1 || *number > count_of_steps) fail(line, "1 … " + std::to_string(count_of_steps));
    session_.stage.step = *number;
  }

  static bool has_panel(const WorkspaceNames& workspace, std::string_view panel) {
    return std::any_of(workspace.panels.begin(), workspace.panels.end(), [&](const char* id) { return id == panel; });
  }
  static const WorkspaceNames* workspace_of_name(std::string_view name) {
    const auto all = workspace_names();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.workspace == name; });
    return found == all.end() ? nullptr : &*found;
  }

  void set_stage() {
    with("workspace", [&](const LessonLine& line) {
      std::vector<const char*> names;
      for (const WorkspaceNames& each : workspace_names())
        names.push_back(each.workspace);
      if (workspace_of_name(line.value) == nullptr) fail(line, listed(names));
      session_.stage.workspace = line.value;
      session_.stage.filling.clear();
    });
    for (const char* key : {"panel", "panels"})
      with(key, [&](const LessonLine& line) {
        std::vector<std::string> panels = words_in_list(line.value);
        std::reverse(panels.begin(), panels.end());  // the first one is in front
        for (const std::string& panel : panels)
          show_panel(line, panel);
      });
  }

  /// In the workspace that is named or on show, else in the first that has it.
  void show_panel(const LessonLine& line, const std::string& panel) {
    const WorkspaceNames* here = workspace_of_name(session_.stage.workspace);
    const LessonLine* said = state_.find("workspace");
    const bool named = said != nullptr && said->line >= state_.line;  // by this step, not by one before it
    if (here == nullptr || !has_panel(*here, panel)) {
      const auto all = workspace_names();
      const auto other = std::find_if(all.begin(), all.end(), [&](const auto& each) { return has_panel(each, panel); });
      if (named && here != nullptr) fail(line, listed(here->panels));
      if (other == all.end()) fail(line, all_panels());
      here = &*other;
    }
    session_.stage.filling.clear();
    choose_panel(session_.stage, here->workspace, panel);
  }
  /// What stands in another workspace would be lit where nobody sees it.
  void set_lit(const LessonLine& line) {
    std::vector<const char*> there(panels_beside().begin(), panels_beside().end());
    if (const WorkspaceNames* here = workspace_of_name(session_.stage.workspace))
      there.insert(there.end(), here->panels.begin(), here->panels.end());
    for (const std::string& panel : words_in_list(line.value)) {
      if (std::none_of(there.begin(), there.end(), [&](const char* id) { return id == panel; }))
        fail(line, listed(there));
      result_.lit.push_back(panel);
    }
  }

  static std::string all_panels() {
    std::vector<const char*> names;
    for (const WorkspaceNames& each : workspace_names())
      for (const char* panel : each.panels)
        if (std::none_of(names.begin(), names.end(),
                         [&](const char* known) { return std::string_view(known) == panel; }))
          names.push_back(panel);
    return listed(names);
  }

  StepSession& result_;
  Session& session_;
  const LessonState& state_;
  const Model* model_;
  std::filesystem::path folder_;
};

/// A session that nothing of before shines through but how one likes to look and write.
Session clean(const Session& current, const std::string& model) {
  Session session;
  take_views(session, current);
  session.generate = current.generate;
  session.shown = Shown::live;
  session.stage.step = Stage{}.step;
  session.hide_special = session.word_level = false;  // numbers follow from these
  session.model = model;
  return session;
}

}  // namespace

StepSession session_of_step(const Lesson& lesson, std::size_t step, const Session& current, const Model* model,
                            const LessonSessions& sessions) {
  const LessonState state = state_of_step(lesson, step);
  StepSession result;
  const std::string named = model_of_step(lesson, step, sessions);
  result.session = clean(current, named);
  if (const LessonLine* line = state.find("session"))
    if (const auto kept = sessions.find(line->value); kept != sessions.end()) {
      result.session = kept->second;
      result.session.model = named;
    }
  Setter(result, state, model, std::filesystem::path(lesson.file).parent_path()).set();
  return result;
}

StepSession session_of_show(const ProseSpan& link, const Session& current, const Model* model,
                            const std::string& file) {
  StepSession result;
  result.session = current;
  LessonState state;
  state.line = std::max<std::size_t>(link.line, 1);
  for (const LessonArgument& argument : link.show) {
    const auto keys = lesson_state_keys();
    const bool known = argument.name != "session" &&
                       std::any_of(keys.begin(), keys.end(), [&](const char* key) { return argument.name == key; });
    if (!known) {
      result.mistakes.push_back(
          {link.line, Error("lesson_key", {.item = "show", .expected = listed(keys), .found = argument.name})});
      continue;
    }
    std::string value;
    for (const std::string& each : argument.values)
      value += (value.empty() ? "" : " ") + each;
    state.lines.push_back({argument.name, value, link.line});
  }
  if (const LessonLine* other = state.find("model"); other != nullptr && other->value != current.model) {
    result.session.model = other->value;
    result.session.adapters.clear();
    model = nullptr;  // it would call other heads by these names
  }
  Setter(result, state, model, std::filesystem::path(file).parent_path()).set();
  return result;
}

}  // namespace regard
