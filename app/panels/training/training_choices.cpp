// SPDX-License-Identifier: Apache-2.0
// What is to learn, and how.
#include "app/panels/common/parts.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/training/training_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/number_field.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"
#include "core/train/names.h"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::array<std::size_t, 6> kWidths{16, 32, 48, 64, 96, 128};
constexpr std::size_t kFixedOffset = 16;  // where the task's period is always the same
constexpr std::size_t kInnerWidths = 4;   // of a feed-forward block, to the stream's width
constexpr std::size_t kUsualWindow = 8;
constexpr float kTextLines = 4.5F;

/// What all sliders and fields of the column keep for their names, so that they begin in one place.
float label_room() {
  float widest = em(6.5F);
  for (const char* key : {"training.layers", "training.heads", "training.window", "training.rate", "training.batch",
                          "training.tokens", "training.seed", "training.steps"})
    widest = std::max(widest, ImGui::CalcTextSize(tr(key)).x);
  return std::ceil(widest);
}

/// Likewise for their numbers: the largest rate is the longest of them.
float number_room() {
  return ImGui::CalcTextSize("10.0000").x;
}

}  // namespace

void name_of_choice(const char* key) {
  gap(0.35F);
  coloured(theme().text_muted, tr(key));
}

bool count_slider(const char* id, const char* key, std::size_t& value, std::size_t low, std::size_t high) {
  const std::size_t most = std::max(high, value);  // what a file or the command line says may be more
  int chosen = static_cast<int>(value);
  SliderSpec spec;
  spec.id = id;
  spec.label = tr(key);
  spec.label_width = label_room();
  spec.number_width = number_room();
  if (!slider(spec, chosen, static_cast<int>(low), static_cast<int>(most))) return false;
  value = static_cast<std::size_t>(chosen);
  return true;
}

void choose_width(std::size_t& width) {
  std::vector<std::size_t> widths(kWidths.begin(), kWidths.end());
  if (std::find(widths.begin(), widths.end(), width) == widths.end()) widths.push_back(width);
  std::sort(widths.begin(), widths.end());
  std::vector<Segment> segments;
  for (const std::size_t each : widths)
    segments.push_back({"training.width." + std::to_string(each), std::to_string(each), {}});
  const auto now = std::find(widths.begin(), widths.end(), width) - widths.begin();
  if (const auto chosen = draw_segments_in_lines(segments, static_cast<std::size_t>(now))) width = widths[*chosen];
}

namespace {

void number_choice(const char* id, const char* key, std::uint64_t& value) {
  const ImVec2 at = ImGui::GetCursorPos();
  align_to_frame();
  coloured(theme().text_muted, tr(key));
  ImGui::SetCursorPos({at.x + label_room() + ImGui::GetStyle().ItemInnerSpacing.x, at.y});
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const std::string field = std::string("##") + id;
  whole_number_field(field.c_str(), value, TakenWhen::typed);
  probe_last_item(id);
}

}  // namespace

void choose_seed_and_steps(std::uint64_t& seed, std::size_t& steps, const char* steps_hint) {
  number_choice("training.seed", "training.seed", seed);
  hint(tr("training.seed_hint"));
  std::uint64_t made = steps;
  number_choice("training.steps", "training.steps", made);
  hint(steps_hint);
  steps = static_cast<std::size_t>(made);
}

void rate_slider(float& rate) {
  SliderSpec spec;
  spec.id = "training.rate";
  spec.label = tr("training.rate");
  spec.label_width = label_room();
  spec.number_width = number_room();
  spec.format = "%.4f";
  slider(spec, rate, 1e-4F, 10.0F, true);
  hint(tr("training.rate_hint"));
}

