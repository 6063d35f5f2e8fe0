// SPDX-License-Identifier: Apache-2.0
#include "app/cli/heads_report.h"

#include "core/analysis/classical_scaling.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include <ostream>

namespace regard::cli {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Measure& measure) {
  if (!measure.defined()) return nullptr;
  return {{"value", measure.value}, {"uniform", measure.uniform}, {"rows", measure.rows}};
}

Json json_of(const RelationScore& score) {
  const std::optional<ShareInterval>& known = score.interval;
  return {{"right", score.right},
          {"low", known ? Json(known->low) : Json()},
          {"high", known ? Json(known->high) : Json()},
          {"strict", score.strict},
          {"weight", score.weight}};
}

Json relations_of(const HeadAtlas& atlas) {
  Json relations = Json::object();
  for (const auto& [name, tally] : atlas.relations.of) {
    const OffsetBaseline baseline = offset_baseline(tally);
    relations[name] = {{"rows", tally.rows}, {"offset", baseline.offset}, {"offset_right", baseline.right}};
  }
  return relations;
}

const char* name_of(HeadCopying::Absent absent) {
  switch (absent) {
    case HeadCopying::Absent::no_language_head:
      return "no_language_head";
    case HeadCopying::Absent::transform:
      return "transform";
    case HeadCopying::Absent::post_norm:
      return "post_norm";
    case HeadCopying::Absent::gated:
      return "gated";
    case HeadCopying::Absent::streams:
      return "streams";
    case HeadCopying::Absent::few_tokens:
      return "few_tokens";
    case HeadCopying::Absent::no_weights:
      return "no_weights";
    case HeadCopying::Absent::nothing:
      break;
  }
  return nullptr;
}

Json copying_of(const HeadCopying& copying) {
  if (const char* absent = name_of(copying.absent)) return {{"tokens", copying.tokens}, {"absent", absent}};
  return {{"tokens", copying.tokens}};
}

Json ensembles_of(const HeadEnsembles& ensembles, const HeadAtlas& atlas) {
  const auto share = [](std::size_t part, std::size_t rows) {
    return static_cast<float>(part) / static_cast<float>(rows);
  };
  Json all = Json::object();
  for (const auto& [relation, ensemble] : ensembles) {
    Json heads = Json::array();
    for (std::size_t place = 0; place < ensemble.heads.size(); ++place)
      heads.push_back({{"layer", ensemble.heads[place] / atlas.heads},
                       {"head", ensemble.heads[place] % atlas.heads},
                       {"chosen_right", share(ensemble.chosen_right[place], ensemble.chosen_rows)},
                       {"right", share(ensemble.right[place], ensemble.rows)}});
    all[relation] = {{"chosen_rows", ensemble.chosen_rows}, {"rows", ensemble.rows}, {"heads", std::move(heads)}};
  }
  return all;
}

Json heads_of(const CorpusReport& corpus) {
  const HeadAtlas& atlas = corpus.atlas;
  Json heads = Json::array();
  const std::span<const NamedMeasure> named = named_measures();
  for_each_head(atlas, [&](HeadRef head, std::size_t index) {
    Json measures = Json::object(), relations = Json::object();
    for (std::size_t measure = 0; measure < named.size(); ++measure)
      measures[std::string(named[measure].name)] = json_of(atlas.measures[measure][index].mean());
    measures["copying"] = corpus.copying.heads.empty() ? Json() : json_of(corpus.copying.heads[index]);
    for (const auto& [name, tally] : atlas.relations.of)
      relations[name] = json_of(relation_score(tally, index));
    heads.push_back({{"layer", head.layer},
                     {"head", head.head},
                     {"measures", std::move(measures)},
                     {"relations", std::move(relations)}});
    if (corpus.detectors.empty()) return;
    Json detectors = Json::object();
    for (const DetectorScores& detector : corpus.detectors)
      detectors[detector.name] = json_of(detector.heads[index].mean());
    heads.back()["detectors"] = std::move(detectors);
  });
  return heads;
}

/// Heads are in the order of the atlas.
Json likeness_of(const HeadLikeness& likeness) {
  const PlaneMap map = classical_scaling(likeness.distances);
  const auto rows_of = [](const Matrix& matrix) {
    Json rows = Json::array();
    for (std::size_t row = 0; row < matrix.rows; ++row)
      rows.push_back(matrix.row(row));
    return rows;
  };
  return {{"rows", likeness.rows},
          {"special_tokens", name_of(likeness.special)},
          {"distances", rows_of(likeness.distances)},
          {"map", rows_of(map.points)},
          {"explained", map.explained}};
}

Json corpus_of(const CorpusReport& corpus) {
  Json result{{"corpus", corpus.name},
              {"sentences", corpus.atlas.sentences},
              {"left_out", corpus.atlas.left_out},
              {"tokens", corpus.atlas.tokens},
              {"copying", copying_of(corpus.copying)},
              {"relations", relations_of(corpus.atlas)}};
  if (!corpus.ensembles.empty()) result["ensembles"] = ensembles_of(corpus.ensembles, corpus.atlas);
  if (corpus.likeness) result["likeness"] = likeness_of(*corpus.likeness);
  result["heads"] = heads_of(corpus);
  return result;
}

Json probe_of(const SentenceProbe& probe, const HeadAtlas& atlas) {
  Json heads = Json::array();
  const std::vector<HeadsMeasure> measures = probe.measures();
  for_each_head(atlas, [&](HeadRef head, std::size_t index) {
    Json list = Json::object();
    for (const HeadsMeasure& measure : measures)
      list[measure.name] = json_of(measure.heads[index]);
    heads.push_back({{"layer", head.layer}, {"head", head.head}, {"measures", std::move(list)}});
  });
  return {{"probe", probe.name},        {"text", probe.file},           {"sentences", probe.sentences},
          {"left_out", probe.left_out}, {"unasked", probe.unasked},     {"nearest", probe.nearest},
          {"first", probe.first},       {"continued", probe.continued}, {"preferred", probe.preferred},
          {"heads", std::move(heads)}};
}

Json repeated_of(const InductionProbe& probe, const HeadAtlas& atlas) {
  Json heads = Json::array();
  for_each_head(atlas, [&](HeadRef head, std::size_t index) {
    const Measure score = probe.scores[index].mean();
    heads.push_back({{"layer", head.layer},
                     {"head", head.head},
                     {"induction", score.value},
                     {"uniform", score.uniform},
                     {"contrast", probe.contrast(index)}});
  });
  return {{"seeds", probe.seeds}, {"rows", probe.rows}, {"heads", std::move(heads)}};
}

}  // namespace

bool is_measured(const HeadAtlas& atlas, std::size_t index) {
  return std::any_of(atlas.measures.begin(), atlas.measures.end(),
                     [&](const std::vector<MeasureTally>& measure) { return measure[index].rows > 0; });
}

void write_heads_json(const HeadsReport& report, std::ostream& out) {
  Json corpora = Json::array(), probes = Json::array();
  for (const CorpusReport& corpus : report.corpora)
    corpora.push_back(corpus_of(corpus));
  const HeadAtlas& atlas = report.corpora.front().atlas;
  for (const SentenceProbe& probe : report.probes)
    probes.push_back(probe_of(probe, atlas));
  Json document{{"model", report.model}, {"corpora", std::move(corpora)}, {"probes", std::move(probes)}};
  if (report.repeated.seeds > 0) document["repeated_tokens"] = repeated_of(report.repeated, atlas);
  out << document.dump(1) << '\n';
}

}  // namespace regard::cli
