// SPDX-License-Identifier: Apache-2.0
#include "app/cli/interventions.h"

#include "app/cli/commands.h"
#include "core/analysis/alignment.h"
#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "core/trace/intervention_json.h"

#include <map>

namespace regard::cli {
namespace {

constexpr std::size_t kLargestFile = std::size_t{64} << 20;  // bytes

std::shared_ptr<const Trace> run_source(const std::shared_ptr<const Model>& model, const std::string& text,
                                        const Request& like) {
  Request request{.mask = like.mask, .temperature = like.temperature};
  for (const Token& token : model->tokenizer->encode(text, {.max_tokens = model->config.context}).tokens)
    request.ids.push_back(token.id);
  return run(model, std::move(request));
}

}  // namespace

void add_interventions(const std::filesystem::path& file, const std::shared_ptr<const Model>& model, Request& request) {
  InterventionFile read = parse_interventions(read_file(file, kLargestFile), file.string());
  std::map<std::string, std::shared_ptr<const Trace>> runs;
  for (Intervention& item : read.interventions) {
    if (item.source_name.empty()) continue;
    const auto text = read.sources.find(item.source_name);
    if (text == read.sources.end())
      throw Refusal(file.string() + " names the source «" + item.source_name + "», but holds no text of that name.");
    std::shared_ptr<const Trace>& source = runs[item.source_name];
    if (!source) source = run_source(model, text->second, request);
    item.source = source;
    item.source_positions = align(source->request.ids, request.ids).to_first;
  }
  request.interventions = std::move(read.interventions);
}

}  // namespace regard::cli
