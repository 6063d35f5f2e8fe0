// SPDX-License-Identifier: Apache-2.0
#include "core/engine/captured_states.h"

#include "core/base/error.h"
#include "core/capture/memo.h"
#include "core/engine/forward.h"
#include "core/engine/growing_trace.h"
#include "core/engine/self_attention.h"
#include "core/model/captured.h"
#include "core/model/load_layers.h"
#include "core/trace/captured.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kQuestionCells = 8;

/// Are scores q·k times a number, and nothing else?
bool makes_scores_of_products(const LayerPlan& plan) {
  const auto* rotary = std::get_if<Rotary>(&plan.positions);
  const bool places = std::holds_alternative<NoPositions>(plan.positions) || (rotary != nullptr && !rotary->two_axes);
  return std::holds_alternative<Softmax>(plan.mixer) && reads_stream_alone(plan) && places &&
         plan.attention.heads > 0 && !plan.attention.linear && plan.attention.window.first_keys == 0;
}

/// Which layers the states are of. Behind the last one stands what leaves it, which is no layer's.
std::vector<std::size_t> layers_of_states(const CapturedStates& states, const ModelConfig& config,
                                          const std::string& file) {
  const std::size_t count = states.streams.size();
  if (states.layers.size() == count) return states.layers;
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), 0);
  if (states.layers.empty() && (count == config.layers || count == config.layers + 1)) return all;
  throw Error("capture_state_layers",
              {.file = file, .expected = std::to_string(config.layers), .found = std::to_string(count)});
}

void check_model(const Model& model, const Capture& capture, const std::vector<std::size_t>& layers,
                 const std::string& file) {
  const ModelConfig& config = model.config;
  const std::size_t width = capture.states.streams.front().shape[1];
  if (width != config.hidden)
    throw Error(
        "capture_state_width",
        {.file = file, .item = model.name, .expected = std::to_string(config.hidden), .found = std::to_string(width)});
  if (config.streams)
    throw Error("capture_state_streams", {.item = model.name, .found = std::to_string(config.streams->count)});
  for (const std::size_t layer : layers) {
    if (layer > config.layers)
      throw Error("capture_state_range", {.file = file,
                                          .item = model.name,
                                          .expected = "0…" + std::to_string(config.layers - 1),
                                          .found = std::to_string(layer)});
    const bool halves =
        std::any_of(config.plans.begin(), config.plans.end(), [](const auto& plan) { return plan.beside; });
    const bool known = !config.encoder && !config.patches && config.sharing.groups == 0 && !halves;
    if (layer < config.layers && !(known && makes_scores_of_products(config.plans[layer])))
      throw Error("capture_state_family", {.item = model.name, .found = config.architecture});
  }
}

/// [rows, heads · width] as [heads, rows, width], kept by the capture.
HeadArray heads_of(Matrix matrix, std::size_t heads, const std::string& name, Capture& capture) {
  const std::size_t rows = matrix.rows, width = matrix.cols / heads;
  auto numbers = std::make_shared<const std::vector<float>>(std::move(matrix.values));
  HeadArray array{{.name = name,
                   .shape = {heads, rows, width},
                   .strides = {width, heads * width, 1},
                   .bytes = std::as_bytes(std::span(*numbers))}};
  capture.storage.push_back(std::move(numbers));
  return array;
}

void add_sinks(const Trace& trace, std::size_t layer, Capture& capture, CapturedLayer& into) {
  if (!has_sinks(trace, layer)) return;
  const std::size_t heads = into.heads, tokens = trace.tokens();
  Matrix shares(heads, tokens);
  for (std::size_t head = 0; head < heads; ++head) {
    const std::vector<float> row = sink_shares(trace, {layer, head}, {0, tokens});
    std::copy(row.begin(), row.end(), shares.row(head).begin());
    into.sink_scores.push_back(sink_score(trace, {layer, head}));
  }
  auto numbers = std::make_shared<const std::vector<float>>(std::move(shares.values));
  into.sink.array = {.name = "sink",
                     .shape = {heads, 1, tokens},
                     .strides = {tokens, tokens, 1},
                     .bytes = std::as_bytes(std::span(*numbers))};
  capture.storage.push_back(std::move(numbers));
}

/// What attention recorded of one layer, as a file would hold it.
CapturedLayer captured_layer(Trace& trace, std::size_t layer, Capture& capture) {
  const ModelConfig& config = trace.model->config;
  const SoftmaxAttention& plan = config.plans[layer].attention;
  CapturedLayer into{.heads = plan.heads,
                     .kv_heads = plan.kv_heads,
                     .head_dim = plan.head_dim,
                     .value_dim = config.value_dim(layer),
                     .scale = plan.scale,
                     .cap = plan.cap,
                     .window = plan.window.width};
  add_sinks(trace, layer, capture, into);
  LayerTrace& made = trace.layers[layer];
  into.queries = heads_of(std::move(made.queries), plan.heads, "q", capture);
  into.keys = heads_of(std::move(made.keys), plan.kv_heads, "k", capture);
  into.values = heads_of(std::move(made.values), plan.kv_heads, "v", capture);
  into.head_outputs = heads_of(std::move(made.head_outputs), plan.heads, "head_out", capture);
  into.from_products = true;
  made = {};
  return into;
}

