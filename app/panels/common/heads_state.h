// SPDX-License-Identifier: Apache-2.0
// What the panels about all heads of a model share: the text they are measured on, which measure and relation is looked at, where
// badges begin.
#pragma once

#include "core/analysis/difference.h"
#include "core/analysis/head_evidence.h"
#include "core/analysis/head_report.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {

/// A text that heads are measured on.
enum class CorpusKind {
  sentence,  ///< the one on screen, with all that was changed in it
  russian,   ///< ours, with trees
  english,
  file,  ///< a person's own
};

/// Does a model tell the words of a text of ours apart?
struct WordsKnown {
  std::weak_ptr<const Model> model{};
  CorpusKind text{};
  bool unread = false;  ///< it does not: it reads notes

  [[nodiscard]] bool is_about(const std::shared_ptr<const Model>& other, CorpusKind kind) const {
    return model.lock() == other && text == kind;
  }
};

struct CorpusChoice {
  std::optional<CorpusKind> kind{};  ///< none: the one in the window's language, or the sentence where that is unread
  WordsKnown words{};                ///< what was found out last
  std::filesystem::path file{};      ///< of a person; empty: none was chosen yet
  unsigned reading = 0;              ///< counts how often a file was chosen: each time it is read anew

  void take(std::filesystem::path chosen) {
    kind = CorpusKind::file;
    file = std::move(chosen);
    ++reading;
  }
};

/// A person's rules about what heads look at.
struct DetectorRules {
  std::filesystem::path file{};  ///< empty: those that come with the program
  unsigned reading = 0;          ///< counts how often a file was chosen: each time it is read anew
  std::size_t chosen = 0;        ///< whose heads are shown

  void take(std::filesystem::path named) {
    file = std::move(named);
    ++reading;
    chosen = 0;
  }
};

/// All heads by one measure: what the overview shows while the workspace is on show.
struct MeasureMap {
  std::weak_ptr<const Model> model{};
  std::string measure{};  ///< its name in the window's language, and the text's
  std::string text{};
  std::filesystem::path corpus{};  ///< the text that was chosen then; empty: the sentence on screen
  unsigned reading = 0;
  std::optional<std::weak_ptr<const Trace>> run{};  ///< of the sentence on screen: the run it was taken from
  std::vector<HeadMovement> heads{};                ///< by layer, then head; those without the measure are left out
  float largest = 0.0F;
};

struct HeadsState {
  CorpusChoice corpus{};
  std::string measure = "previous_token";  ///< the column that the overview shows: the one chosen last
  std::string sorted_by{};                 ///< the column that the table is sorted by; empty: by badges
  bool ascending = false;                  ///< smallest first, of a column
  std::string relation{};                  ///< looked at; empty: the one found best
  BadgeLine line{};
  bool only_badges = false;                 ///< rows of heads with badges alone
  std::string filter{};                     ///< what a row's names hold, as typed
  EvidenceQuestion behind{};                ///< whose sentences are shown; `what` empty: nobody's
  std::weak_ptr<const Model> behind_of{};   ///< the model that has this head
  std::optional<CorpusKind> behind_text{};  ///< the text they are of; none: whichever is chosen
  bool behind_least = false;                ///< those where it does it least come first
  MeasureMap map{};
  DetectorRules detectors{};
};

}  // namespace regard
