// SPDX-License-Identifier: Apache-2.0
#include "app/cli/heads_command.h"

#include "app/base/model_path.h"
#include "app/cli/corpus_files.h"
#include "app/style/locale.h"
#include "core/analysis/classical_scaling.h"
#include "core/analysis/head_atlas.h"
#include "core/analysis/head_likeness.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <ostream>

namespace regard::cli {
namespace {

using Json = nlohmann::ordered_json;

/// A corpus and what came of it.
struct Measured {
  std::string name{};
  HeadAtlas atlas{};
  std::optional<HeadLikeness> likeness{};
};

template <class Visit>
void for_each_head(const HeadAtlas& atlas, const Visit& visit) {
  for (std::size_t layer = 0; layer < atlas.layers; ++layer)
    for (std::size_t head = 0; head < atlas.heads; ++head)
      visit(HeadRef{layer, head}, atlas.index({layer, head}));
}

Json json_of(const Measure& measure) {
  if (!measure.defined()) return nullptr;
  return {{"value", measure.value}, {"uniform", measure.uniform}, {"rows", measure.rows}};
}

Json json_of(const RelationScore& score) {
  return {{"right", score.right},
          {"low", score.low},
          {"high", score.high},
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

Json heads_of(const HeadAtlas& atlas) {
  Json heads = Json::array();
  const std::span<const NamedMeasure> named = named_measures();
  for_each_head(atlas, [&](HeadRef head, std::size_t index) {
    Json measures = Json::object(), relations = Json::object();
    for (std::size_t measure = 0; measure < named.size(); ++measure)
      measures[std::string(named[measure].name)] = json_of(atlas.measures[measure][index].mean());
    for (const auto& [name, tally] : atlas.relations.of)
      relations[name] = json_of(relation_score(tally, index));
    heads.push_back({{"layer", head.layer},
                     {"head", head.head},
                     {"measures", std::move(measures)},
                     {"relations", std::move(relations)}});
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
          {"distances", rows_of(likeness.distances)},
          {"map", rows_of(map.points)},
          {"explained", map.explained}};
}

Json json_of(const Measured& corpus) {
  Json json{
      {"corpus", corpus.name},         {"sentences", corpus.atlas.sentences},     {"left_out", corpus.atlas.left_out},
      {"tokens", corpus.atlas.tokens}, {"relations", relations_of(corpus.atlas)}, {"heads", heads_of(corpus.atlas)}};
  if (corpus.likeness) json["likeness"] = likeness_of(*corpus.likeness);
  return json;
}

Json probe_of(const InductionProbe& probe, const HeadAtlas& atlas) {
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

void write_json(const std::string& model, const std::vector<Measured>& corpora, const InductionProbe& probe,
                std::ostream& out) {
  Json list = Json::array();
  for (const Measured& one : corpora)
    list.push_back(json_of(one));
  Json document{{"model", model}, {"corpora", std::move(list)}};
  if (probe.seeds > 0) document["repeated_tokens"] = probe_of(probe, corpora.front().atlas);
  out << document.dump(1) << '\n';
}

/// Columns that a row does not have stay empty.
struct CsvRow {
  std::string_view corpus{}, kind{}, name{};
  HeadRef head{};
  std::size_t rows = 0;
  float value = 0.0F, baseline = 0.0F;
  const RelationScore* relation = nullptr;
};

void write_row(const CsvRow& row, std::ostream& out) {
  out << Json(row.corpus).dump() << ',' << row.head.layer << ',' << row.head.head << ',' << row.kind << ',' << row.name
      << ',' << Json(row.value).dump() << ',' << Json(row.baseline).dump() << ',' << row.rows;
  if (row.relation == nullptr)
    out << ",,,,\n";
  else
    out << ',' << Json(row.relation->low).dump() << ',' << Json(row.relation->high).dump() << ','
        << Json(row.relation->strict).dump() << ',' << Json(row.relation->weight).dump() << '\n';
}

/// A line for each pair of heads; the second one is the line's name.
void write_pairs(const Measured& corpus, std::ostream& out) {
  const HeadLikeness& likeness = *corpus.likeness;
  for (std::size_t first = 0; first < likeness.heads.size(); ++first)
    for (std::size_t second = first + 1; second < likeness.heads.size(); ++second) {
      const HeadRef other = likeness.heads[second].head;
      const std::string name = std::to_string(other.layer) + "." + std::to_string(other.head);
      write_row(
          {corpus.name, "likeness", name, likeness.heads[first].head, likeness.rows, likeness.distances(first, second)},
          out);
    }
}

void write_csv(const std::vector<Measured>& corpora, const InductionProbe& probe, std::ostream& out) {
  out << "corpus,layer,head,kind,name,value,baseline,rows,low,high,strict,weight\n";
  const std::span<const NamedMeasure> named = named_measures();
  for (const Measured& corpus : corpora) {
    for_each_head(corpus.atlas, [&, &name = corpus.name, &all = corpus.atlas](HeadRef head, std::size_t index) {
      for (std::size_t measure = 0; measure < named.size(); ++measure)
        if (const Measure mean = all.measures[measure][index].mean(); mean.defined())
          write_row({name, "measure", named[measure].name, head, mean.rows, mean.value, mean.uniform}, out);
      for (const auto& [relation, tally] : all.relations.of) {
        const RelationScore score = relation_score(tally, index);
        write_row({name, "relation", relation, head, score.rows, score.right, offset_baseline(tally).right, &score},
                  out);
      }
    });
    if (corpus.likeness) write_pairs(corpus, out);
  }
  if (probe.seeds == 0) return;
  for_each_head(corpora.front().atlas, [&](HeadRef head, std::size_t index) {
    const Measure score = probe.scores[index].mean();
    write_row({"repeated_tokens", "measure", "induction", head, score.rows, score.value, score.uniform}, out);
  });
}

}  // namespace

void run_heads(const HeadsCommand& command, Streams streams) {
  const std::vector<Corpus> read = read_corpora(command.corpora);
  const std::shared_ptr<const Model> model = load_model(model_path(command.model));
  std::vector<Measured> corpora;
  corpora.reserve(read.size());
  for (const Corpus& corpus : read) {
    corpora.push_back({corpus.name, measure_corpus(model, corpus), {}});
    if (command.likeness) corpora.back().likeness = measure_likeness(std::span(&model, 1), corpus);
    if (const std::size_t left_out = corpora.back().atlas.left_out; left_out > 0)
      streams.err << "regard: "
                  << tr_plural("cli.remark.left_out", left_out, {{"file", corpus.name}, {"model", model->name}})
                  << '\n';
  }
  const InductionProbe probe = probe_induction(model);
  if (command.csv)
    write_csv(corpora, probe, streams.out);
  else
    write_json(model->name, corpora, probe, streams.out);
}

}  // namespace regard::cli
