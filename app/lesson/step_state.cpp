// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/step_state.h"

#include "app/base/model_path.h"
#include "app/lesson/lesson_blocks.h"
#include "app/lesson/named.h"
#include "app/lesson/step_interventions.h"
#include "app/session/session_file.h"
#include "core/engine/decoder_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <utility>

namespace regard {
namespace {

constexpr const char* kPinName = "A";

/// What shows stays until a step says otherwise; what it depends on takes it away.
constexpr std::array kInherited{"model", "workspace", "panel", "panels",    "text",         "decoder", "image",
                                "head",  "query",     "key",   "attention", "hide-special", "words"};
bool says(const LessonState& state, std::initializer_list<const char*> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return state.find(key) != nullptr; });
}
bool is_left_behind(const LessonState& now, std::string_view key) {
  if (now.find(key) != nullptr || now.find("session") != nullptr) return true;
  const auto is = [&](std::initializer_list<std::string_view> keys) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  if (is({"panel", "panels"}) && says(now, {"workspace", "panel", "panels"})) return true;
  if (is({"workspace"}) && says(now, {"panel", "panels"})) return false;
  if (is({"text", "decoder", "image", "head", "query", "key", "attention"}) && says(now, {"model"})) return true;
  if (is({"query", "key"}) && says(now, {"text", "image", "decoder"})) return true;
  return is({"decoder"}) && says(now, {"text"});
}

std::string without_quotes(const std::string& value) {
  for (const auto& [open, close] : {std::pair{"\"", "\""}, {"«", "»"}, {"“", "”"}})
    if (value.size() >= 2 && value.starts_with(open) && value.ends_with(close))
      return value.substr(std::string(open).size(),
                          value.size() - std::string(open).size() - std::string(close).size());
  return value;
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(" ,\t\n"), list.size());
    if (end > 0) words.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
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
    with("lit", [&](const LessonLine& line) { result_.lit = words_of(line.value); });
    set_stage();
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
    float value = 0.0F;
    const char* end = line.value.data() + line.value.size();
    const auto [stop, error] = std::from_chars(line.value.data(), end, value);
    if (error != std::errc() || stop != end || value < min_temperature || value > max_temperature)
      fail(line, "0.05 … 10");
    return value;
  }

  void set_image(const std::string& value) {
    if (value == "example")
      session_.image.clear();
    else  // a plain name would mean one of the program's own pictures
      session_.image = std::filesystem::absolute(folder_ / value).lexically_normal().string();
  }

  [[nodiscard]] bool two_texts() const {
    return model_ != nullptr ? model_->encoder != nullptr : says(state_, {"decoder", "attention"});
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
    const std::vector<std::string> names = words_of(line.value);
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
      throw Error("lesson_word", {.expected = text, .found = word});
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
        std::vector<std::string> panels = words_of(line.value);
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

std::filesystem::path folder_of(const std::string& file) {
  return std::filesystem::path(file).parent_path();
}

}  // namespace

LessonSessions load_lesson_sessions(Lesson& lesson) {
  LessonSessions sessions;
  for (const LessonStep& step : lesson.steps) {
    const LessonLine* line = step.state.find("session");
    if (line == nullptr || sessions.count(line->value) > 0) continue;
    try {
      sessions[line->value] = load_session(folder_of(lesson.file) / line->value).session;
    } catch (const Error& error) {
      lesson.mistakes.push_back({line->line, error});
    }
  }
  return sessions;
}

LessonState state_of_step(const Lesson& lesson, std::size_t step) {
  LessonState state;
  for (std::size_t each = 0; each <= step && each < lesson.steps.size(); ++each) {
    const LessonState& now = lesson.steps[each].state;
    if (!now.given()) continue;
    std::vector<LessonLine> lines;
    for (const LessonLine& line : state.lines) {
      const bool lasts = std::find_if(kInherited.begin(), kInherited.end(),
                                      [&](const char* key) { return line.key == key; }) != kInherited.end();
      if (lasts && !is_left_behind(now, line.key)) lines.push_back(line);
    }
    lines.insert(lines.end(), now.lines.begin(), now.lines.end());
    state = {now.line, std::move(lines)};
  }
  return state;
}

std::string model_of_step(const Lesson& lesson, std::size_t step) {
  const LessonState state = state_of_step(lesson, step);
  if (const LessonLine* line = state.find("model")) return line->value;
  return lesson.model.empty() ? kDefaultModel : lesson.model;
}

StepSession session_of_step(const Lesson& lesson, std::size_t step, const Session& current, const Model* model,
                            const LessonSessions& sessions) {
  const LessonState state = state_of_step(lesson, step);
  StepSession result;
  result.session = clean(current, model_of_step(lesson, step));
  if (const LessonLine* line = state.find("session")) {
    if (const auto kept = sessions.find(line->value); kept != sessions.end()) {
      const std::string named = result.session.model;
      result.session = kept->second;
      if (state.find("model") != nullptr || result.session.model.empty()) result.session.model = named;
    }
  }
  Setter(result, state, model, folder_of(lesson.file)).set();
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
  if (const LessonLine* other = state.find("model")) result.session.model = other->value;
  Setter(result, state, model, folder_of(file)).set();
  return result;
}

}  // namespace regard
