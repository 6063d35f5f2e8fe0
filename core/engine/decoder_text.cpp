// SPDX-License-Identifier: Apache-2.0
#include "core/engine/decoder_text.h"

#include "core/text/continuation.h"

#include <algorithm>

namespace regard {
namespace {

bool of_template(const Token& token) {
  return token.special && token.word < 0;
}

}  // namespace

Encoding decoder_beginning(const Model& model) {
  Encoding encoding;
  for (const std::int32_t id : model.config.decoder_start) {
    Token token;
    token.id = id;
    token.text = token.piece = model.tokenizer->readable(id);
    token.special = true;
    encoding.tokens.push_back(std::move(token));
  }
  return encoding;
}

Encoding encode_for_decoder(const Model& model, std::string_view text) {
  if (model.capture) return model.target_tokenizer->encode(text);  // as it was
  const Encoding beginning = decoder_beginning(model);
  const Tokenizer& tokenizer = model.target_tokenizer ? *model.target_tokenizer : *model.tokenizer;
  Encoding encoding = tokenizer.encode(text, {.max_tokens = model.config.context});
  std::vector<Token>& tokens = encoding.tokens;
  while (!tokens.empty() && of_template(tokens.back()))
    tokens.pop_back();
  // A template that opens with what the decoder begins with anyway (BART's <s>) does not say it twice; where the decoder
  // begins with a token of its own (mBART's target language), the template's opening is the encoder's (the source language),
  // and a special token that was typed (another language) takes its place.
  const auto typed = std::find_if_not(tokens.begin(), tokens.end(), of_template);
  const bool own = beginning.tokens.size() > 1 || (typed != tokens.end() && typed->special);
  while (!tokens.empty() && of_template(tokens.front()) && (own || tokens.front().id == beginning.tokens.back().id))
    tokens.erase(tokens.begin());
  tokens.insert(tokens.begin(), beginning.tokens.begin(), beginning.tokens.end());
  if (tokens.size() > model.config.context) {
    encoding.dropped += tokens.size() - model.config.context;
    tokens.resize(model.config.context);
  }
  return encoding;
}

Encoding encoding_of_written(const Model& model, std::span<const std::int32_t> made) {
  std::vector<std::int32_t> ids = model.config.decoder_start;
  ids.insert(ids.end(), made.begin(), made.end());
  const Encoding beginning = decoder_beginning(model);
  // The tokenizer knows best which bytes a token stands for, where it cuts the text into these very tokens.
  Encoding afresh = encode_for_decoder(model, continued_text(*model.tokenizer, beginning, made));
  if (ids_of(afresh) == ids) return afresh;
  Continuation continuation(*model.tokenizer, beginning);
  for (const std::int32_t id : made)
    continuation.add(id);
  return continuation.encoding();
}

Encoding write_for_decoder(const std::shared_ptr<const Model>& model, Request request, const std::stop_token& stop) {
  request.ids.clear();
  request.all_logits = false;
  request.interventions.clear();
  if (model->capture) return model->target_tokenizer->encode("");
  if (!model->config.has_lm_head) return decoder_beginning(*model);
  std::vector<std::int32_t> made = generate_from(model, std::move(request), {.tokens = kWrittenTokens}, stop);
  // The token behind a full context is left out: what is written here is read again.
  const std::size_t begun = std::min(model->config.decoder_start.size(), model->config.context);
  made.resize(std::min(made.size(), model->config.context - begun));
  return encoding_of_written(*model, made);
}

}  // namespace regard
