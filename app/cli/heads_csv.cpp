// SPDX-License-Identifier: Apache-2.0
#include "app/base/head_place.h"
#include "app/cli/heads_report.h"

#include "app/export/text_fields.h"

#include <ostream>

namespace regard::cli {
namespace {

/// Columns that a row does not have stay empty.
struct CsvRow {
  std::string_view corpus{}, kind{}, name{};
  HeadRef head{};
  std::size_t rows = 0;
  float value = 0.0F, baseline = 0.0F;
  const RelationScore* relation = nullptr;
};

void write_row(const CsvRow& row, std::ostream& out) {
  out << csv_field(row.corpus) << ',' << row.head.layer << ',' << row.head.head << ',' << row.kind << ','
      << csv_field(row.name) << ',' << shortest(row.value) << ',' << shortest(row.baseline) << ',' << row.rows;
  if (row.relation == nullptr) {
    out << ",,,,\n";
    return;
  }
  if (const std::optional<ShareInterval>& known = row.relation->interval)
    out << ',' << shortest(known->low) << ',' << shortest(known->high);
  else
    out << ",,";
  out << ',' << shortest(row.relation->strict) << ',' << shortest(row.relation->weight) << '\n';
}

void write_measure(const HeadsMeasure& measure, std::string_view kind, const HeadAtlas& atlas, std::ostream& out) {
  for_each_head(atlas, [&](HeadRef head, std::size_t index) {
    if (const Measure& mean = measure.heads[index]; mean.defined())
      write_row({measure.text, kind, measure.name, head, mean.rows, mean.value, mean.uniform}, out);
  });
}

void write_corpus(const CorpusReport& corpus, std::ostream& out) {
  const std::span<const NamedMeasure> named = named_measures();
  const HeadAtlas& atlas = corpus.atlas;
  for_each_head(atlas, [&](HeadRef head, std::size_t index) {
    for (std::size_t measure = 0; measure < named.size(); ++measure)
      if (const Measure mean = atlas.measures[measure][index].mean(); mean.defined())
        write_row({corpus.name, "measure", named[measure].name, head, mean.rows, mean.value, mean.uniform}, out);
    for (const auto& [relation, tally] : atlas.relations.of) {
      const RelationScore score = relation_score(tally, index);
      write_row(
          {corpus.name, "relation", relation, head, score.rows, score.right, offset_baseline(tally).right, &score},
          out);
    }
  });
  if (!corpus.copying.heads.empty())
    write_measure({"copying", corpus.name, corpus.copying.heads}, "measure", atlas, out);
  for (const DetectorScores& detector : corpus.detectors) {
    HeadsMeasure measure{detector.name, corpus.name, {}};
    for (const MeasureTally& tally : detector.heads)
      measure.heads.push_back(tally.mean());
    write_measure(measure, "detector", atlas, out);
  }
  for (const auto& [relation, ensemble] : corpus.ensembles)
    for (std::size_t place = 0; place < ensemble.heads.size(); ++place) {
      const HeadRef head{ensemble.heads[place] / atlas.heads, ensemble.heads[place] % atlas.heads};
      const float right = static_cast<float>(ensemble.right[place]) / static_cast<float>(ensemble.rows);
      write_row({corpus.name, "ensemble", relation, head, ensemble.rows, right,
                 offset_baseline(atlas.relations.of.at(relation)).right},
                out);
    }
}

/// A line for each pair of heads; the second one is the line's name.
void write_pairs(const std::string& corpus, const HeadLikeness& likeness, std::ostream& out) {
  for (std::size_t first = 0; first < likeness.heads.size(); ++first)
    for (std::size_t second = first + 1; second < likeness.heads.size(); ++second) {
      const HeadRef other = likeness.heads[second].head;
      const std::string name = head_place(other);
      write_row(
          {corpus, "likeness", name, likeness.heads[first].head, likeness.rows, likeness.distances(first, second)},
          out);
    }
}

}  // namespace

void write_heads_csv(const HeadsReport& report, std::ostream& out) {
  out << "corpus,layer,head,kind,name,value,baseline,rows,low,high,strict,weight\n";
  for (const CorpusReport& corpus : report.corpora)
    write_corpus(corpus, out);
  for (const CorpusReport& corpus : report.corpora)
    if (corpus.likeness) write_pairs(corpus.name, *corpus.likeness, out);
  const HeadAtlas& atlas = report.corpora.front().atlas;
  for (const SentenceProbe& probe : report.probes)
    for (const HeadsMeasure& measure : probe.measures())
      write_measure(measure, "probe", atlas, out);
  if (report.repeated.seeds == 0) return;
  HeadsMeasure induction{"induction", "repeated_tokens", {}};
  for (const MeasureTally& tally : report.repeated.scores)
    induction.heads.push_back(tally.mean());
  write_measure(induction, "measure", atlas, out);
}

}  // namespace regard::cli
