// SPDX-License-Identifier: Apache-2.0
#include "app/style/heads_text.h"

#include "app/style/locale.h"

namespace regard {

std::string head_place(HeadRef head) {
  return std::to_string(head.layer) + "·" + std::to_string(head.head);
}

std::string measure_name(std::string_view measure) {
  return tr("measure." + std::string(measure));
}

std::string measure_about(std::string_view measure) {
  return tr("measure_about." + std::string(measure));
}

std::string relation_name(std::string_view relation) {
  const std::size_t colon = relation.find(':');
  if (colon == std::string_view::npos) return tr("relation." + std::string(relation));
  return std::string(relation.substr(0, colon)) + (relation.substr(colon) == ":up" ? " ↑" : " ↓");
}

}  // namespace regard
