// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/difference_views.h"

#include "app/session/look.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_memo.h"

#include <algorithm>

namespace regard {
namespace {

NoDifference problem_of(const Snapshot& live, const Session& session) {
  const Snapshot& baseline = *live.comparison->baseline;
  const SharedSession at_baseline = session_at_baseline(live, session);
  if (shown_kind(baseline, at_baseline) != shown_kind(live, session) || has_two_texts(baseline) != has_two_texts(live))
    return NoDifference::attention;
  const HeadRef head = shown_head(live, session);
  const ModelConfig& config = shown_config(baseline, at_baseline);
  return has_head(config, head) ? NoDifference::none : NoDifference::head;
}

}  // namespace

const DifferenceViews* DifferenceMemo::update(const std::shared_ptr<const Snapshot>& live, const Session& session,
                                              const Views& views) {
  if (!has_baseline(*live)) {
    snapshot_ = nullptr;
    return nullptr;
  }
  const bool fresh = snapshot_ != live;
  const bool grid_changed = fresh || views.grid_revision != seen_revision_;
  if (!grid_changed && session == session_) return &views_;
  if (grid_changed) {
    views_.problem = problem_of(*live, session);
    views_.score_limit = views_.weight_limit = 0.0F;
    views_.grid = {};
    if (views_.problem == NoDifference::none) {
      views_.grid = make_grid_difference(*live, session, views.grid);
      views_.score_limit = std::max(views_.grid.baseline_score_limit, views.grid.score_limit);
      views_.weight_limit = std::max(views_.grid.baseline_weight_limit, views.grid.weight_limit);
    }
    ++views_.grid_revision;
  }
  if (fresh || views.all_rows != all_rows_ || views.all_cols != all_cols_) {
    const bool long_text = views.all_rows && views_.problem == NoDifference::none;
    views_.whole = long_text ? std::make_shared<const WholePairs>(make_whole_pairs(*live, session)) : nullptr;
  }
  const bool shown = look_of(session).shown == Shown::difference && views_.problem == NoDifference::none;
  views_.arcs = shown ? make_arcs_difference(session, views.grid, views_.grid, views.arcs.two_lines) : ArcsDifference{};
  views_.question = shown ? make_question_difference(*live, session) : QuestionDifference{};
  snapshot_ = live;
  session_ = session;
  seen_revision_ = views.grid_revision;
  all_rows_ = views.all_rows;
  all_cols_ = views.all_cols;
  return &views_;
}

}  // namespace regard
