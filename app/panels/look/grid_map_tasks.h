// SPDX-License-Identifier: Apache-2.0
// What the map of a long text asks the background for: the pyramid of a whole head, finer parts of it, and exact numbers of a
// pair at once. Of the text that is shown, or of what changed. Private to app/panels.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/difference_map.h"
#include "app/viewmodel/views.h"

#include <cstddef>
#include <memory>

namespace regard {

/// What the tasks compute from: values that outlive the frame.
struct MapInput {
  Shown shown = Shown::live;
  std::shared_ptr<const Trace> trace{};
  AttentionKind kind = AttentionKind::self;
  HeadRef head{};
  std::shared_ptr<const Axis> rows{}, cols{};
  bool renormalised = false;
  std::shared_ptr<const Trace> baseline{};    ///< of the difference; else null
  std::shared_ptr<const WholePairs> pairs{};  ///< likewise
  friend bool operator==(const MapInput&, const MapInput&) = default;
};
[[nodiscard]] MapInput map_input(const PanelContext& context);

struct HeadPyramid {
  Shown shown = Shown::live;
  MapPyramid pyramid{};
};
/// A slot of Background: a head's map of the whole text.
struct PyramidSlot {
  using Asked = MapInput;
  using Answer = HeadPyramid;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job);
};

/// A finer part of one head's map.
struct MapDetail {
  MapInput of{};
  AttentionMap map{};
};
/// A slot of Background.
struct DetailSlot {
  struct Asked {
    MapInput input{};
    MapRegion region{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = MapDetail;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job);
};

/// Exact numbers of a pair of units of the whole axes; of the baseline too where the difference is shown.
[[nodiscard]] ExactDifference exact_numbers(const PanelContext& context, std::size_t row, std::size_t col);

}  // namespace regard
