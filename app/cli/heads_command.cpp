// SPDX-License-Identifier: Apache-2.0
#include "app/cli/heads_command.h"

#include "app/base/built_in_texts.h"
#include "app/base/given_path.h"
#include "app/cli/adapters.h"
#include "app/cli/corpus_files.h"
#include "app/cli/heads_report.h"
#include "app/style/locale.h"

#include <filesystem>
#include <ostream>

namespace regard::cli {
namespace {

using Paths = std::vector<std::filesystem::path>;

Paths paths_of(const std::vector<std::string>& given) {
  Paths files;
  files.reserve(given.size());
  for (const std::string& name : given)
    files.push_back(given_path(name));
  return files;
}

/// Those that were given; without a corpus and without them those that come with the program.
Paths probes_of(const HeadsCommand& command) {
  if (!command.corpora.empty() || !command.probes.empty()) return paths_of(command.probes);
  Paths files;
  for (const std::string_view name : probe_names)
    for (const char* language : {"en", "ru"})
      files.push_back(built_in_probe(name, language));
  return files;
}

/// A captured run is measured on its own text, the only one it knows.
Corpus own_corpus(const Model& model) {
  return {model.name, {{.text = model.tokenizer->encode("").text}}};
}

CorpusReport report_of(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                       const std::vector<Detector>& detectors, const HeadsCommand& command) {
  CorpusReport report{.name = corpus.name, .atlas = measure_corpus(model, corpus)};
  report.copying = measure_copying(model, frequent_ids(*model, corpus));
  if (!detectors.empty()) report.detectors = measure_detectors(model, corpus, detectors);
  if (command.ensemble > 0) report.ensembles = measure_ensembles(model, corpus, command.ensemble);
  if (command.likeness)
    report.likeness = measure_likeness(std::span(&model, 1), corpus, {}, {}, nullptr,
                                       command.special_tokens.value_or(usual_special_tokens(*model)));
  return report;
}

}  // namespace

void run_heads(const HeadsCommand& command, Streams streams) {
  const std::shared_ptr<const Model> model = open_model(command.model, command.adapters, command.captured);
  const bool captured = model->capture != nullptr;
  if (captured && !(command.corpora.empty() && command.probes.empty()))
    throw Refusal(tr("cli.refusal.own_text",
                     {{"model", model->name}, {"option", command.corpora.empty() ? "--probe" : "--corpus"}}));
  const std::vector<Corpus> corpora =
      captured ? std::vector<Corpus>{own_corpus(*model)} : read_corpora(command.corpora);
  std::vector<NamedProbe> probes;
  for (const std::filesystem::path& file : captured ? Paths{} : probes_of(command))
    probes.push_back(load_probe(file));
  std::vector<Detector> detectors;
  if (!command.detectors.empty()) detectors = load_detectors(given_path(command.detectors));
  HeadsReport report{.model = full_name(*model)};
  for (const Corpus& corpus : corpora) {
    report.corpora.push_back(report_of(model, corpus, detectors, command));
    if (const std::size_t left_out = report.corpora.back().atlas.left_out; left_out > 0)
      streams.err << "regard: "
                  << tr_plural("cli.remark.left_out", left_out, {{"file", corpus.name}, {"model", model->name}})
                  << '\n';
  }
  if (!captured) tell_unread(*model, corpora, streams.err);
  for (const NamedProbe& probe : probes)
    report.probes.push_back(measure_probe(model, probe));
  if (!captured) report.repeated = probe_induction(model);
  if (command.csv)
    write_heads_csv(report, streams.out);
  else
    write_heads_json(report, streams.out);
}

}  // namespace regard::cli
