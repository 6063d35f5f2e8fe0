// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/export_dialog.h"

#include "app/panels/change/effect_parts.h"
#include "app/panels/change/patching_parts.h"
#include "app/panels/change/sweep_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/registry.h"
#include "app/style/bmp_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace regard {
namespace {

constexpr std::array kScales{1.0, 2.0, 4.0};

std::string proposal(const PanelState& state) {
  const ExportOptions& options = state.exporting.options;
  const std::filesystem::path folder = std::filesystem::path(state.session_path).parent_path();
  return (folder / ("regard-" + std::string(name_of(options.view)) + "." + std::string(name_of(options.format))))
      .string();
}

/// A name in the muted colour and, beside it, what there is to choose from.
template <class Choice>
void line(const char* name, const Choice& choice) {
  align_to_frame();
  coloured(theme().text_muted, name);
  ImGui::SameLine(em(7.0F));
  choice();
}

/// A line of views; none of them is marked where another line's is chosen.
void group(const char* id, std::initializer_list<ExportView> views, std::initializer_list<std::string_view> names,
           ExportView& chosen) {
  const auto* now = std::find(views.begin(), views.end(), chosen);
  line(tr(id), [&] {
    const std::size_t index = choose(id, names, static_cast<std::size_t>(now - views.begin()));
    if (index < views.size()) chosen = *(views.begin() + index);
  });
}

/// What was chosen in the views themselves.
ExportOptions with_choices(const PanelState& state, ExportOptions options) {
  if (state.effect) {
    options.token = state.effect->token;
    options.mean = state.effect->mean;
  }
  if (state.patching) {
    options.patch_what = state.patching->what;
    options.patch_grid = state.patching->grid;
    options.right = state.patching->right;
    options.wrong = state.patching->wrong;
  }
  if (state.sweep) {
    options.sweep_key = state.sweep->key;
    options.sweep_words = state.sweep->words;
    options.sweep_own = from_field(state.sweep->own);
  }
  return options;
}

/// The view a person is at: the grid under the mouse, else the panel at hand.
std::optional<ExportView> view_at_hand(const PanelContext& context) {
  if (context.state.copy_from == GridKind::scores) return ExportView::scores;
  if (context.state.copy_from == GridKind::weights) return ExportView::weights;
  return panel_at_hand(context).exports;
}

/// The path follows view and format until somebody types another.
void draw_choices(PanelState& state) {
  ExportOptions& options = state.exporting.options;
  const std::string before = proposal(state);
  using View = ExportView;
  group("export.head", {View::scores, View::weights, View::arcs, View::question},
        {tr("grids.scores"), tr("grids.weights"), tr("arcs.title"), tr("question.title")}, options.view);
  group("export.model", {View::heads, View::predictions, View::layers, View::kv_cache},
        {tr("heads.title"), tr("predictions.title"), tr("layers.title"), tr("kv_cache.title")}, options.view);
  group("export.change",
        {View::movement, View::interventions, View::effect, View::ablation, View::patching, View::sweep},
        {tr("export.movement"), tr("intervene.list"), tr("effect.title"), tr("export.ablation"), tr("patching.title"),
         tr("sweep.title")},
        options.view);
  line(tr("export.format"), [&] {
    options.format = static_cast<ExportFormat>(
        choose("export.format", {"PNG", "SVG", "PDF", "CSV", "JSON", "NPZ"}, static_cast<std::size_t>(options.format)));
  });
  if (is_picture(options.format))
    line(tr("export.theme"), [&] {
      const std::size_t dark = options.theme == ThemeChoice::dark ? 0 : 1;
      options.theme =
          choose("export.theme", {tr("top.dark"), tr("top.light")}, dark) == 0 ? ThemeChoice::dark : ThemeChoice::light;
    });
  if (options.format == ExportFormat::png)
    line(tr("export.scale"), [&] {
      std::size_t now = 0;
      while (now + 1 < kScales.size() && kScales[now] < options.scale)
        ++now;
      options.scale = kScales[choose("export.scale", {"1×", "2×", "4×"}, now)];
    });
  if (state.exporting.path == before) state.exporting.path = proposal(state);
}

}  // namespace

void ask_for_export(PanelState& state) {
  state.dialog.kind = PathDialog::Kind::closed;
  state.overlay = Overlay::exporting;
  state.exporting.problem.reset();
  if (state.exporting.path.empty()) state.exporting.path = proposal(state);
}

void copy_view(PanelContext& context, bool picture) {
  const std::optional<ExportView> view = view_at_hand(context);
  if (!view || !context.snapshot.trace) return;
  ExportOptions options = with_choices(context.state, {});
  options.view = *view;
  options.theme = context.preferences.theme;
  options.format = picture ? ExportFormat::png : ExportFormat::csv;
  context.command(CopyView{options});
}

void draw_export_dialog(PanelContext& context) {
  const ScopedRaisedFrames frames;
  ExportDialog& dialog = context.state.exporting;
  heading(tr("export.title"));
  gap(0.5F);
  draw_choices(context.state);
  gap(0.25F);
  ImGui::SetNextItemWidth(-1.0F);
  const bool entered = ImGui::InputText("##path", &dialog.path, ImGuiInputTextFlags_EnterReturnsTrue);
  probe_last_item("export.path");
  ImGui::PushTextWrapPos(0.0F);
  if (dialog.problem)
    coloured(theme().error, text_of(*dialog.problem));
  else
    coloured(theme().text_muted,
             tr(is_picture(dialog.options.format) ? "export.about_picture" : "export.about_numbers"));
  ImGui::PopTextWrapPos();
  gap(0.5F);
  const bool confirmed = ImGui::Button(tr("export.confirm")) || entered;
  probe_last_item("export.confirm");
  ImGui::SameLine();
  const bool copied = ImGui::Button(tr(is_picture(dialog.options.format) ? "export.copy" : "export.copy_numbers"));
  probe_last_item("export.copy");
  hint(tr("export.copy_hint"));
  ImGui::SameLine();
  const bool closed = ImGui::Button(tr("dialog.cancel"));
  probe_last_item("export.cancel");
  if (closed) context.state.overlay = Overlay::none;
  if (confirmed && !dialog.path.empty())
    context.command(ExportTo{with_choices(context.state, dialog.options), dialog.path});
  if (copied) context.command(CopyView{with_choices(context.state, dialog.options)});
}

}  // namespace regard
