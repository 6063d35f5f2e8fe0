// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/export_preview.h"

#include "app/export/export.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string_view>

namespace regard {
namespace {

/// In the middle of the room, its pixels on the screen's.
void paint_picture(PanelContext& context, const std::shared_ptr<const RgbImage>& image, ImVec2 min, ImVec2 size) {
  if (context.images == nullptr || image->pixels.empty()) return;
  context.images->preview.show(image);
  const ImVec2 wanted(static_cast<float>(image->width), static_cast<float>(image->height));
  const float scale = std::min({1.0F, size.x / wanted.x, size.y / wanted.y});
  const ImVec2 shown(wanted.x * scale, wanted.y * scale);
  const ImVec2 at(std::round(min.x + (size.x - shown.x) * 0.5F), std::round(min.y + (size.y - shown.y) * 0.5F));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddImage(context.images->preview.id(), at, {at.x + shown.x, at.y + shown.y});
  list.AddRect(at, {at.x + shown.x, at.y + shown.y}, colour_u32(theme().grid));
}

void paint_lines(std::string_view text, float width) {
  const ScopedFont font(fonts().mono_small);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    coloured(theme().text, fitted(text.substr(0, end), width));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// True where there is something to say instead of a preview.
bool say_instead(PanelContext& context) {
  ExportDialog& dialog = context.state.of<ExportDialog>();
  const ExportPreview* preview = context.world.preview;
  if (takes_long(dialog.options.view) && !dialog.glance_wanted) {
    wrapped(theme().text_muted, tr("export.takes_long"));
    gap(0.4F);
    if (ImGui::Button(tr("export.preview"))) dialog.glance_wanted = true;
    probe_last_item("export.show_preview");
    return true;
  }
  if (preview != nullptr && preview->problem) {
    wrapped(theme().warning, tr(*preview->problem));
    return true;
  }
  if (preview != nullptr && (preview->picture || !preview->text.empty())) return false;
  wrapped(theme().text_muted, tr(preview == nullptr ? "export.making" : "export.too_long"));
  return true;
}

}  // namespace

void draw_export_preview(PanelContext& context, ImVec2 size) {
  ExportDialog& dialog = context.state.of<ExportDialog>();
  const float pad = em(0.5F);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  probe("export.preview", corner, {corner.x + size.x, corner.y + size.y});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, theme().panel);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {pad, pad});
  ImGui::BeginChild("preview", size, true, ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollbar);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float line = ImGui::GetTextLineHeightWithSpacing();
  dialog.glance = {std::max(16.0F, room.x), std::max(16.0F, room.y),
                   static_cast<std::size_t>(std::max(2.0F, room.y / line))};
  if (!say_instead(context)) {
    const ExportPreview& preview = *context.world.preview;
    if (preview.picture)
      paint_picture(context, preview.picture, min, room);
    else
      paint_lines(preview.text, room.x);
  }
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

}  // namespace regard
