// SPDX-License-Identifier: Apache-2.0
// What the worker does with one request: load the model, cut the text, run, publish.
#include "app/jobs/worker_state.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t most_steps = 512;

}  // namespace

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

Request engine_request(const RunRequest& request, std::vector<std::int32_t> ids) {
  return {.ids = std::move(ids), .mask = request.mask, .temperature = request.temperature};
}

void Worker::State::fetch_model(const RunRequest& request) {
  if (model && model_name == request.model) return;
  enter(WorkerState::loading_model);
  std::shared_ptr<const Model> loaded = tools.load(resolve_model(request.model), load_stop.get_token(), &progress);
  model = std::move(loaded);
  model_name = request.model;
  trace.reset();
  written.reset();
  steps.clear();
}

void Worker::State::note_step(const Trace& now, const Trace* before, CacheStep::Why why, double milliseconds) {
  const std::size_t old = before != nullptr ? before->tokens() : 0;
  if (why == CacheStep::Why::text && now.reused_tokens == now.tokens() && old == now.tokens()) return;
  if (why == CacheStep::Why::prompt) steps.clear();
  if (steps.size() == most_steps) steps.erase(steps.begin());
  steps.push_back({why, now.tokens(), now.reused_tokens, old - std::min(old, now.reused_tokens), milliseconds});
}

void Worker::State::run(const RunRequest& request) {
  enter(WorkerState::running);
  const std::stop_token stop = run_stop.get_token();
  throw_if_stopped(stop);  // typed on while the model was loading: only the newest text counts
  const auto start = Clock::now();
  Encoding encoding = model->tokenizer->encode(
      request.text, {.add_special = request.add_special || model->config.patches, .max_tokens = model->config.context});
  throw_if_stopped(stop);
  if (model->encoder) return run_two_texts(request, std::move(encoding), start);
  if (request.generate && encoding.dropped == 0) return continue_text(request, prompt_of(std::move(encoding)));

  std::shared_ptr<const Trace> finished;
  Request wanted = engine_request(request, ids_of(encoding));
  std::shared_ptr<const ImageInput> image;
  if (model->config.patches) {
    image = pictures.read(request.image, model);
    wanted.patches = std::shared_ptr<const Matrix>(image, &image->patches);
  }
  if (!encoding.tokens.empty()) finished = tools.run(model, std::move(wanted), trace, stop, &progress);
  const double milliseconds = milliseconds_since(start);
  if (finished) {
    note_step(*finished, trace.get(), CacheStep::Why::text, milliseconds);
    trace = finished;
  }

  const std::shared_ptr<const Snapshot> before = latest();
  const bool thumbnails_later = encoding.tokens.size() > tokens_with_thumbnails_at_once;
  std::shared_ptr<Snapshot> snapshot =
      make_snapshot(model, finished, std::move(encoding), stop, thumbnails_later ? before.get() : nullptr);
  snapshot->source_model = request.model;
  snapshot->source_text = request.text;
  if (image) snapshot->source_image = request.image;
  snapshot->image = std::move(image);
  snapshot->steps = steps;
  snapshot->milliseconds = milliseconds;
  if (request.generate)  // the text alone is too long for the model
    snapshot->generation = Generation{Generation::State::context, request.generation, snapshot->encoding.tokens.size()};
  if (!snapshot->thumbnails_pending) return publish(std::move(snapshot));

  auto complete = std::make_shared<Snapshot>(*snapshot);
  publish(std::move(snapshot));
  add_thumbnails(*complete, stop);
  complete->thumbnails_pending = false;
  publish(std::move(complete));
}

}  // namespace regard
