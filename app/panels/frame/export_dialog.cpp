// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/export_dialog.h"

#include "app/panels/change/adapters_parts.h"
#include "app/panels/change/checkpoints_parts.h"
#include "app/panels/change/effect_parts.h"
#include "app/panels/change/patching_parts.h"
#include "app/panels/change/sweep_parts.h"
#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/export_preview.h"
#include "app/panels/frame/path_dialog.h"
#include "app/panels/frame/path_field.h"
#include "app/panels/frame/view_at_hand.h"
#include "app/panels/heads/attribution_parts.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/evidence.h"
#include "app/panels/heads/flow_parts.h"
#include "app/panels/heads/head_search_parts.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/panels/heads/probing_parts.h"
#include "app/panels/heads/pruning_parts.h"
#include "app/panels/steps/steps_state.h"
#include "app/session/preferences.h"
#include "app/style/bmp_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::array kScales{1.0, 2.0, 4.0};

std::string proposal(const PanelState& state) {
  const ExportOptions& options = state.of<ExportDialog>().options;
  const fs::path folder = state.of<FilesState>().session_path.empty()
                              ? state.of<FilesState>().folder
                              : fs::path(state.of<FilesState>().session_path).parent_path();
  return (folder / ("regard-" + std::string(name_of(options.view)) + "." + std::string(name_of(options.format))))
      .string();
}

constexpr float kChoiceNames = 6.0F;    ///< ems before what there is to choose from
constexpr float kLeastPreview = 22.0F;  ///< ems in which a picture can be judged, beside the choices
constexpr float kPreviewSpace = 1.5F;   ///< ems between them
constexpr float kLeastChoices = 26.0F;  ///< ems; with less beside it the preview stands below

/// A name in the muted colour and, beside it, what there is to choose from.
template <class Choice>
void line(const char* name, const Choice& choice) {
  align_to_frame();
  coloured(theme().text_muted, name);
  ImGui::SameLine(em(kChoiceNames));
  ImGui::BeginGroup();
  choice();
  ImGui::EndGroup();
}

/// A few views that belong together.
struct ViewGroup {
  const char* id;
  const char* name;  ///< a key of the locale, like those of the views
  std::vector<std::pair<ExportView, const char*>> views{};
};

const std::vector<ViewGroup>& view_groups() {
  using View = ExportView;
  static const std::vector<ViewGroup> groups{
      {"export.head",
       "export.head",
       {{View::scores, "grids.scores"},
        {View::weights, "grids.weights"},
        {View::arcs, "arcs.title"},
        {View::question, "question.title"},
        {View::steps, "steps.title"},
        {View::kinds, "kinds.title"},
        {View::positions, "positions.title"},
        {View::head_cuts, "head_cuts.title"},
        {View::kind_table, "kind_table.title"}}},
      {"export.model",
       "export.model",
       {{View::heads, "heads.title"},
        {View::predictions, "predictions.title"},
        {View::layers, "layers.title"},
        {View::router, "router.title"},
        {View::kv_cache, "kv_cache.title"},
        {View::run, "export.run"}}},
      {"export.change",
       "export.change",
       {{View::movement, "export.movement"},
        {View::interventions, "intervene.list"},
        {View::effect, "effect.title"},
        {View::ablation, "export.ablation"},
        {View::patching, "patching.title"},
        {View::sweep, "sweep.title"},
        {View::drift, "adapters.drift"},
        {View::causes, "causes.title"},
        {View::checkpoints, "checkpoints.curves"}}},
      {"export.heads",
       "workspace.heads",
       {{View::roles, "roles.title"},
        {View::relations, "relations.title"},
        {View::ensembles, "relations.ensembles"},
        {View::evidence, "evidence.title"},
        {View::detectors, "detectors.title"},
        {View::likeness, "likeness.title"},
        {View::head_search, "head_search.title"},
        {View::importance, "pruning.title"},
        {View::pruning, "pruning.curve"},
        {View::probing, "probing.title"},
        {View::flow, "flow.title"},
        {View::attribution, "attribution.title"},
        {View::anomalies, "anomalies.title"}}},
  };
  return groups;
}

std::size_t place_of(ExportView view, const ViewGroup& group) {
  const auto known =
      std::find_if(group.views.begin(), group.views.end(), [view](const auto& one) { return one.first == view; });
  return static_cast<std::size_t>(known - group.views.begin());
}

Segment numbered_segment(const char* id, std::size_t index, const char* name) {
  return {std::string(id) + "." + std::to_string(index), tr(name), {}};
}

