// SPDX-License-Identifier: Apache-2.0
// One token of the text replaced by each of a list of words, and which one-token replacements make a head look where one wants.
// Every row is measured on the tokens that the sentence has once the word stands in it, so a click brings the numbers of the
// row. Too slow for a frame: made in background jobs. Pure; any thread. Numbers: core/analysis/sweep.h.
#pragma once

#include "app/viewmodel/snapshot.h"
#include "core/analysis/sweep.h"
#include "core/base/progress.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

/// A text, its run, and what is watched. Interventions are left out: they stand on words that may go.
struct SweepText {
  std::shared_ptr<const Trace> trace{};
  std::shared_ptr<const Encoding> encoding{};  ///< of the trace's tokens
  bool decoder = false;                        ///< a decoder's text
  bool add_special = true;
  Watch watch{};
  friend bool operator==(const SweepText&, const SweepText&) = default;
};

/// Where the words come from.
enum class SweepWords { model, frequent, own };

struct SweepQuestion {
  SweepText text{};
  std::size_t token = 0;  ///< the one that is replaced
  SweepWords words = SweepWords::model;
  std::vector<std::string> own{};
  friend bool operator==(const SweepQuestion&, const SweepQuestion&) = default;
};

struct SweepRow {
  std::size_t token = 0;  ///< the one that is replaced
  std::string before{};   ///< what stands there now
  std::string word{};     ///< for ReplaceToken
  SweepResult numbers{};
};

struct SweepView {
  double weight = 0.0;  ///< the watched one as it is
  std::vector<SweepRow> rows{};
  std::vector<std::string> refused{};  ///< own words that leave the text as it is
};

using PublishSweep = std::function<void(std::shared_ptr<const SweepView>)>;

inline constexpr std::size_t swept_words = 16;

/// Words between commas or line ends, without spaces around them, each once.
[[nodiscard]] std::vector<std::string> words_of(std::string_view typed);

/// The live text without its interventions.
[[nodiscard]] const Snapshot& swept(const Snapshot& live);
/// It as a sweep reads it; `encoding` is a copy of its encoding. It has a trace.
[[nodiscard]] SweepText sweep_text(const Snapshot& live, const Session& session, std::size_t position,
                                   std::shared_ptr<const Encoding> encoding);

/// What happens to the tokens when a word takes a token's place; no ids where nothing happens.
[[nodiscard]] Substitution substitution_of(const SweepText& text, std::size_t token, const std::string& word);

[[nodiscard]] std::shared_ptr<const SweepView> make_sweep(const SweepQuestion& question,
                                                          const PublishSweep& publish = {},
                                                          const std::function<void()>& give_way = {},
                                                          const std::stop_token& stop = {},
                                                          Progress* progress = nullptr);

/// How many runs make_search() makes of this text at most.
[[nodiscard]] std::size_t runs_of_search(const SweepText& text, bool watched_too);

/// The replacements that raise the watched weight most, best first. `watched_too`: also of the query and the key themselves.
[[nodiscard]] std::shared_ptr<const SweepView> make_search(const SweepText& text, bool watched_too,
                                                           const PublishSweep& publish = {},
                                                           const std::function<void()>& give_way = {},
                                                           const std::stop_token& stop = {},
                                                           Progress* progress = nullptr);

/// A table's order: largest |value| first (weights: largest first), or the other way round; words by their letters.
enum class SweepColumn { word, weight, change, movement, divergence };
[[nodiscard]] std::vector<std::size_t> sorted(const SweepView& view, SweepColumn column, bool reversed);

}  // namespace regard
