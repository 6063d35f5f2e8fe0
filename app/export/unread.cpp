// SPDX-License-Identifier: Apache-2.0
#include "app/export/unread.h"

#include "app/base/built_in_texts.h"
#include "app/export/plans.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "core/analysis/commonest_token.h"
#include "core/capture/capture.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace regard {
namespace {

/// Is the view measured on a text at all, and is that one of the program's where nobody has named one?
enum class Measured { no, on_what_is_given, on_sentences };

Measured how_measured(const ExportOptions& options) {
  switch (options.view) {
    case ExportView::roles:
    case ExportView::likeness:
    case ExportView::importance:
    case ExportView::pruning:
    case ExportView::drift:
    case ExportView::causes:
    case ExportView::checkpoints:
      return Measured::on_what_is_given;
    case ExportView::relations:
    case ExportView::probing:
    case ExportView::detectors:
    case ExportView::ensembles:
      return Measured::on_sentences;
    case ExportView::evidence:
      return is_probe(options.evidence) ? Measured::no : Measured::on_sentences;
    default:
      return Measured::no;
  }
}

/// A line below everything else, as wide as it must be.
void add_foot(Figure& figure, const std::string& text, const FigureStyle& style) {
  figure.width = std::max(figure.width, figure_text_width(text, FigureFont::text, kFigureSmall) + 2 * kFigureMargin);
  figure.add(
      FigureText{kFigureMargin, figure.height, text, kFigureSmall, FigureFont::text, FigureAlign::left, {style.text}});
  figure.height += kFigureMargin;
}

}  // namespace

std::optional<MeasuredText> measured_text(const Snapshot& snapshot, ExportOptions options) {
  if (options.view == ExportView::evidence) options.corpus = options.evidence_corpus.value_or(options.corpus);
  const Measured how = how_measured(options);
  if (how == Measured::no || !snapshot.model->tokenizer || snapshot.model->config.patches) return std::nullopt;
  const std::filesystem::path file =
      how == Measured::on_sentences ? sentences_file(options) : std::filesystem::path(options.corpus);
  if (!file.empty()) return MeasuredText{file, {}, text_name(file)};
  return MeasuredText{{}, encoding_of(snapshot, TextSide::encoder).text, tr("corpus.sentence_text")};
}

Corpus measured_sentences(const MeasuredText& measured) {
  if (!measured.file.empty()) return load_corpus(measured.file);
  return {measured.name, {{.text = measured.text}}};
}

ContentPlan telling_unread(ContentPlan plan, const Snapshot& snapshot, const ExportOptions& options,
                           const FigureStyle& style) {
  const std::optional<MeasuredText> measured = measured_text(snapshot, options);
  if (!measured) return plan;
  return [plan = std::move(plan), measured = *measured, model = snapshot.model, style,
          sentence = std::string(tr("corpus.one_token"))](bool picture) {
    Content content = plan(picture);
    const CommonestToken common = commonest_token(*model, measured_sentences(measured));
    if (!common.is_most()) return content;
    content.table.about.insert(content.table.about.end(),
                               {{"commonest_token", common.text}, {"commonest_token_share", common.share()}});
    if (picture)
      add_foot(content.figure,
               filled(sentence, {{"text", measured.name},
                                 {"share", figure_number(static_cast<float>(100.0 * common.share()), 0) + " %"},
                                 {"token", common.text}}),
               style);
    return content;
  };
}

ContentPlan telling_captured(ContentPlan plan, const Snapshot& snapshot, const FigureStyle& style) {
  if (!is_captured(snapshot) || snapshot.model->capture->rows == CapturedRows::whole) return plan;
  const Capture& capture = *snapshot.model->capture;
  static constexpr std::array<const char*, 4> kNames{"whole", "rounded", "below_one", "largest_only"};
  static constexpr std::array<const char*, 4> kSentences{"capture.rows.whole", "capture.rows.rounded",
                                                         "capture.rows.below_one", "capture.rows.largest_only"};
  const auto rows = static_cast<std::size_t>(capture.rows);
  const std::string sentence =
      tr(kSentences[rows], {{"least", figure_number(static_cast<float>(capture.least_sum), 4)},
                            {"largest", figure_number(static_cast<float>(capture.largest_sum), 4)}});
  return [plan = std::move(plan), name = std::string(kNames[rows]), least = capture.least_sum,
          largest = capture.largest_sum, sentence, style](bool picture) {
    Content content = plan(picture);
    content.table.about.insert(
        content.table.about.end(),
        {{"captured_rows", name}, {"captured_least_sum", least}, {"captured_largest_sum", largest}});
    if (picture) add_foot(content.figure, sentence, style);
    return content;
  };
}

}  // namespace regard
