// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"

#include "app/base/assets.h"
#include "app/base/built_in_adapters.h"
#include "app/base/model_path.h"
#include "app/cli/adapters.h"
#include "app/cli/columns.h"
#include "app/cli/writers.h"
#include "app/export/text_fields.h"
#include "app/style/locale.h"
#include "core/engine/engine.h"
#include "core/engine/generation.h"
#include "core/text/continuation.h"

#include <ostream>

namespace regard::cli {
namespace {

// In a table a newline must not break the row.
std::string on_one_line(std::string text) {
  for (const auto& [control, shown] : {std::pair{'\n', "⏎"}, std::pair{'\t', "⇥"}})
    for (std::size_t at = text.find(control); at != std::string::npos; at = text.find(control))
      text.replace(at, 1, shown);
  return text;
}

std::string yes_or_no(bool value) {
  return value ? tr("cli.table.yes") : tr("cli.table.no");
}

void print_table(const Encoding& encoding, std::ostream& out) {
  Table table;
  table.add({"id", tr("cli.table.piece"), tr("cli.table.text"), tr("cli.table.start"), tr("cli.table.end"),
             tr("cli.table.word"), tr("cli.table.special")});
  for (const Token& token : encoding.tokens)
    table.add({std::to_string(token.id), on_one_line(token.piece), tr("quoted", {{"text", on_one_line(token.text)}}),
               std::to_string(token.begin), std::to_string(token.end), std::to_string(token.word),
               yes_or_no(token.special)});
  table.print(out);
}

// That as many tokens were written as were asked for needs no word.
void say_why_it_ended(const Model& model, const Generated& made, std::ostream& err) {
  if (made.end == GenerationEnd::enough) return;
  const char* why = made.end == GenerationEnd::end_token ? "generate.end_token" : "generate.end_context";
  err << "regard: " << tr(why, {{"made", made.ids.size()}, {"context", model.config.context}}) << '\n';
}

// What the decoder answers to a text, not the text and its continuation.
void write_target(const std::shared_ptr<const Model>& model, const GenerateCommand& command,
                  const GenerateOptions& options, Streams streams) {
  const Encoding read =
      model->tokenizer->encode(command.text, {.add_special = command.special, .max_tokens = model->config.context});
  const Generated made = continue_alone(model, {.encoder_ids = ids_of(read)}, options);
  streams.out << model->tokenizer->decode(made.ids) << "\n";
  say_why_it_ended(*model, made, streams.err);
}

}  // namespace

void run_tokens(const TokensCommand& command, Streams streams) {
  const Encoding encoding =
      load_tokenizer_of(model_path(command.model))->encode(command.text, {.add_special = command.special});
  if (encoding.repaired) streams.err << "regard: " << tr("cli.remark.repaired") << '\n';
  if (command.json)
    streams.out << "{\"text\":" << json_string(encoding.text) << ",\"tokens\":" << tokens_json(encoding) << "}\n";
  else
    print_table(encoding, streams.out);
}

void run_generate(const GenerateCommand& command, Streams streams) {
  const std::shared_ptr<const Model> model = open_model(command.model, command.adapters);
  const Encoding encoding = prompt_of(
      model->tokenizer->encode(command.text, {.add_special = command.special, .max_tokens = model->config.context}));
  if (encoding.repaired) streams.err << "regard: " << tr("cli.remark.repaired") << '\n';
  if (encoding.dropped > 0)
    throw Refusal(tr("cli.refusal.no_room", {{"context", model->config.context}, {"model", model->name}}));
  const GenerateOptions options{command.tokens, command.temperature, command.top_k, command.seed};
  if (model->encoder) return write_target(model, command, options, streams);
  const Generated made = continue_alone(model, {.ids = ids_of(encoding)}, options);
  streams.out << continued_text(*model->tokenizer, encoding, made.ids) << "\n";
  say_why_it_ended(*model, made, streams.err);
}

void run_models(Streams streams) {
  Table table;
  table.add({tr("cli.table.name"), tr("cli.table.architecture"), tr("cli.table.opens"), tr("cli.table.source"),
             tr("cli.table.folder"), tr("cli.table.about")});
  for (const ModelEntry& entry : list_models(assets_folder() / "models"))
    table.add({entry.name, entry.architecture, yes_or_no(entry.supported),
               entry.place == ModelPlace::built_in ? tr("cli.table.built_in") : tr("cli.table.cache"),
               entry.folder.string(), language() == Language::ru ? entry.about.ru : entry.about.en});
  for (const AdapterEntry& entry : built_in_adapters())
    table.add({entry.name, tr("cli.table.adapter"), yes_or_no(true), tr("cli.table.adapter_built_in"),
               entry.folder.string(), language() == Language::ru ? entry.about.ru : entry.about.en});
  table.print(streams.out);
}

}  // namespace regard::cli
