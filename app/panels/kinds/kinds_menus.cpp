// SPDX-License-Identifier: Apache-2.0
// Which kinds stand side by side: adding one, its numbers, another in its place.
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/widgets/slider.h"

#include <imgui.h>

#include <algorithm>
#include <optional>
#include <string>

namespace regard {
namespace {

constexpr std::size_t kMostSharpness = 100,
                      kMostFeatures = 512;  ///< of the sliders; more can be asked for on the command line

bool stands(const std::vector<KindOfAttention>& kinds, const KindOfAttention& kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

/// The form with its usual numbers, or the next that do not stand there yet; none where it has no number and stands there.
std::optional<KindOfAttention> another_of(const std::vector<KindOfAttention>& kinds, KindForm form) {
  KindOfAttention kind = usual_kind(form);
  while (stands(kinds, kind)) {
    if (kind.first == 0) return std::nullopt;
    ++kind.first;
  }
  return kind;
}

/// A line for every form; the one that was chosen. Probes "<id>.<name>".
std::optional<KindOfAttention> choose_form(const std::string& id, const std::vector<KindOfAttention>& kinds,
                                           std::optional<KindForm> now) {
  std::optional<KindOfAttention> chosen;
  for (const KindInfo& info : kind_infos()) {
    const std::optional<KindOfAttention> kind = another_of(kinds, info.form);
    if (menu_line(id + "." + std::string(info.name), tr("kinds.name." + std::string(info.name)), kind_about(info.form),
                  now == info.form, kind.has_value() && now != info.form)) {
      chosen = kind;
      ImGui::CloseCurrentPopup();
    }
  }
  return chosen;
}

bool begin_kinds_popup(PanelContext& context, const char* id, ImVec2 corner) {
  ImGui::SetNextWindowPos({corner.x, corner.y + ImGui::GetFrameHeight()});
  ImGui::SetNextWindowSizeConstraints({em(27.0F), 0.0F}, {em(36.0F), em(30.0F)});
  if (!ImGui::BeginPopup(id)) return false;
  context.state.of<WindowState>().popup_open = true;
  return true;
}

std::size_t most_on_slider(KindForm form, const KindNumber& number, std::size_t tokens) {
  const std::size_t most = form == KindForm::cosine      ? kMostSharpness
                           : form == KindForm::performer ? kMostFeatures
                                                         : std::max<std::size_t>(tokens, 2);
  return std::min(most, number.most);
}

/// A slider for one of a kind's numbers. True when it was moved.
bool number_slider(const std::string& id, KindForm form, const KindNumber& number, std::size_t tokens, float width,
                   std::size_t& value) {
  if (number.usual == 0) return false;
  int now = static_cast<int>(value);
  SliderSpec spec;
  spec.id = id;
  spec.label = std::string(number.sign);
  spec.width = width;
  spec.label_width = em(2.0F);
  if (!slider(spec, now, 1, static_cast<int>(std::max(most_on_slider(form, number, tokens), value)))) return false;
  value = static_cast<std::size_t>(now);
  return true;
}

void replace_kind(PanelContext& context, std::size_t index, const KindOfAttention& kind) {
  std::vector<KindOfAttention> kinds = context.look().kinds;
  if (stands(kinds, kind)) return;
  kinds[index] = kind;
  context.act(SetKinds{std::move(kinds)});
}

}  // namespace

bool edit_kind_numbers(const std::string& id, KindOfAttention& kind, std::size_t tokens, float width) {
  const KindInfo& info = info_of(kind.form);
  const bool first = number_slider(id + ".0", kind.form, info.first, tokens, width, kind.first);
  return number_slider(id + ".1", kind.form, info.second, tokens, width, kind.second) || first;
}

void draw_add_kind(PanelContext& context) {
  const std::vector<KindOfAttention>& kinds = context.look().kinds;
  if (kinds.size() >= most_kinds) return caption(tr("kinds.no_more", {{"most", most_kinds}}));
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  if (quiet_button("kinds.add", tr("kinds.add"), true)) ImGui::OpenPopup("kinds.add.menu");
  if (!begin_kinds_popup(context, "kinds.add.menu", corner)) return;
  if (const std::optional<KindOfAttention> chosen = choose_form("kinds.add", kinds, std::nullopt)) {
    std::vector<KindOfAttention> more = kinds;
    more.push_back(*chosen);
    context.act(SetKinds{std::move(more)});
  }
  ImGui::EndPopup();
}

void draw_kind_menu_of(PanelContext& context, std::size_t index, const KindOfAttention& drawn, std::size_t tokens,
                       float width) {
  const ScopedId scope(index);
  const std::vector<KindOfAttention>& kinds = context.look().kinds;
  const KindOfAttention& kind = kinds[index];
  const std::string id = std::to_string(index);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const float remove = kinds.size() > least_kinds ? quiet_button_width("×") : 0.0F;
  const float arrow = quiet_button_width("", true);
  if (quiet_button("kinds.kind." + id, fitted(kind_title(drawn), width - remove - arrow), true))
    ImGui::OpenPopup("kinds.kind.menu");
  hint(kind_title(drawn) + "\n" + kind_about(drawn.form));
  if (remove > 0.0F) {
    ImGui::SameLine(0.0F, 0.0F);
    ImGui::SetCursorScreenPos({corner.x + width - remove, corner.y});
    if (quiet_button("kinds.remove." + id, "×")) {
      std::vector<KindOfAttention> fewer = kinds;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(index));
      context.act(SetKinds{std::move(fewer)});
    }
    hint(tr("kinds.remove"));
  }
  if (!begin_kinds_popup(context, "kinds.kind.menu", corner)) return;
  KindOfAttention changed = kind;
  if (edit_kind_numbers("kinds.number." + id, changed, tokens, em(24.0F))) replace_kind(context, index, changed);
  menu_section(tr("kinds.instead"));
  if (const std::optional<KindOfAttention> chosen = choose_form("kinds.to", kinds, kind.form))
    replace_kind(context, index, *chosen);
  ImGui::EndPopup();
}

}  // namespace regard
