// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/knowledge.h"

#include "app/base/assets.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/session/preferences.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/copying.h"
#include "core/analysis/sentence_probe.h"

#include <array>
#include <cstddef>
#include <string>

namespace regard {
namespace {

constexpr std::array kProbes{"coreference", "indirect_object", "agreement"};

bool is_russian(const PanelContext& context, CorpusKind kind) {
  return kind == CorpusKind::russian || (kind != CorpusKind::english && context.preferences.language == Language::ru);
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
  const bool russian = is_russian(context, kind);
  const CorpusKind own = kind != CorpusKind::sentence ? kind : russian ? CorpusKind::russian : CorpusKind::english;
  KnowledgeSlot::Asked asked{context.snapshot.model, {}, corpus_path(context, own), corpus_reading(context, own)};
  for (const char* name : kProbes)
    asked.probes.push_back(assets_folder() / "corpora" / "probes" /
                           (std::string(name) + (russian ? ".ru.txt" : ".en.txt")));
  return context.background->ask<KnowledgeSlot>(asked);
}

}  // namespace regard
