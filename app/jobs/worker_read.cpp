// SPDX-License-Identifier: Apache-2.0
// How the worker reads one text: tokens, interventions, a run, and the snapshot of it.
#include "app/base/assets.h"
#include "app/jobs/layers_so_far.h"
#include "app/jobs/worker_state.h"
#include "app/session/kept.h"
#include "app/viewmodel/comparison.h"
#include "core/engine/decoder_text.h"
#include "core/engine/layer_watch.h"
#include "core/text/continuation.h"
#include "core/trace/kind_obstacle.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

/// Tokens of a pin that interventions take numbers from, as partners of this text's.
std::vector<std::int32_t> source_positions(const Snapshot& source, const Model& model, const Encoding& encoding,
                                           std::span<const AnchoredPair> pairs) {
  const TextSide side = model.encoder ? TextSide::decoder : TextSide::encoder;
  return align_encodings(source.encoding, encoding, source.model->tokenizer == model.tokenizer, pairs, side).to_first;
}

std::span<const AnchoredPair> pairs_of(std::span<const Pin> pins, const std::string& name) {
  const auto found = std::find_if(pins.begin(), pins.end(), [&](const Pin& pin) { return pin.name == name; });
  if (found == pins.end()) return {};
  return found->pairs;
}

}  // namespace

Request engine_request(const Reading& reading, std::vector<std::int32_t> ids) {
  return {.ids = std::move(ids), .mask = reading.mask, .temperature = reading.temperature};
}

/// The model's own text is kept as long as the encoder reads the same: a click on another mask and back does not write anew.
Encoding Worker::State::decoder_encoding(const Reading& reading, const Reader& with, const Request& asked) {
  if (!reading.decoder_text.empty() && !with.model->capture)
    return encode_for_decoder(*with.model, reading.decoder_text);
  if (with.model != model) return write_for_decoder(with.model, asked, with.stop);
  if (!written || written_for != asked) {
    written = write_for_decoder(model, asked, with.stop);
    written_for = asked;
  }
  return *written;
}

namespace {

/// Takes out what would put a head in a kind of attention that it cannot be put in. `numbers`: of the request's items in the person's list.
void leave_out_kinds(const ModelConfig& config, Request& asked, std::vector<std::size_t>& numbers,
                     std::vector<LeftOut>& left_out) {
  for (std::size_t at = 0; at < asked.interventions.size();) {
    std::optional<Error> why = kind_complaint(config, asked, at);
    if (!why) {
      ++at;
      continue;
    }
    left_out.push_back({numbers[at], std::move(*why)});
    asked.interventions.erase(asked.interventions.begin() + static_cast<std::ptrdiff_t>(at));
    numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

}  // namespace

std::vector<Intervention> Worker::State::interventions_on(const Encoding& encoding, const Reading& reading,
                                                          const Reader& with, std::vector<LeftOut>& left_out) const {
  std::vector<Intervention> list;
  std::vector<std::size_t> numbers;  // of the items in `list`
  for (std::size_t index = 0; index < reading.interventions.size(); ++index) {
    const PlacedIntervention& each = reading.interventions[index];
    if (!each.on) continue;
    Intervention item = resolved(each, encoding);
    if (const Kept* source = item.source_name.empty() ? nullptr : find_kept(item.source_name);
        source != nullptr && source->snapshot && source->snapshot->trace) {
      item.source = source->snapshot->trace;
      item.source_positions =
          source_positions(*source->snapshot, *with.model, encoding, pairs_of(with.pins, item.source_name));
    }
    if (with.model->capture)
      left_out.push_back({index, Error("capture_fixed", {.item = with.model->name})});
    else if (std::optional<Error> why = complaint(item, index, with.model->config, encoding.tokens.size()))
      left_out.push_back({index, std::move(*why)});
    else {
      list.push_back(std::move(item));
      numbers.push_back(index);
    }
  }
  Request asked = engine_request(reading, {});
  asked.interventions = std::move(list);
  leave_out_kinds(with.model->config, asked, numbers, left_out);
  return std::move(asked.interventions);
}

/// Of the live text layers are shown as they are done, once it has been waited for.
std::shared_ptr<const Trace> Worker::State::run_watched(Request wanted, const Reader& with) {
  const auto run_now = [&] { return tools.run(with.model, std::move(wanted), with.previous, with.stop, &progress); };
  if (with.thumbnails == nullptr || with.model->encoder) return run_now();
  LayersSoFar layers([this] { return latest(); },
                     [this](std::shared_ptr<Snapshot> snapshot) { publish_layers(std::move(snapshot)); }, with.stop);
  const LayerWatch watch([&](const Trace* unfinished, std::size_t layer) {
    if (unfinished != nullptr && is_overdue()) layers.add(*unfinished, layer);
  });
  return run_now();
}

bool Worker::State::is_overdue() const {
  const std::lock_guard lock(mutex);
  return due_since && Clock::now() - *due_since >= tools.picture_every / 2;
}

std::shared_ptr<Snapshot> Worker::State::read(const Reading& reading, const Reader& with) {
  const auto start = Clock::now();
  const Model& reader = *with.model;
  Encoding encoding = reader.tokenizer->encode(
      reader.capture ? std::string() : reading.text,
      {.add_special = reading.add_special || reader.config.patches, .max_tokens = reader.config.context});
  throw_if_stopped(with.stop);
  Request wanted = engine_request(reading, {});
  if (reader.capture) wanted = {};  // it is shown as it ran, whatever the text before it was read with
  Encoding encoder;
  if (reader.encoder) {
    encoder = std::exchange(encoding, {});
    wanted.encoder_ids = ids_of(encoder);
    if (!encoder.tokens.empty()) encoding = decoder_encoding(reading, with, wanted);
  }
  wanted.ids = ids_of(encoding);
  if (with.told != nullptr) *with.told = encoder.tokens.size() + encoding.tokens.size();
  std::shared_ptr<const ImageInput> image;
  std::string picture = reading.image;
  if (reader.config.patches) {
    if (picture.empty()) picture = example_picture(reader.folder, assets_folder()).string();
    image = pictures.read(picture, with.model);
    wanted.patches = std::shared_ptr<const Matrix>(image, &image->patches);
  }
  std::vector<LeftOut> left_out;
  wanted.interventions = interventions_on(encoding, reading, with, left_out);

  std::shared_ptr<const Trace> finished;
  if (!encoding.tokens.empty()) finished = run_watched(std::move(wanted), with);
  const double milliseconds = milliseconds_since(start);

  const bool later = std::max(encoder.tokens.size(), encoding.tokens.size()) > tokens_with_thumbnails_at_once;
  const std::shared_ptr<const Snapshot> shown = latest();  // with layers of this run in its overview, if it was slow
  auto snapshot = make_snapshot(with.model, finished, std::move(encoding), with.stop,
                                later && with.thumbnails != nullptr ? shown.get() : nullptr);
  snapshot->encoder_encoding = std::move(encoder);
  snapshot->decoder_written = reader.encoder && !reader.capture && reading.decoder_text.empty();
  snapshot->reading = reading;
  snapshot->source_model = reading.model;
  snapshot->source_text = reading.text;
  snapshot->source_decoder_text = reader.encoder ? reading.decoder_text : "";
  if (image) snapshot->source_image = std::move(picture);
  snapshot->image = std::move(image);
  snapshot->left_out = std::move(left_out);
  snapshot->milliseconds = milliseconds;
  return snapshot;
}

}  // namespace regard