/// The stream of one layer goes in, its attention comes out.
void compute_layer(Trace& trace, std::size_t layer, const CapturedArray& stream, const std::stop_token& stop) {
  Matrix& residual = trace.residual[layer];
  residual = Matrix(stream.shape[0], stream.shape[1]);
  residual.values = all_numbers(stream);
  resize_layer(trace.layers[layer], trace.tokens());
  const Pass pass{*trace.model, trace, {0, trace.tokens()}, stop, nullptr, layer, false};
  LayerBuffers buffers = attention_buffers(pass, layer);
  attention_of_stream(pass, layer, buffers);
  residual = {};
}

void take_names(const Model& model, Capture& capture) {
  if (capture.tokens.empty() && capture.has_ids)
    for (const std::int32_t id : capture.ids)
      capture.tokens.push_back(model.tokenizer->readable(id));
  if (capture.origin.model.empty()) capture.origin.model = model.name;
  if (capture.origin.stored_as.empty()) capture.origin.stored_as = model.stored_as;
}

/// The file's run with the attention of the layers whose states it holds.
std::shared_ptr<const Capture> with_attention(const Capture& states, const std::shared_ptr<const Model>& model,
                                              const std::vector<std::size_t>& layers, const std::stop_token& stop,
                                              Progress* progress) {
  auto capture = std::make_shared<Capture>(states);
  capture->memo = std::make_shared<CaptureMemo>();
  capture->layers.resize(model->config.layers);
  capture->causal = model->config.causal;
  capture->causal_is_guessed = false;
  Trace trace = empty_trace(model, {.ids = capture->ids});
  for (std::size_t place = 0; place < layers.size(); ++place) {
    const std::size_t layer = layers[place];
    throw_if_stopped(stop);
    if (layer == model->config.layers) continue;
    compute_layer(trace, layer, states.states.streams[place], stop);
    capture->layers[layer] = captured_layer(trace, layer, *capture);
    if (progress != nullptr) progress->fraction = static_cast<float>(place + 1) / static_cast<float>(layers.size());
  }
  take_names(*model, *capture);
  return capture;
}

Matrix first_cells(const std::shared_ptr<const Capture>& capture) {
  if (!capture->states.streams.empty()) {
    const CapturedArray& stream = capture->states.streams.front();
    Matrix cells(std::min(kQuestionCells, stream.shape[0]), std::min(kQuestionCells, stream.shape[1]));
    for (std::size_t row = 0; row < cells.rows; ++row)
      read_numbers(stream, row * stream.strides[0], stream.strides[1], cells.row(row));
    return cells;
  }
  const std::shared_ptr<const Trace> trace = captured_trace(model_of(capture));
  const HeadRef head = nearest_head(trace->model->config, {0, 0});
  const std::size_t cells = std::min(kQuestionCells, trace->tokens());
  return weights(*trace, head, {0, cells}, {0, cells});
}

}  // namespace

std::shared_ptr<const Model> load_captured(const fs::path& path, const CaptureChoices& choices,
                                           const std::stop_token& stop, Progress* progress) {
  const std::shared_ptr<const Capture> capture = open_capture(path, choices);
  if (choices.checkpoint.empty()) {
    refuse_states_alone(*capture);
    return model_of(capture);
  }
  const std::string file = path.string();
  if (capture->states.streams.empty()) throw Error("capture_no_states", {.file = file});
  std::vector<std::size_t> layers;
  const ChooseLayers choose = [&](const Model& model) {
    layers = layers_of_states(capture->states, model.config, file);
    check_model(model, *capture, layers, file);
    return layers;
  };
  const std::shared_ptr<const Model> model = load_layers(choices.checkpoint, choose, stop, progress);
  return model_of(with_attention(*capture, model, layers, stop, progress));
}

std::optional<CaptureReadings> capture_readings(const fs::path& path, const CaptureChoices& choices) {
  CaptureReadings readings;
  try {
    (void)open_capture(path, choices);
    return std::nullopt;
  } catch (const Error& error) {
    if (error.code() != "capture_ambiguous") return std::nullopt;
    readings.names = error.details().expected.starts_with(kVectorAxes.usual) ? kVectorAxes : kGridAxes;
  }
  for (const bool usual : {true, false})
    try {
      CaptureChoices chosen = choices;
      (void)choose_axes(chosen, usual ? readings.names.usual : readings.names.exchanged);
      const std::shared_ptr<const Capture> capture = open_capture(path, chosen);
      readings.of_states = !capture->states.streams.empty();
      readings.cells[usual ? 0 : 1] = first_cells(capture);
    } catch (const Error&) {}  // then it is the other one
  return readings;
}

}  // namespace regard
