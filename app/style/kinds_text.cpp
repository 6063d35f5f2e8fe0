// SPDX-License-Identifier: Apache-2.0
#include "app/style/kinds_text.h"

#include "app/style/locale.h"

#include <string_view>

namespace regard {
namespace {

std::string key_of_kind(std::string_view beginning, KindForm form) {
  return std::string(beginning) + std::string(info_of(form).name);
}

}  // namespace

std::string kind_title(const KindOfAttention& kind) {
  const KindInfo& info = info_of(kind.form);
  std::string title = tr(key_of_kind("kinds.name.", kind.form));
  if (info.first.usual != 0) title += " · " + std::string(info.first.sign) + " = " + std::to_string(kind.first);
  if (info.second.usual != 0) title += ", " + std::string(info.second.sign) + " = " + std::to_string(kind.second);
  return title;
}

std::string kind_about(KindForm form) {
  return tr(key_of_kind("kinds.about.", form));
}

std::string kind_note(const KindOfAttention& kind) {
  if (kind.form == KindForm::softmax) return {};
  return tr("labelled", {{"name", kind_title(kind)}, {"value", tr("kinds.untrained")}});
}

std::string no_softmax_note(const KindOfAttention& kind) {
  return tr(is_softmax(kind.form) ? "grids.no_softmax" : "grids.sigmoid");
}

std::string kind_refusal(const Error& error) {
  constexpr std::string_view kObstacle = "kind_obstacle_";
  if (!error.code().starts_with(kObstacle)) return tr(error);
  return tr("kind_effects.refused",
            {{"head", error.details().found}, {"why", tr("kinds.obstacle." + error.code().substr(kObstacle.size()))}});
}

}  // namespace regard
