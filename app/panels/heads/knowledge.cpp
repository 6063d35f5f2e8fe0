// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/knowledge.h"

#include "app/base/built_in_texts.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/copying.h"
#include "core/analysis/sentence_probe.h"

#include <cstddef>
#include <utility>

namespace regard {
namespace {

const char* language_of(const PanelContext& context, CorpusKind kind) {
  if (kind == CorpusKind::russian) return "ru";
  return kind == CorpusKind::english ? "en" : language_code(context.preferences.language);
}

}  // namespace

std::shared_ptr<const std::vector<HeadsMeasure>> KnowledgeSlot::answer(const Asked& asked, const Job<Answer>& job) {
  job.give_way();
  std::vector<HeadsMeasure> found;
  const Corpus corpus = load_corpus(asked.corpus);
  if (HeadCopying copying = measure_copying(asked.model, frequent_ids(*asked.model, corpus, job.stop), job.stop);
      !copying.heads.empty())
    found.push_back({"copying", corpus.name, std::move(copying.heads)});
  for (std::size_t index = 0; index < asked.probes.size(); ++index) {
    job.progress->fraction = static_cast<float>(index) / static_cast<float>(asked.probes.size());
    const SentenceProbe probe =
        measure_probe(asked.model, load_probe(asked.probes[index]), {job.stop, nullptr, job.give_way});
    found.push_back(probe.measures().front());
    job.publish(std::make_shared<const Answer>(found));
  }
  return std::make_shared<const Answer>(std::move(found));
}

Outcome<std::vector<HeadsMeasure>> ask_knowledge(PanelContext& context, CorpusKind kind) {
  const bool russian = context.preferences.language == Language::ru;
  const CorpusKind own = kind != CorpusKind::sentence ? kind : russian ? CorpusKind::russian : CorpusKind::english;
  KnowledgeSlot::Asked asked{context.snapshot.model, {}, corpus_path(context, own), corpus_reading(context, own)};
  for (const std::string_view name : probe_names)
    asked.probes.push_back(probe_file(context, kind, name));
  return context.background->ask<KnowledgeSlot>(asked);
}

std::filesystem::path probe_file(const PanelContext& context, CorpusKind kind, std::string_view measure) {
  return is_probe(measure) ? built_in_probe(measure, language_of(context, kind)) : std::filesystem::path();
}

}  // namespace regard