/// A word that was chosen in a view, if this model has it: it may have been another one's.
std::optional<std::int32_t> known_word(const Snapshot& snapshot, const std::optional<std::int32_t>& token) {
  const std::size_t words = snapshot.model ? snapshot.model->config.vocabulary : 0;
  return token && static_cast<std::size_t>(*token) < words ? token : std::nullopt;
}

/// What was chosen in the views themselves, as they show it.
ExportOptions with_choices(const Snapshot& snapshot, const Session& session, const PanelState& state,
                           ExportOptions options) {
  const auto& effect = state.of<EffectState>();
  const auto& attribution = state.of<AttributionState>();
  options.token = known_word(snapshot, options.view == ExportView::attribution ? attribution.token : effect.token);
  options.other = known_word(snapshot, attribution.other);
  options.mean = effect.mean;
  const auto& patching = state.of<PatchingState>();
  options.patch_what = patching.what;
  options.patch_grid = patching.grid;
  options.right = known_word(snapshot, patching.right);
  options.wrong = known_word(snapshot, patching.wrong);
  const auto& sweep = state.of<SweepState>();
  options.sweep_key = sweep.key;
  options.sweep_words = sweep.words;
  options.sweep_own = from_field(sweep.own);
  options.own_weights = state.of<AdaptersState>().own_weights;
  options.curve = state.of<TimelineState>().measure;
  const auto& flow = state.of<FlowState>();
  options.flow_mode = flow.mode;
  options.flow_place = flow.place;
  options.flow_threshold = static_cast<double>(flow.threshold);
  options.corpus = corpus_file(snapshot, state);
  if (options.view == ExportView::checkpoints) options.corpus = corpus_path(state, chosen_or_sentence(state)).string();
  const auto& heads = state.of<HeadsState>();
  options.badges = heads.line;
  options.detectors = heads.detectors.file.string();
  options.evidence_least = heads.behind_least;
  const EvidenceQuestion behind = evidence_on_show(snapshot, state).value_or(EvidenceQuestion{});
  options.evidence = behind.what;
  options.evidence_head = behind.head;
  options.evidence_rule = behind.rule;
  options.evidence_corpus = evidence_corpus(state);
  options.special_tokens = state.of<LikenessState>().special;
  options.by_cluster = state.of<LikenessState>().by_cluster;
  options.head_search =
      search_question(snapshot, session, state).value_or(HeadSearchQuestion{.by = state.of<HeadSearchState>().by});
  const auto& pruning = state.of<PruningState>();
  options.sentences = importance_amounts[pruning.amount];
  options.importance_mean = pruning.mean;
  const auto& probing = state.of<ProbingState>();
  options.probe_task = probing.task;
  options.probe_source = probing.source;
  if (!has_steps(snapshot)) return options;
  const StepSwitches shown = steps_question(snapshot, session, state.of<StepsState>().switches).switches;
  options.steps_unscaled = shown.unscaled;
  options.steps_unmasked = shown.unmasked;
  options.steps_heads = shown.heads;
  return options;
}

/// Is it known what would be written? Heads may have to wait for their text.
bool is_known(const PanelContext& context, ExportView view) {
  const std::vector<ViewGroup>& groups = view_groups();
  const auto heads = std::ranges::find(groups, std::string_view("export.heads"), &ViewGroup::id);
  return place_of(view, *heads) == heads->views.size() || corpus_is_known(context);
}

/// Another group begins with its first view. `width`: pixels their names may take.
void draw_views(ExportView& view, float width) {
  const std::vector<ViewGroup>& groups = view_groups();
  const auto now = std::find_if(groups.begin(), groups.end(),
                                [view](const ViewGroup& group) { return place_of(view, group) < group.views.size(); });
  std::vector<Segment> names, views;
  for (std::size_t index = 0; index < groups.size(); ++index)
    names.push_back(numbered_segment("export.group", index, groups[index].name));
  for (std::size_t index = 0; index < now->views.size(); ++index)
    views.push_back(numbered_segment(now->id, index, now->views[index].second));
  line(tr("export.group"), [&] {
    const auto group = draw_segments_in_lines(names, static_cast<std::size_t>(now - groups.begin()), width);
    if (group && &groups[*group] != &*now) view = groups[*group].views.front().first;
  });
  line(tr("export.view"), [&] {
    if (const auto chosen = draw_segments_in_lines(views, place_of(view, *now), width))
      view = now->views[*chosen].first;
  });
}

