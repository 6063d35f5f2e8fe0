// SPDX-License-Identifier: Apache-2.0
#include "core/train/council/recorded_council.h"

#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/json.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace regard::train {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kCouncilVersion = 1;
constexpr std::size_t kMostCouncilBytes = 32 << 20;
constexpr std::size_t kMostQuestions = 256, kMostRelationBytes = 128;
constexpr std::size_t kMostCounted = std::size_t{1} << 40;  // sentences, words
constexpr double kMostShare = 1.0 + 1e-3;                   // a mean of shares may be rounded up

// ------------------------------------------------------------------------------------------------------------ writing

ordered_json written_scores(const CouncilScores& scores, const std::vector<std::string>& questions) {
  ordered_json all = ordered_json::object();
  for (std::size_t language = 0; language < scores.of.size(); ++language) {
    ordered_json list = ordered_json::array();
    for (std::size_t question = 0; question < scores.of[language].size(); ++question) {
      const QuestionScore& score = scores.of[language][question];
      list.push_back({{"relation", questions[question]},
                      {"rows", score.rows},
                      {"right", score.right},
                      {"weight", score.weight},
                      {"base", score.base}});
    }
    all[std::string(kTreeLanguages[language])] = std::move(list);
  }
  return all;
}

ordered_json written_point(const CouncilPoint& point, const std::vector<std::string>& questions) {
  ordered_json one{{"step", point.step},
                   {"heads", point.losses.heads},
                   {"labels", point.losses.labels},
                   {"pieces", point.losses.pieces}};
  if (point.scores) one["held_out"] = written_scores(*point.scores, questions);
  return one;
}

// ------------------------------------------------------------------------------------------------------------ reading

/// A value of the file, and what it is called in errors.
struct CouncilEntry {
  const json& value;
  const std::string& file;
  std::string name{};

  [[noreturn]] void fail(std::string expected) const {
    throw Error("json_value",
                {.file = file, .item = name, .expected = std::move(expected), .found = json_excerpt(value)});
  }
  [[nodiscard]] std::string name_of(const std::string& key) const { return name.empty() ? key : name + "." + key; }
  [[nodiscard]] bool has(const char* key) const { return value.contains(key); }
  [[nodiscard]] CouncilEntry at(const std::string& key, const char* expected) const {
    if (!value.is_object()) fail("{…}");
    const auto found = value.find(key);
    if (found == value.end()) throw Error("json_missing", {.file = file, .item = name_of(key), .expected = expected});
    return {*found, file, name_of(key)};
  }
  [[nodiscard]] CouncilEntry item(std::size_t index) const {
    return {value[index], file, name + "[" + std::to_string(index) + "]"};
  }
  [[nodiscard]] std::size_t items(std::size_t least, std::size_t most) const {
    if (!value.is_array() || value.size() < least || value.size() > most)
      fail("[" + std::to_string(least) + "…" + std::to_string(most) + "]");
    return value.size();
  }
  [[nodiscard]] std::uint64_t count(std::uint64_t least, std::uint64_t most) const {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() < least || value.get<std::uint64_t>() > most)
      fail(least == most ? std::to_string(least) : std::to_string(least) + "…" + std::to_string(most));
    return value.get<std::uint64_t>();
  }
  [[nodiscard]] double number() const {
    if (!value.is_number() || !std::isfinite(value.get<double>())) fail("0.1, 2 …");
    return value.get<double>();
  }
  [[nodiscard]] float share() const {
    const double found = number();
    if (found < 0.0 || found > kMostShare) fail("0…1");
    return static_cast<float>(found);
  }
  [[nodiscard]] std::string text() const {
    if (!value.is_string() || value.get_ref<const std::string&>().empty() ||
        value.get_ref<const std::string&>().size() > kMostRelationBytes)
      fail("\"…\" (≤ " + std::to_string(kMostRelationBytes) + " B)");
    return value.get<std::string>();
  }
};

/// What check() says about the whole, as one of the file's lines.
void check_read(const CouncilRecipe& recipe, const std::string& file) {
  try {
    check(recipe);
  } catch (const Error& error) {
    const auto& told = error.details();
    throw Error("json_value", {.file = file, .item = told.item, .expected = told.expected, .found = told.found});
  }
}

