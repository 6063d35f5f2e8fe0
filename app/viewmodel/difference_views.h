// SPDX-License-Identifier: Apache-2.0
// What changed between the baseline (A) and the live text (B), view by view, in the live text's units: B − A of exactly the numbers
// that the ordinary views of both texts show. Units are partners as the comparison's alignment has their tokens; at word level
// words that stand between partners, equally many in both texts, are partners one by one. What only one text has is not made
// up: such rows and columns are NaN and listed by name. Pure functions, no ImGui; the memo is for the UI thread.
#pragma once

#include "app/viewmodel/all_views.h"
#include "app/viewmodel/views.h"
#include "core/analysis/alignment.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// The scales of changes span at least these, so that what is next to nothing does not glow.
inline constexpr float least_score_scale = 0.1F, least_weight_scale = 0.01F;

inline constexpr std::size_t kNoPartner = std::numeric_limits<std::size_t>::max();

/// Why there is nothing to subtract although there is a baseline.
enum class NoDifference {
  none,       ///< there is
  head,       ///< the baseline's model has no such head
  attention,  ///< or no such kind of attention (one text against two)
};

/// Which units of two axes are partners.
[[nodiscard]] Alignment pair_units(const Axis& baseline, const Axis& live, const Alignment& tokens, bool words);

/// An axis of the live grid beside that of the baseline.
struct PairedAxis {
  Axis baseline{};                                        ///< the baseline's units that can be partners
  std::vector<std::size_t> partner{};                     ///< [live units] unit of `baseline`, or kNoPartner
  std::vector<std::string> only_live{}, only_baseline{};  ///< units without a partner, in order
};

/// Of a text that is longer than a grid: the baseline's whole axes, and which of their units each of the whole live axes has.
struct WholePairs {
  Axis rows{}, cols{};
  std::vector<std::size_t> row_partner{}, col_partner{};  ///< kNoPartner: none
  bool renormalised = false;                              ///< the baseline's rows of weights
};
[[nodiscard]] WholePairs make_whole_pairs(const Snapshot& live, const Session& session);

/// Both grids. Rows and columns are the live grid's.
struct GridDifference {
  PairedAxis rows{}, cols{};
  Matrix scores{}, weights{};                    ///< B − A; NaN without a partner
  Matrix baseline_scores{}, baseline_weights{};  ///< A's numbers at the places of the live units; NaN without a partner
  std::vector<bool> masked{};                    ///< without a partner, or masked in both texts
  std::vector<bool> baseline_masked{};           ///< masked in A (false without a partner)
  float score_limit = 1.0F, weight_limit = 1.0F;                    ///< largest |B − A|, at least the least scale
  float baseline_score_limit = 1.0F, baseline_weight_limit = 1.0F;  ///< as GridView has them, of A's grid
  /// [rows] B's weight on keys that A does not have, and A's on keys that B does not have. A row's changes and these add up
  /// to 0 where the whole text is shown.
  std::vector<float> gained{}, lost{};
};
[[nodiscard]] GridDifference make_grid_difference(const Snapshot& live, const Session& session, const GridView& shown);
/// Of what became of one kind of number: the largest |B − A|, 0 where nothing changed.
[[nodiscard]] float largest_change(const Matrix& changes);
/// All digits, tab separated; `masked` stands in a cell that has no difference.
[[nodiscard]] std::string grid_as_text(const GridView& live, const GridDifference& difference, bool weights,
                                       std::string_view masked);

/// Arcs of the selected head that grew or shrank by at least the session's threshold.
struct ArcsDifference {
  ArcsView view{};  ///< Arc::weight is B − A; weakest change first; `hidden` counts the other pairs that changed
  float not_drawn = 0.0F;  ///< Σ |B − A| of the selected query's changes that are not drawn
  float largest = 0.0F;    ///< |B − A| of all pairs the arcs are of, drawn or not
  float gained = 0.0F;     ///< the selected query's weight on keys that only B has
  float lost = 0.0F;       ///< and on those that only A has, there
  bool query_has_partner = false;
};
[[nodiscard]] ArcsDifference make_arcs_difference(const Session& session, const GridView& shown,
                                                  const GridDifference& difference, bool two_lines);

/// One key as the selected query sees it in both texts; at least one of them is there.
struct KeyChange {
  std::optional<KeyBar> baseline{}, live{};
  [[nodiscard]] float weight_change() const {
    return (live ? live->weight : 0.0F) - (baseline ? baseline->weight : 0.0F);
  }
};
struct QuestionDifference {
  bool paired = false;  ///< the selected query has a partner; all else is empty where it has none
  std::size_t baseline_query = 0;
  std::string baseline_query_label{};
  /// In the order of the sentence, a vanished key before the new ones in its place; by |change of weight| where the session
  /// sorts. At most QuestionView::most_bars, those that changed most and the selected key.
  std::vector<KeyChange> keys{};
  std::size_t other_keys = 0;
  float other_weight = 0.0F, other_baseline_weight = 0.0F;
  float weight_sum = 0.0F, baseline_weight_sum = 0.0F;  ///< of all keys, as added up
  /// [d] of the selected key, as QuestionView has them; empty where it has no partner, or the heads are not equally wide.
  std::vector<float> products{}, baseline_products{};
  std::vector<float> output{}, baseline_output{};  ///< [d]; empty where the heads are not equally wide
};
[[nodiscard]] QuestionDifference make_question_difference(const Snapshot& live, const Session& session);

/// Which positions' predictions are compared.
struct PredictionPlaces {
  enum class Why { found, no_head, no_partner };
  Why why = Why::no_head;
  std::size_t position = 0, baseline_position = 0;
  std::string label{}, baseline_label{};
  friend bool operator==(const PredictionPlaces&, const PredictionPlaces&) = default;
};
[[nodiscard]] PredictionPlaces prediction_places(const Snapshot& live, const PredictionView& shown);

/// A token of either list of candidates.
struct PredictionChange {
  std::string text{};
  std::int32_t id = -1, baseline_id = -1;  ///< −1: that vocabulary has no such token
  double probability = 0.0, baseline_probability = 0.0;
  double log_change = 0.0;  ///< log p_B − log p_A (natural); 0 where one of them has no such token
};
struct PredictionDifference {
  std::vector<PredictionChange> rows{};  ///< the most probable of A and of B together, by the larger probability
  bool one_vocabulary = true;            ///< else tokens are the same where their texts are, and there is no divergence
  double divergence = 0.0;               ///< KL(p_A‖p_B)
};
/// As slow as two unembeddings: for a background job. Both models have an LM head. Throws Cancelled.
[[nodiscard]] PredictionDifference compare_predictions(const Trace& baseline, const Trace& live,
                                                       const PredictionPlaces& places,
                                                       const std::stop_token& stop = {});

/// All of one snapshot and one session.
struct DifferenceViews {
  NoDifference problem = NoDifference::none;
  GridDifference grid{};
  std::uint64_t grid_revision = 0;            ///< changes with the grid's numbers
  std::shared_ptr<const WholePairs> whole{};  ///< null for texts that a grid holds; another one only for other axes
  ArcsDifference arcs{};                      ///< made while the difference is shown, as is the question
  QuestionDifference question{};
  /// The larger of A's and B's: the legends of both span them, so that one can be turned to the other. 0: nothing to share.
  float score_limit = 0.0F, weight_limit = 0.0F;
};

}  // namespace regard