namespace {

/// One of a few, by names that files have for them.
template <class Kind, class Name>
void choose_kind(const char* id, Kind& kind, const Name& name, const char* hints = nullptr) {
  std::vector<Segment> segments;
  std::size_t now = 0;
  for (const auto& [word, each] : train::Names<Kind>::all) {
    if (each == kind) now = segments.size();
    segments.push_back({std::string(id) + "." + std::string(word), name(each),
                        hints == nullptr ? std::string() : std::string(tr(hints + std::string(word)))});
  }
  if (const auto chosen = draw_segments_in_lines(segments, now)) kind = train::Names<Kind>::all[*chosen].second;
}

void choose_task(TrainingRoom& room, train::Task& task) {
  heading(tr("training.learns"));
  train::TaskKind kind = task.kind;
  choose_kind("training.task", kind, task_name);
  if (kind != task.kind) {
    task.kind = kind;
    task.symbols = 0;
  }
  wrapped_caption(tr("training.task_about." + std::string(train::name_of(task.kind))));
  if (task.kind == train::TaskKind::repeat) {
    bool fixed = task.least_period == task.most_period;
    if (check("training.fixed", tr("training.fixed"), fixed)) {
      const train::Task usual;
      task.least_period = fixed ? kFixedOffset : usual.least_period;
      task.most_period = fixed ? kFixedOffset : usual.most_period;
    }
    hint(tr("training.fixed_hint"));
  }
  if (task.kind != train::TaskKind::text) return;
  if (room.text_from != task.text) {
    room.text_from = task.text;
    room.text = to_field(task.text);
  }
  const ImVec2 size{ImGui::GetContentRegionAvail().x, kTextLines * ImGui::GetTextLineHeight()};
  if (ImGui::InputTextMultiline("##text", &room.text, size)) {
    task.text = from_field(room.text);
    room.text_from = task.text;
  }
  probe_last_item("training.text");
}

void choose_shape(train::Shape& shape) {
  gap(0.4F);
  heading(tr("training.made_of"));
  count_slider("training.layers", "training.layers", shape.layers, 1, 6);
  count_slider("training.heads", "training.heads", shape.heads, 1, 16);
  name_of_choice("training.width");
  choose_width(shape.width);
  name_of_choice("training.positions");
  choose_kind("training.positions", shape.positions, position_name, "training.position_about.");
  name_of_choice("training_linear.attention");
  choose_kind("training.attention", shape.weigh, [](train::WeighKind kind) {
    return std::string(tr(kind == train::WeighKind::linear ? "training_linear.linear" : "training_linear.softmax"));
  });
  if (shape.weigh == train::WeighKind::linear) wrapped_caption(tr("training_linear.about"));
  bool windowed = shape.window > 0;
  if (check("training.windowed", tr("training.windowed"), windowed)) shape.window = windowed ? kUsualWindow : 0;
  hint(tr("training.windowed_hint"));
  if (shape.window > 0) count_slider("training.window", "training.window", shape.window, 1, shape.context);
  bool feed_forward = shape.feed_forward > 0;
  if (check("training.feed_forward", tr("training.feed_forward"), feed_forward))
    shape.feed_forward = feed_forward ? kInnerWidths * shape.width : 0;
  hint(tr("training.feed_forward_hint"));
  name_of_choice("training.norm");
  choose_kind("training.norm", shape.norm, [](train::NormKind kind) {
    return std::string(tr(kind == train::NormKind::layer_norm ? "training.layer_norm" : "training.rms_norm"));
  });
}

void choose_way(TrainingChoices& choices) {
  gap(0.4F);
  heading(tr("training.how"));
  rate_slider(choices.rate);
  count_slider("training.batch", "training.batch", choices.batch, 1, 128);
  count_slider("training.tokens", "training.tokens", choices.shape.context, 16, 128);
  choose_seed_and_steps(choices.seed, choices.steps, tr("training.steps_hint"));
}

void choose_folder(const PanelContext& context, TrainingRoom& room, std::string& folder) {
  name_of_choice("training.kept_in");
  if (room.folder_from != folder) {
    room.folder_from = folder;
    room.folder = to_field(folder);
  }
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  if (ImGui::InputTextWithHint("##folder", context.state.of<TrainerDesk>().runs.string().c_str(), &room.folder)) {
    folder = from_field(room.folder);
    room.folder_from = folder;
  }
  probe_last_item("training.folder");
  hint(tr("training.kept_hint",
          {{"folder", (folder.empty() ? context.state.of<TrainerDesk>().runs.string() : folder)}}));
}

}  // namespace

void draw_training_choices(PanelContext& context, TrainingRoom& room) {
  TrainingChoices choices = context.look().training;
  choose_task(room, choices.task);
  choose_shape(choices.shape);
  choose_way(choices);
  choose_folder(context, room, choices.folder);
  keep_invariants(choices);
  if (choices != room.checked) {
    room.checked = choices;
    room.problem = problem_of(choices);
  }
  if (room.problem) {
    gap(0.4F);
    wrapped(theme().warning, told_problem(choices, *room.problem));
    probe_last_item("training.problem");
  }
  if (choices != context.look().training) context.act(SetTraining{std::move(choices)});
}

}  // namespace regard
