// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/trained_councils.h"

#include "app/viewmodel/training_view.h"
#include "core/base/progress.h"

#include <algorithm>
#include <string>
#include <utility>

namespace regard {
namespace {

/// Throws Error council_others where its scores are of other sentences or questions than the set's.
void check_alike(const train::RecordedCouncil& council, const train::GuidedSet& set, const std::string& file) {
  for (std::size_t language = 0; language < council.sentences.size(); ++language)
    if (const std::size_t here = set.held_out[language].size(); council.sentences[language] != here)
      throw Error("council_others", {.file = file,
                                     .item = "sentences." + std::string(train::kTreeLanguages[language]),
                                     .expected = std::to_string(here),
                                     .found = std::to_string(council.sentences[language])});
  for (std::size_t at = 0; at < std::max(council.questions.size(), set.questions.of.size()); ++at) {
    const std::string found = at < council.questions.size() ? council.questions[at] : "–";
    const std::string here = at < set.questions.of.size() ? set.questions.of[at].relation : "–";
    if (found != here)
      throw Error("council_others", {.file = file, .item = "relation", .expected = here, .found = found});
  }
}

/// Points behind the last one that was measured say nothing about questions.
void keep_measured(std::vector<train::CouncilPoint>& points) {
  while (!points.empty() && !points.back().scores)
    points.pop_back();
}

}  // namespace

std::shared_ptr<const EarlierCouncils> read_councils(const CouncilsQuestion& question, const std::stop_token& stop) {
  auto earlier = std::make_shared<EarlierCouncils>();
  const auto folders = list_runs({question.folder, question.reading, train::kCouncilFile});
  for (const std::filesystem::path& folder : *folders) {
    throw_if_stopped(stop);
    try {
      train::RecordedCouncil read = train::load_council(folder);
      keep_measured(read.points);
      if (read.points.empty()) continue;  // it has only begun
      check_alike(read, *question.set, (folder / train::kCouncilFile).string());
      earlier->councils.push_back({folder, {read.recipe, question.set}, std::move(read.points)});
    } catch (const Error& error) {
      earlier->problems.push_back(error);
    }
  }
  return earlier;
}

}  // namespace regard
