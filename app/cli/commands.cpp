// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"

#include "app/base/assets.h"
#include "app/base/model_path.h"
#include "app/cli/writers.h"
#include "app/export/text_fields.h"
#include "core/engine/engine.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <ostream>
#include <system_error>

namespace regard::cli {
namespace {

// A table a person can read: columns padded to their widest cell, counted in characters.
class Table {
public:
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  void print(std::ostream& out) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t column = 0; column < row.size(); ++column)
        widths[column] = std::max(widths[column], characters(row[column]));
    }
    for (const auto& row : rows_) {
      for (std::size_t column = 0; column < row.size(); ++column) {
        out << row[column];
        if (column + 1 < row.size()) out << std::string(widths[column] - characters(row[column]) + 2, ' ');
      }
      out << '\n';
    }
  }

private:
  static std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
  }

  std::vector<std::vector<std::string>> rows_{};
};

// In a table a newline must not break the row.
std::string on_one_line(std::string text) {
  for (const auto& [control, shown] : {std::pair{'\n', "⏎"}, std::pair{'\t', "⇥"}})
    for (std::size_t at = text.find(control); at != std::string::npos; at = text.find(control))
      text.replace(at, 1, shown);
  return text;
}

void print_table(const Encoding& encoding, std::ostream& out) {
  Table table;
  table.add({"id", "piece", "text", "start", "end", "word", "special"});
  for (const Token& token : encoding.tokens)
    table.add({std::to_string(token.id), on_one_line(token.piece), "«" + on_one_line(token.text) + "»",
               std::to_string(token.begin), std::to_string(token.end), std::to_string(token.word),
               token.special ? "yes" : "no"});
  table.print(out);
}

// What the decoder answers to a text, not the text and its continuation.
void write_target(const std::shared_ptr<const Model>& model, const GenerateCommand& command,
                  const GenerateOptions& options, std::ostream& out) {
  const Encoding read =
      model->tokenizer->encode(command.text, {.add_special = command.special, .max_tokens = model->config.context});
  out << model->tokenizer->decode(generate_from(model, {.encoder_ids = ids_of(read)}, options)) << "\n";
}

}  // namespace

void run_tokens(const TokensCommand& command, Streams streams) {
  const Encoding encoding =
      load_tokenizer_of(model_path(command.model))->encode(command.text, {.add_special = command.special});
  if (encoding.repaired) streams.err << "regard: bytes that are not UTF-8 were replaced by U+FFFD.\n";
  if (command.json)
    streams.out << "{\"text\":" << json_string(encoding.text) << ",\"tokens\":" << tokens_json(encoding) << "}\n";
  else
    print_table(encoding, streams.out);
}

void run_generate(const GenerateCommand& command, Streams streams) {
  const std::shared_ptr<const Model> model = load_model(model_path(command.model));
  const Encoding encoding = prompt_of(
      model->tokenizer->encode(command.text, {.add_special = command.special, .max_tokens = model->config.context}));
  if (encoding.repaired) streams.err << "regard: bytes that are not UTF-8 were replaced by U+FFFD.\n";
  if (encoding.dropped > 0)
    throw Refusal("The text is longer than the " + std::to_string(model->config.context) + " tokens that the model " +
                  model->name + " reads, so there is no room to continue it.");
  const GenerateOptions options{command.tokens, command.temperature, command.top_k, command.seed};
  if (model->encoder) return write_target(model, command, options, streams.out);
  const std::vector<std::int32_t> more = generate(model, ids_of(encoding), options);
  streams.out << continued_text(*model->tokenizer, encoding, more) << "\n";
}

void run_models(Streams streams) {
  Table table;
  table.add({"name", "architecture", "can be opened", "from", "folder", "about"});
  for (const ModelEntry& entry : list_models(assets_folder() / "models"))
    table.add({entry.name, entry.architecture, entry.supported ? "yes" : "no", entry.built_in ? "built in" : "cache",
               entry.folder.string(), entry.about.en});
  table.print(streams.out);
}

}  // namespace regard::cli
