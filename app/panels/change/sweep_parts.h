// SPDX-License-Identifier: Apache-2.0
// The pieces of the Sweep view. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/viewmodel/sweep_view.h"

#include <memory>
#include <string>
#include <string_view>

namespace regard {

/// How a table is sorted.
struct SweepOrder {
  SweepColumn column = SweepColumn::change;
  bool reversed = false;
};

struct SweepState {
  bool key = false;  ///< the key is replaced instead of the query
  SweepWords words = SweepWords::model;
  std::string own{};         ///< as typed
  bool watched_too = false;  ///< the search may replace the query and the key themselves
  LongMapState map{}, search{};
  SweepOrder order{}, search_order{};
  std::weak_ptr<const Trace> encoding_of{};
  std::shared_ptr<const Encoding> encoding{};
};

/// Slots of Background: the table, and the search for what raises the weight.
struct SweepSlot {
  using Asked = SweepQuestion;
  using Answer = SweepView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_sweep(asked, job.publish, job.give_way, job.stop, job.progress);
  }
};
struct SearchSlot {
  struct Asked {
    SweepText text{};
    bool watched_too = false;
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = SweepView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_search(asked.text, asked.watched_too, job.publish, job.give_way, job.stop, job.progress);
  }
};

/// Rows of words with their numbers; a click on a column sorts by it, a click on a row puts the word into the sentence. Probes
/// "<id>.row.<place>", "<id>.column.<index>". `places`: rows say what they replace. `fresh`: they are of the sentence on screen, and
/// may be clicked.
void draw_sweep_table(PanelContext& context, std::string_view id, const SweepView& view, SweepOrder& order, bool places,
                      bool fresh);

}  // namespace regard
