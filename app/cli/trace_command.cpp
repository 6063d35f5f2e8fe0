// SPDX-License-Identifier: Apache-2.0
// `regard trace`: texts in, numbers out.
#include "app/cli/adapters.h"
#include "app/cli/commands.h"
#include "app/cli/interventions.h"
#include "app/cli/writers.h"
#include "app/export/run_file.h"
#include "app/style/locale.h"
#include "core/base/error.h"
#include "core/base/lines.h"
#include "core/base/text_file.h"
#include "core/engine/decoder_text.h"
#include "core/text/continuation.h"
#include "core/trace/export.h"

#include <ostream>

namespace regard::cli {
namespace {

constexpr std::size_t kLargestTextFile = std::size_t{256} << 20;  // bytes

std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  for_each_line(bytes, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

/// A captured run has one text, whatever it is called by: its own.
std::vector<std::string> texts_of(const TraceCommand& command, const Model& model) {
  const char* given = command.text ? "--text" : !command.text_file.empty() ? "--text-file" : "--image";
  const bool any = command.text || !command.text_file.empty() || !command.image.empty();
  if (model.capture && any) throw Refusal(tr("cli.refusal.own_text", {{"model", model.name}, {"option", given}}));
  if (model.capture) return {std::string()};
  if (!command.image.empty()) return {command.image.filename().string()};
  if (command.text) return {*command.text};
  std::vector<std::string> texts = lines_of(read_file(command.text_file, kLargestTextFile));
  if (texts.empty()) throw Refusal(tr("cli.refusal.empty_file", {{"file", command.text_file.string()}}));
  if (command.format == TraceFormat::npz && texts.size() > 1)
    throw Refusal(tr("cli.refusal.one_text", {{"file", command.text_file.string()}, {"count", texts.size()}}));
  return texts;
}

std::string_view kind_name(AttentionKind kind) {
  switch (kind) {
    case AttentionKind::self:
      return "self";
    case AttentionKind::cross:
      return "cross";
    case AttentionKind::encoder:
      return "encoder";
  }
  return "";
}

void check_index(const Model& model, const char* option, const std::optional<std::size_t>& index, std::size_t count) {
  if (index && *index >= count)
    throw Error("heads_range", {model.name, option, std::to_string(count - 1), std::to_string(*index)});
}

// The model whose layers hold the attention that was asked for.
const Model& asked_model(const TraceCommand& command, const Model& model) {
  const bool of_encoder = command.attention == AttentionKind::encoder;
  if (!model.encoder && (command.target || command.attention))
    throw Refusal(
        tr("cli.refusal.one_part", {{"model", model.name}, {"option", command.target ? "--target" : "--attention"}}));
  return of_encoder ? *model.encoder : model;
}

// The heads that were asked for, in order; all of them where neither option says more.
std::vector<HeadRef> asked_heads(const TraceCommand& command, const Model& model) {
  check_index(model, "--layer", command.layer, model.config.layers);
  const std::size_t heads = command.layer ? model.config.heads(*command.layer) : most_heads(model.config);
  if (heads == 0) throw Error("layer_without_heads", {model.name, std::to_string(*command.layer)});
  check_index(model, "--head", command.head, heads);
  HeadList asked = all_heads(model.config);
  std::erase_if(asked, [&](HeadRef head) {
    return command.layer.value_or(head.layer) != head.layer || command.head.value_or(head.head) != head.head;
  });
  return asked;
}

// What was done to a text before the model read it; `number` says which of several, from 1.
void remark(const Encoding& encoding, const Model& model, std::size_t number, std::ostream& err) {
  const auto say = [&](const std::string& sentence) {
    err << "regard: " << (number == 0 ? sentence : tr("cli.remark.text", {{"number", number}, {"sentence", sentence}}))
        << '\n';
  };
  if (encoding.repaired) say(tr("cli.remark.repaired"));
  if (encoding.dropped > 0) say(tr_plural("cli.remark.cut", encoding.tokens.size(), {{"model", model.name}}));
}

// A text and what the decoder reads, where there is one.
struct Texts {
  Encoding text{};
  std::optional<Encoding> target{};
};

Texts encode(const std::shared_ptr<const Model>& model, const std::string& text, const TraceCommand& command,
             Request& request) {
  const bool special = command.special || model->config.patches;
  Texts texts{model->tokenizer->encode(text, {.add_special = special, .max_tokens = model->config.context}), {}};
  request.mask = command.mask;
  request.temperature = command.temperature;
  request.all_logits = command.format == TraceFormat::npz && model->config.has_lm_head;
  (model->encoder ? request.encoder_ids : request.ids) = ids_of(texts.text);
  if (!model->encoder) return texts;
  texts.target = command.target ? encode_for_decoder(*model, *command.target) : write_for_decoder(model, request);
  request.ids = ids_of(*texts.target);
  return texts;
}

// What a model of pictures reads instead of the text.
void add_picture(const Model& model, const TraceCommand& command, Request& request, std::ostream& err) {
  const std::optional<PatchConfig>& patches = model.config.patches;
  if (!patches && !command.image.empty())
    throw Error("needs_text", {.file = command.image.string(), .item = model.name});
  if (!patches) return;
  if (command.image.empty()) throw Error("needs_image", {.item = model.name});
  const ImageInput image = read_image(command.image, model.image_steps, *patches);
  if (image.transparent) err << "regard: " << tr("image.transparent") << '\n';
  request.patches = std::make_shared<const Matrix>(image.patches);
}

// The part of a trace that was asked for, and whose tokens its rows and columns are.
void write_as_text(const Trace& trace, const Texts& texts, const TraceCommand& command,
                   const std::vector<HeadRef>& heads, std::size_t number, std::ostream& out) {
  const AttentionKind kind = command.attention.value_or(AttentionKind::self);
  const bool cross = kind == AttentionKind::cross, one_kind = !texts.target;
  const Encoding& queries = one_kind || kind == AttentionKind::encoder ? texts.text : *texts.target;
  const TracedTexts traced{queries, cross ? texts.text : queries, one_kind ? "" : kind_name(kind)};
  const Trace& part = attention_of(trace, kind);
  if (command.format == TraceFormat::csv)
    out << trace_csv(part, traced, heads, number);
  else
    out << trace_json(part, traced, heads) << "\n";
}

void write_numbers(const Trace& trace, const Texts& texts, const TraceCommand& command) {
  if (!command.opens_again) return write_npz(trace, command.npz);
  const CaptureNotes notes =
      capture_notes(*trace.model, texts.target.value_or(texts.text), texts.target ? &texts.text : nullptr);
  write_npz(trace, command.npz, &notes);
}

}  // namespace

void run_trace(const TraceCommand& command, Streams streams) {
  const std::shared_ptr<const Model> model = open_model(command.model, command.adapters, command.captured);
  const std::vector<std::string> texts = texts_of(command, *model);
  const std::vector<HeadRef> heads = asked_heads(command, asked_model(command, *model));
  if (command.format == TraceFormat::csv) streams.out << trace_csv_header();
  for (std::size_t text = 0; text < texts.size(); ++text) {
    Request request;
    const Texts read = encode(model, texts[text], command, request);
    add_picture(*model, command, request, streams.err);
    if (!command.interventions.empty()) add_interventions(command.interventions, model, request, command.special);
    if (command.opens_again) check_whole_run(*model, request);
    remark(read.text, *model, texts.size() > 1 ? text + 1 : 0, streams.err);
    if (read.target) remark(*read.target, *model, texts.size() > 1 ? text + 1 : 0, streams.err);
    const std::shared_ptr<const Trace> trace = run(model, std::move(request));
    if (command.format == TraceFormat::npz)
      write_numbers(*trace, read, command);
    else
      write_as_text(*trace, read, command, heads, text, streams.out);
  }
}

}  // namespace regard::cli