CouncilRecipe read_council_recipe(const CouncilEntry& whole) {
  constexpr std::uint64_t kMostOfShape = 65'536;
  const auto number = [&](const char* key, std::uint64_t most) {
    return static_cast<std::size_t>(whole.at(key, "1, 2 …").count(1, most));
  };
  CouncilRecipe recipe{.layers = number("layers", kMostOfShape),
                       .heads = number("heads", kMostOfShape),
                       .width = number("width", kMostOfShape),
                       .steps = number("planned", 100'000),
                       .pieces = number("pieces", kMostOfShape)};
  const CouncilEntry rate = whole.at("rate", "0.004");
  if (std::abs(rate.number()) > static_cast<double>(std::numeric_limits<float>::max())) rate.fail("0.004");
  recipe.optimiser.rate = static_cast<float>(rate.number());
  recipe.seed = whole.at("seed", "0, 1, 2 …").count(0, std::numeric_limits<std::uint64_t>::max());
  check_read(recipe, whole.file);
  return recipe;
}

QuestionScore read_score(const CouncilEntry& entry) {
  return {.rows = entry.at("rows", "0, 1, 2 …").count(0, kMostCounted),
          .right = entry.at("right", "0…1").share(),
          .weight = entry.at("weight", "0…1").share(),
          .base = entry.at("base", "0…1").share()};
}

/// The first list says what the questions are; all others are of the same.
CouncilScores read_scores(const CouncilEntry& held_out, std::vector<std::string>& questions) {
  CouncilScores scores;
  for (std::size_t language = 0; language < scores.of.size(); ++language) {
    const CouncilEntry list = held_out.at(std::string(kTreeLanguages[language]), "[…]");
    const std::size_t known = questions.size();
    const std::size_t size = known > 0 ? list.items(known, known) : list.items(1, kMostQuestions);
    for (std::size_t question = 0; question < size; ++question) {
      const CouncilEntry entry = list.item(question);
      const CouncilEntry relation = entry.at("relation", "\"…\"");
      if (known == 0)
        questions.push_back(relation.text());
      else if (relation.text() != questions[question])
        relation.fail("\"" + questions[question] + "\"");
      scores.of[language].push_back(read_score(entry));
    }
  }
  return scores;
}

CouncilPoint read_council_point(const CouncilEntry& entry, std::size_t least, RecordedCouncil& council) {
  const CouncilEntry step = entry.at("step", "0, 1, 2 …");
  if (least > council.steps) step.fail("0…" + std::to_string(council.steps));
  CouncilPoint point{.step = step.count(least, council.steps)};
  point.losses.heads = entry.at("heads", "0.1, 2 …").number();
  point.losses.labels = entry.at("labels", "0.1, 2 …").number();
  point.losses.pieces = entry.at("pieces", "0.1, 2 …").number();
  if (entry.has("held_out")) point.scores = read_scores(entry.at("held_out", "{…}"), council.questions);
  return point;
}

}  // namespace

std::string council_json(const RecordedCouncil& council) {
  const CouncilRecipe& recipe = council.recipe;
  ordered_json sentences = ordered_json::object(), points = ordered_json::array();
  for (std::size_t language = 0; language < council.sentences.size(); ++language)
    sentences[std::string(kTreeLanguages[language])] = council.sentences[language];
  for (const CouncilPoint& point : council.points)
    points.push_back(written_point(point, council.questions));
  const ordered_json all{{"version", kCouncilVersion},    {"layers", recipe.layers},
                         {"heads", recipe.heads},         {"width", recipe.width},
                         {"rate", recipe.optimiser.rate}, {"pieces", recipe.pieces},
                         {"seed", recipe.seed},           {"planned", recipe.steps},
                         {"steps", council.steps},        {"sentences", std::move(sentences)},
                         {"points", std::move(points)}};
  return all.dump() + "\n";
}

RecordedCouncil parse_council(std::string_view text, const std::string& file) {
  const json document = parse_json(text, file);
  const CouncilEntry whole{document, file};
  if (!document.is_object())
    throw Error("json_value", {.file = file, .item = "$", .expected = "{…}", .found = json_excerpt(document)});
  if (const std::uint64_t version = whole.at("version", "1").count(1, kMostCounted); version > kCouncilVersion)
    throw Error("session_version",
                {.file = file, .expected = std::to_string(kCouncilVersion), .found = std::to_string(version)});
  RecordedCouncil council{.recipe = read_council_recipe(whole)};
  council.steps = whole.at("steps", "0, 1, 2 …").count(0, council.recipe.steps);
  const CouncilEntry sentences = whole.at("sentences", "{…}");
  for (std::size_t language = 0; language < council.sentences.size(); ++language)
    council.sentences[language] = sentences.at(std::string(kTreeLanguages[language]), "1, 2 …").count(0, kMostCounted);
  const CouncilEntry points = whole.at("points", "[…]");
  const std::size_t size = points.items(0, council.steps + 1);
  for (std::size_t index = 0; index < size; ++index) {
    const std::size_t least = index == 0 ? 0 : council.points.back().step + 1;
    council.points.push_back(read_council_point(points.item(index), least, council));
  }
  return council;
}

RecordedCouncil load_council(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kCouncilFile;
  return parse_council(read_file(file, kMostCouncilBytes), file.string());
}

}  // namespace regard::train
