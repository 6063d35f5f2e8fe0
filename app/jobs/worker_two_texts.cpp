// SPDX-License-Identifier: Apache-2.0
// One request to a model with an encoder and a decoder: the decoder reads what a person typed, or what the model writes itself.
#include "app/jobs/worker_state.h"
#include "core/engine/decoder_text.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <utility>

namespace regard {

/// The model's own text is kept as long as the encoder reads the same: a click on another mask and back does not write anew.
Encoding Worker::State::decoder_encoding(const RunRequest& request, const Request& reading,
                                         const std::stop_token& stop) {
  if (!request.decoder_text.empty()) return encode_for_decoder(*model, request.decoder_text);
  if (!written || written_for != reading) {
    written = write_for_decoder(model, reading, stop);
    written_for = reading;
  }
  return *written;
}

void Worker::State::run_two_texts(const RunRequest& request, Encoding encoder, Clock::time_point start) {
  const std::stop_token stop = run_stop.get_token();
  const bool nothing = encoder.tokens.empty();
  Request wanted = engine_request(request, {});
  wanted.encoder_ids = ids_of(encoder);
  Encoding decoder = nothing ? Encoding{} : decoder_encoding(request, wanted, stop);
  wanted.ids = ids_of(decoder);

  std::shared_ptr<const Trace> finished;
  if (!nothing) finished = tools.run(model, std::move(wanted), trace, stop, &progress);
  const double milliseconds = milliseconds_since(start);
  if (finished) {
    note_step(*finished, trace.get(), CacheStep::Why::text, milliseconds);
    trace = finished;
  }

  const std::shared_ptr<const Snapshot> before = latest();
  const bool later = std::max(encoder.tokens.size(), decoder.tokens.size()) > tokens_with_thumbnails_at_once;
  auto snapshot = make_snapshot(model, finished, std::move(decoder), stop, later ? before.get() : nullptr);
  snapshot->encoder_encoding = std::move(encoder);
  snapshot->decoder_written = request.decoder_text.empty();
  snapshot->source_model = request.model;
  snapshot->source_text = request.text;
  snapshot->source_decoder_text = request.decoder_text;
  snapshot->steps = steps;
  snapshot->milliseconds = milliseconds;
  if (!snapshot->thumbnails_pending) return publish(std::move(snapshot));

  auto complete = std::make_shared<Snapshot>(*snapshot);
  publish(std::move(snapshot));
  add_thumbnails(*complete, stop);
  complete->thumbnails_pending = false;
  publish(std::move(complete));
}

}  // namespace regard
