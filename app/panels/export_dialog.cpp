// SPDX-License-Identifier: Apache-2.0
#include "app/panels/export_dialog.h"

#include "app/panels/parts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui_stdlib.h>

#include <array>
#include <cmath>
#include <filesystem>

namespace regard {
namespace {

constexpr std::array kScales{1.0, 2.0, 4.0};

std::string proposal(const PanelState& state) {
  const ExportOptions& options = state.exporting.options;
  const std::filesystem::path folder = std::filesystem::path(state.session_path).parent_path();
  return (folder / ("regard-" + std::string(name_of(options.view)) + "." + std::string(name_of(options.format))))
      .string();
}

bool is_picture(ExportFormat format) {
  return format == ExportFormat::png || format == ExportFormat::svg || format == ExportFormat::pdf;
}

/// A name in the muted colour and, beside it, what there is to choose from.
template <class Choice>
void line(const char* name, const Choice& choice) {
  align_to_frame();
  coloured(theme().text_muted, name);
  ImGui::SameLine(em(7.0F));
  choice();
}

/// The path follows view and format until somebody types another.
void draw_choices(PanelState& state) {
  ExportOptions& options = state.exporting.options;
  const std::string before = proposal(state);
  line(tr("export.view"), [&] {
    options.view = static_cast<ExportView>(choose("export.view",
                                                  {tr("grids.scores"), tr("grids.weights"), tr("arcs.title"),
                                                   tr("heads.title"), tr("question.title"), tr("predictions.title")},
                                                  static_cast<std::size_t>(options.view)));
  });
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
  const bool closed = ImGui::Button(tr("dialog.cancel"));
  probe_last_item("export.cancel");
  if (closed) context.state.overlay = Overlay::none;
  if (confirmed && !dialog.path.empty()) context.command(ExportTo{dialog.options, dialog.path});
}

}  // namespace regard
