// SPDX-License-Identifier: Apache-2.0
#include "app/cli/interventions.h"

#include "app/cli/commands.h"
#include "app/style/locale.h"
#include "core/analysis/alignment.h"
#include "core/base/text_file.h"
#include "core/engine/decoder_text.h"
#include "core/trace/intervention_json.h"

#include <map>

namespace regard::cli {
namespace {

constexpr std::size_t kLargestFile = std::size_t{64} << 20;  // bytes

std::shared_ptr<const Trace> run_source(const std::shared_ptr<const Model>& model, const std::string& text,
                                        const Request& like, bool special) {
  Request request = like;
  request.interventions.clear();
  request.ids.clear();
  const Encoding encoding =
      model->encoder ? encode_for_decoder(*model, text)
                     : model->tokenizer->encode(text, {.add_special = special, .max_tokens = model->config.context});
  for (const Token& token : encoding.tokens)
    request.ids.push_back(token.id);
  return run(model, std::move(request));
}

}  // namespace

void add_interventions(const std::filesystem::path& file, const std::shared_ptr<const Model>& model, Request& request,
                       bool special) {
  InterventionFile read = parse_interventions(read_file(file, kLargestFile), file.string());
  std::map<std::string, std::shared_ptr<const Trace>> runs;
  for (Intervention& item : read.interventions) {
    if (item.source_name.empty()) continue;
    const auto text = read.sources.find(item.source_name);
    if (text == read.sources.end())
      throw Refusal(tr("cli.refusal.source", {{"file", file.string()}, {"source", item.source_name}}));
    std::shared_ptr<const Trace>& source = runs[item.source_name];
    if (!source) source = run_source(model, text->second, request, special);
    item.source = source;
    item.source_positions = align(source->request.ids, request.ids).to_first;
  }
  request.interventions = std::move(read.interventions);
}

}  // namespace regard::cli
