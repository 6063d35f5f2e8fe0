// SPDX-License-Identifier: Apache-2.0
// The pieces of the relations view. Private to app/panels/heads. UI thread only.
#pragma once

#include "app/panels/common/heads_state.h"
#include "app/panels/common/panel.h"
#include "core/analysis/head_report.h"

#include <imgui.h>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace regard {

/// A text and what came of it.
struct RelationText {
  CorpusKind kind{};
  std::string name{};                          ///< "Russian"
  std::shared_ptr<const HeadReport> report{};  ///< null while it is measured
};
using RelationTexts = std::array<RelationText, 2>;

/// "84.1 %–91.5 %"; a dash where nothing is known of it.
[[nodiscard]] std::string interval_in_words(const RelationScore& score);

/// How high the table's rows were when it was drawn last, pixels.
struct RelationHeights {
  float header = 0.0F;
  std::vector<float> rows{};
};
/// The most of `height` that ends with a row; all of it where no row is known.
[[nodiscard]] float height_of_whole_rows(const RelationHeights& drawn, float height);

/// Relations × texts, the best head of each, none where too few questions are asked to choose one; a click looks at a relation. Its rows'
/// heights come back. Probes "relations.row.<name>", "relations.best.<text>.<name>", "relations.few.<text>.<name>".
RelationHeights draw_relations_table(PanelContext& context, const RelationTexts& texts, bool labels, float height);

/// A dot per head: how often it is right in one text against the other. Probes "relations.dots", its
/// texts "relations.dots.first", ".second", ".legend".
void draw_two_texts_picture(PanelContext& context, const RelationTexts& texts, const std::string& relation,
                            ImVec2 size);

/// Which heads together answer the relation better than the best alone, text by text; measures that where it has not been done.
void draw_ensembles(PanelContext& context, const RelationTexts& texts, const std::string& relation);

}  // namespace regard
