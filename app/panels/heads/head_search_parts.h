// SPDX-License-Identifier: Apache-2.0
// The pieces of the view that searches heads. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/head_search.h"
#include "app/viewmodel/views.h"
#include "app/widgets/heat_map.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

/// What a stroke paints.
inline constexpr std::array<float, 4> brush_strengths{0.25F, 0.5F, 0.75F, 1.0F};

/// What a report was measured on. Other panels choose the text, too, and a new one may be read: then the report is of something else.
struct ReportSource {
  std::weak_ptr<const Model> model{};
  std::string corpus{};  ///< a file; empty: the sentence on screen
  unsigned reading = 0;
  std::weak_ptr<const Trace> trace{};  ///< of the sentence
};
/// What a report would be about now.
[[nodiscard]] ReportSource report_source(const Snapshot& snapshot, const PanelState& panels);

struct HeadSearchState {
  SearchBy by = SearchBy::example;
  std::optional<SpecialTokens> special{};  ///< a person's choice; else the usual ones of the model
  std::size_t measure = 0;
  bool smallest_first = false;
  std::string relation{};
  std::shared_ptr<const HeadReport> report{};
  ReportSource report_of{};
  // The painted pattern: on tokens, of this encoding.
  std::shared_ptr<const Matrix> paint{};
  std::weak_ptr<const Trace> painted_on{};
  std::uint64_t paint_revision = 0;
  std::size_t strength = brush_strengths.size() - 1;  ///< of the brush, a place in brush_strengths
  bool erasing = false;                               ///< the stroke began on a cell of that strength
  std::optional<Cell> stroke{};                       ///< the cell it has last gone over
  HeatMapView view{};
  Axis rows{}, cols{};
};

/// Slot of Background.
struct HeadSearchSlot {
  using Asked = HeadSearchQuestion;
  using Answer = HeadSearchView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_head_search(asked, job.stop, job.progress);
  }
};

/// What is asked, as it was chosen; nothing where that cannot be asked of this run, or of what was measured when the panel was last drawn.
[[nodiscard]] std::optional<HeadSearchQuestion> search_question(const Snapshot& snapshot, const Session& session,
                                                                const PanelState& panels);

/// The grid that is painted on, its buttons, and what is painted for a new text.
void draw_painted_pattern(PanelContext& context, HeadSearchState& state, const std::shared_ptr<const Trace>& on);
/// Thumbnails in the order of their rank, each with its number; a click goes to the head.
void draw_found_heads(PanelContext& context, const HeadSearchView& view, const std::vector<std::string>& models);

}  // namespace regard
