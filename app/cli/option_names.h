// SPDX-License-Identifier: Apache-2.0
// The words that stand for a choice on the command line, where several commands know them.
#pragma once

#include "app/export/export.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "core/analysis/head_likeness.h"
#include "core/analysis/probing.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace regard::cli {

inline const std::map<std::string, MaskMode> kMasks{
    {"as-trained", MaskMode::as_trained}, {"causal", MaskMode::causal}, {"bidirectional", MaskMode::bidirectional}};
inline const std::map<std::string, SpecialTokens> kSpecialTokens{{"counted", SpecialTokens::counted},
                                                                 {"left_out", SpecialTokens::left_out}};
inline const std::map<std::string, AttentionKind> kKinds{
    {"self", AttentionKind::self}, {"cross", AttentionKind::cross}, {"encoder", AttentionKind::encoder}};
inline const std::map<std::string, Language> kLanguages{{"ru", Language::ru}, {"en", Language::en}};
inline const std::map<std::string, StringTest> kStringTests{
    {"x", StringTest::x}, {"double", StringTest::twice}, {"long", StringTest::lengthened}};
inline const std::map<std::string, ThemeChoice> kThemes{{"dark", ThemeChoice::dark}, {"light", ThemeChoice::light}};
inline const std::map<std::string, ExportView> kViews = [] {
  std::map<std::string, ExportView> views;
  for (std::size_t index = 0; index < export_views; ++index) {
    const auto view = static_cast<ExportView>(index);
    views.emplace(name_of(view), view);
  }
  return views;
}();
inline const std::map<std::string, Shown> kShown{
    {"live", Shown::live}, {"baseline", Shown::baseline}, {"difference", Shown::difference}};
inline const std::map<std::string, GridWeight> kGridWeights{{"attention", GridWeight::attention},
                                                            {"value", GridWeight::value},
                                                            {"output", GridWeight::output},
                                                            {"rollout", GridWeight::rollout},
                                                            {"max_flow", GridWeight::max_flow}};
inline const std::map<std::string, RouterMap> kRouterMaps{
    {"layer", RouterMap::layer}, {"token", RouterMap::token}, {"load", RouterMap::load}};
inline const std::map<std::string, std::optional<ScorePartKind>> kScoreParts{
    {"all", std::nullopt},
    {"content", ScorePartKind::content},
    {"rotary", ScorePartKind::rotary},
    {"position", ScorePartKind::position},
    {"content_to_position", ScorePartKind::content_to_position},
    {"position_to_content", ScorePartKind::position_to_content}};
inline const std::map<std::string, bool> kAblations{{"zero", false}, {"mean", true}};
inline const std::map<std::string, ProbeTask> kProbeTasks{{"part_of_speech", ProbeTask::part_of_speech},
                                                          {"governor", ProbeTask::governor},
                                                          {"relation", ProbeTask::relation}};
inline const std::map<std::string, ProbeSource> kProbeSources{{"residual", ProbeSource::residual},
                                                              {"heads", ProbeSource::heads}};

}  // namespace regard::cli