/// Size and colours stand on one line where both go into `width` pixels.
void draw_looks(ExportOptions& options, float width) {
  if (is_picture(options.format))
    line(tr("export.theme"), [&] {
      const std::size_t dark = options.theme == ThemeChoice::dark ? 0 : 1;
      options.theme = choose("export.theme", {tr("settings.dark"), tr("settings.light")}, dark) == 0
                          ? ThemeChoice::dark
                          : ThemeChoice::light;
    });
  if (options.format != ExportFormat::png) return;
  const auto choose_scale = [&] {
    std::size_t now = 0;
    while (now + 1 < kScales.size() && kScales[now] < options.scale)
      ++now;
    options.scale = kScales[choose("export.scale", {"1×", "2×", "4×"}, now)];
  };
  const float taken = em(kChoiceNames) + ImGui::GetItemRectSize().x, name = ImGui::CalcTextSize(tr("export.scale")).x;
  if (taken + name + choose_width({"1×", "2×", "4×"}) + em(1.5F) > width) return line(tr("export.scale"), choose_scale);
  ImGui::SameLine(0.0F, em());
  align_to_frame();
  coloured(theme().text_muted, tr("export.scale"));
  ImGui::SameLine(0.0F, em(0.5F));
  choose_scale();
}

/// The name ends as the format is called; an ending of something else is part of the name.
fs::path ending_in(fs::path path, ExportFormat format) {
  const std::string ending = "." + std::string(name_of(format));
  if (format_of(path) == format) return path;
  if (format_of(path)) return path.replace_extension(ending);
  path += ending;
  return path;
}

/// The path follows view and format until somebody types another name; of that the ending follows. `width`: pixels for all of it.
void draw_choices(PanelState& state, float width) {
  ExportDialog& dialog = state.of<ExportDialog>();
  const std::string before = proposal(state);
  const ExportOptions old = dialog.options;
  draw_views(dialog.options.view, std::max(width - em(kChoiceNames), em(4.0F)));
  if (dialog.options.view == ExportView::run && old.view != ExportView::run) dialog.options.format = ExportFormat::npz;
  line(tr("export.format"), [&] {
    if (dialog.options.view == ExportView::run && dialog.options.format == ExportFormat::npz)
      return coloured(theme().text, "NPZ");
    dialog.options.format = static_cast<ExportFormat>(choose(
        "export.format", {"PNG", "SVG", "PDF", "CSV", "JSON", "NPZ"}, static_cast<std::size_t>(dialog.options.format)));
  });
  draw_looks(dialog.options, width);
  const std::string path = path_in(dialog.field);
  if (dialog.options.view != old.view) dialog.glance_wanted = false;
  if (dialog.options.view == old.view && dialog.options.format == old.format) return;
  dialog.overwrite.clear();
  dialog.problem.reset();
  set_path(dialog.field, path == before ? proposal(state) : ending_in(path, dialog.options.format).string());
}

/// True when Enter was pressed.
bool draw_path(PanelState& state) {
  ExportDialog& dialog = state.of<ExportDialog>();
  const float button = ImGui::CalcTextSize(tr("export.choose")).x + 2.0F * ImGui::GetStyle().FramePadding.x;
  ImGui::SetNextItemWidth(
      std::max(em(6.0F), ImGui::GetContentRegionAvail().x - button - ImGui::GetStyle().ItemSpacing.x));
  const PathFieldResult field = path_field("export.path", dialog.field);
  if (field.edited) {
    dialog.problem.reset();
    dialog.overwrite.clear();
    if (const std::optional<ExportFormat> format = format_of(path_in(dialog.field))) dialog.options.format = *format;
  }
  ImGui::SameLine();
  if (ImGui::Button(tr("export.choose"))) ask_for_path(state, PathDialog::Kind::export_to, path_in(dialog.field));
  probe_last_item("export.choose");
  return field.entered;
}

void draw_remark(const ExportDialog& dialog, bool known) {
  if (!dialog.overwrite.empty())
    wrapped(theme().warning, tr("dialog.overwrite", {{"file", fs::path(dialog.overwrite).filename().string()}}));
  else if (dialog.problem)
    wrapped(theme().error, text_of(*dialog.problem));
  else if (!known)
    wrapped_caption(tr("corpus.looked_at"));
  else if (dialog.options.view == ExportView::run)
    wrapped_caption(tr("export.run_about"));
  else
    wrapped_caption(tr(is_picture(dialog.options.format) ? "export.about_picture" : "export.about_numbers"));
}

