// SPDX-License-Identifier: Apache-2.0
// What came of measuring a model's heads on a corpus, in finished numbers: what tables show, files hold and the disk keeps. Plain
// values; any thread.
#pragma once

#include "core/analysis/head_atlas.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// One relation, all heads.
struct RelationReport {
  std::string name{};
  std::size_t rows = 0;
  OffsetBaseline offset{};
  std::vector<RelationScore> heads{};  ///< [layers · heads]; without rows where a layer has fewer heads
};

struct HeadReport {
  std::string corpus{};                          ///< its name
  std::size_t layers = 0, heads = 0;             ///< heads of the layer that has the most
  std::size_t sentences = 0, left_out = 0;       ///< read; longer than the context
  std::size_t tokens = 0;                        ///< of those that were read
  std::vector<std::vector<Measure>> measures{};  ///< [named_measures()][layers · heads], likewise
  std::vector<RelationReport> relations{};       ///< by name; empty where the corpus has no trees

  [[nodiscard]] std::size_t index(HeadRef head) const { return head.layer * heads + head.head; }
  [[nodiscard]] HeadRef head_at(std::size_t index) const { return {index / heads, index % heads}; }
  [[nodiscard]] std::size_t size() const { return layers * heads; }
};
[[nodiscard]] HeadReport make_head_report(const HeadAtlas& atlas, std::string corpus);

/// The head that is right most often; the first of equal ones.
[[nodiscard]] std::size_t best_head(const RelationReport& relation);
/// The relation of that name, or null.
[[nodiscard]] const RelationReport* relation_named(const HeadReport& report, std::string_view name);

/// Every number to the last bit, and back. Nothing where the text is not such a report of this version (files may be cut off, or
/// anybody's): each number is in its range, each list as long as it must be.
[[nodiscard]] std::string head_report_text(const HeadReport& report);
[[nodiscard]] std::optional<HeadReport> read_head_report(std::string_view text);

/// A badge rests on so many rows at least: the 95 % interval of a share over 20 rows reaches 0.22 to either side at most (1.96·0.5/√20),
/// less than the 0.3 that a badge asks for; over fewer a word or two would earn one.
inline constexpr std::size_t least_badge_rows = 20;

/// When a head gets a badge for something it does: its share is at least max(least, times · what a head gets that knows nothing).
struct BadgeLine {
  float least = 0.3F;
  float times = 5.0F;
  friend bool operator==(const BadgeLine&, const BadgeLine&) = default;
};
/// Of shares of weight; none below least_badge_rows.
[[nodiscard]] bool has_badge(const Measure& measure, const BadgeLine& line);
/// Above the best fixed offset even at the lower end of the interval; not, where that is not known.
[[nodiscard]] bool is_better(const RelationScore& score, const OffsetBaseline& offset);
/// A relation's baseline is the best fixed offset: better than that, and above the line's least; none below least_badge_rows.
[[nodiscard]] bool has_badge(const RelationReport& relation, std::size_t head, const BadgeLine& line);

}  // namespace regard
