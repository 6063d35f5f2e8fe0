// SPDX-License-Identifier: Apache-2.0
#include "app/base/built_in_texts.h"
#include "app/export/plans.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "core/base/error.h"

#include <algorithm>

namespace regard {
namespace {

/// Views that always show the live text; the others follow the switch A | B | Δ.
bool always_live(ExportView view) {
  return view == ExportView::movement || view == ExportView::interventions || view == ExportView::effect ||
         view == ExportView::ablation || view == ExportView::patching || view == ExportView::sweep ||
         view == ExportView::likeness || view == ExportView::head_search || view == ExportView::drift ||
         view == ExportView::kinds || view == ExportView::causes || view == ExportView::checkpoints ||
         view == ExportView::positions || view == ExportView::head_cuts || view == ExportView::kind_table;
}

bool has_difference(ExportView view) {
  return view == ExportView::scores || view == ExportView::weights || view == ExportView::arcs ||
         view == ExportView::question || view == ExportView::predictions || view == ExportView::router;
}

}  // namespace

Seen seen_by(const std::shared_ptr<const Snapshot>& snapshot, const Session& session, ExportView view) {
  const Shown shown = shown_of(*snapshot, session);
  if (shown == Shown::baseline && !always_live(view))
    return {snapshot->comparison->baseline, session_at_baseline(*snapshot, session), false};
  return {snapshot, session, shown == Shown::difference && has_difference(view)};
}

FigureCaption caption_about(const Snapshot& snapshot, const std::string& what) {
  FigureCaption caption{full_name(*snapshot.model) + " · " + what, snapshot.source_text};
  std::replace_if(
      caption.second.begin(), caption.second.end(), [](char byte) { return byte == '\n' || byte == '\r'; }, ' ');
  return caption;
}

FigureCaption caption_on(const Seen& seen, const std::string& what, const std::filesystem::path& file) {
  FigureCaption caption = caption_about(*seen.snapshot, what);
  if (!file.empty()) caption.second = text_name(file);
  return caption;
}

std::filesystem::path sentences_file(const ExportOptions& options) {
  return options.corpus.empty() ? built_in_corpus(language_code(language())) : std::filesystem::path(options.corpus);
}

std::map<std::string, std::string> relation_names() {
  static const std::string kUnder = "relation.";
  std::map<std::string, std::string> names;
  for (const auto& [key, text] : texts_under(kUnder))
    names.emplace(key.substr(kUnder.size()), text);
  return names;
}

void check_reads_text(const Snapshot& snapshot) {
  if (!snapshot.model->tokenizer || snapshot.model->config.patches)
    throw Error("reads_pictures", {.item = snapshot.model->name});
}

std::vector<std::string> token_labels(const Encoding& encoding) {
  std::vector<std::string> labels;
  labels.reserve(encoding.tokens.size());
  for (const Token& token : encoding.tokens)
    labels.push_back(label_of(token));
  return labels;
}

std::vector<std::string> numbered_heads(const Model& model) {
  const ModelConfig& config = model.encoder ? model.encoder->config : model.config;
  std::vector<std::string> names;
  const std::size_t most = most_heads(config);
  for (std::size_t place = 0; place < config.layers * most; ++place)
    names.push_back(numbered_head(model, {place / most, place % most}));
  return names;
}

std::vector<std::string> numbers_up_to(std::size_t count) {
  std::vector<std::string> names;
  names.reserve(count);
  for (std::size_t number = 0; number < count; ++number)
    names.push_back(std::to_string(number));
  return names;
}

}  // namespace regard