/// Nothing is written while it is not `known` what.
void draw_buttons(PanelContext& context, bool entered, bool known) {
  ExportDialog& dialog = context.state.of<ExportDialog>();
  const bool confirmed = ImGui::Button(tr(dialog.overwrite.empty() ? "export.confirm" : "dialog.replace_button"));
  probe_last_item("export.confirm");
  const auto beside = [](const char* label) {  // on a line of its own where there is no room
    const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
    const ImGuiStyle& style = ImGui::GetStyle();
    const float width = ImGui::CalcTextSize(label).x + 2.0F * style.FramePadding.x + style.ItemSpacing.x;
    if (ImGui::GetItemRectMax().x + width <= right) ImGui::SameLine();
  };
  beside(tr(is_picture(dialog.options.format) ? "export.copy" : "export.copy_numbers"));
  const bool copied = ImGui::Button(tr(is_picture(dialog.options.format) ? "export.copy" : "export.copy_numbers"));
  probe_last_item("export.copy");
  hint(tr("export.copy_hint"));
  beside(tr("dialog.cancel"));
  if (ImGui::Button(tr("dialog.cancel"))) context.state.of<WindowState>().overlay = Overlay::none;
  probe_last_item("export.cancel");
  const ExportOptions options = chosen_options(context.snapshot, context.session, context.state);
  if (copied && known) context.command(CopyView{options});
  const std::string typed = path_in(dialog.field);
  if (entered) dialog.field.focus = true;
  if ((!confirmed && !entered) || typed.empty() || !known) return;
  const fs::path path = ending_in(typed_path(context.state.of<FilesState>().folder, typed), dialog.options.format);
  context.command(ExportTo{options, path, dialog.overwrite == path.string()});
}

/// Pixels for a preview with `under` below it, so that the dialog need not be scrolled.
float height_left(float under) {
  constexpr float kMost = 8.0F, kLeast = 4.5F;  // ems
  const float bottom = ImGui::GetIO().DisplaySize.y - em(2.0F) - ImGui::GetStyle().WindowPadding.y;
  const float room = bottom - ImGui::GetCursorPosY() - ImGui::GetStyle().ItemSpacing.y - under;
  return std::clamp(std::floor(room), em(kLeast), em(kMost));
}

}  // namespace

void ask_for_export(PanelContext& context) {
  PanelState& state = context.state;
  ExportDialog& dialog = state.of<ExportDialog>();
  const bool proposed = dialog.field.text.empty() || path_in(dialog.field) == proposal(state);
  const std::optional<ExportView> view = view_at_hand(context);
  if (view) dialog.options.view = *view;
  state.of<PathDialog>().kind = PathDialog::Kind::closed;
  state.of<WindowState>().overlay = Overlay::exporting;
  dialog.problem.reset();
  dialog.overwrite.clear();
  dialog.glance_wanted = false;
  dialog.field.focus = true;
  if (proposed) set_path(dialog.field, proposal(state));
}

void copy_view(PanelContext& context, bool picture) {
  const std::optional<ExportView> view = view_at_hand(context);
  if (!view || !context.snapshot.trace || !is_known(context, *view)) return;
  ExportOptions options;
  options.view = *view;
  options.theme = context.preferences.theme;
  options.format = picture ? ExportFormat::png : ExportFormat::csv;
  context.command(CopyView{with_choices(context.snapshot, context.session, context.state, options)});
}

ExportOptions chosen_options(const Snapshot& snapshot, const Session& session, const PanelState& state) {
  return with_choices(snapshot, session, state, state.of<ExportDialog>().options);
}

void draw_export_dialog(PanelContext& context) {
  const ScopedRaisedFrames frames;
  PanelState& state = context.state;
  heading(tr("export.title"));
  gap(0.5F);
  const float width = ImGui::GetContentRegionAvail().x;
  const float left = width - em(kLeastPreview + kPreviewSpace);
  const bool beside = left >= em(kLeastChoices);
  ImGui::BeginGroup();
  draw_choices(state, beside ? left : width);
  ImGui::EndGroup();
  const bool known = is_known(context, state.of<ExportDialog>().options.view);
  if (!known) state.of<ExportDialog>().glance_wanted = false;
  const ImVec2 choices = ImGui::GetItemRectSize();
  if (beside) {
    ImGui::SameLine(0.0F, em(kPreviewSpace));
    draw_export_preview(context, {ImGui::GetContentRegionAvail().x, std::max(choices.y, em(15.0F))});
  } else {
    draw_export_preview(context, {width, height_left(state.of<ExportDialog>().under_preview)});
  }
  const float under = ImGui::GetCursorPosY();
  gap(0.5F);
  const bool entered = draw_path(state);
  draw_remark(state.of<ExportDialog>(), known);
  gap(0.5F);
  draw_buttons(context, entered, known);
  state.of<ExportDialog>().under_preview = ImGui::GetCursorPosY() - under;
}

}  // namespace regard
