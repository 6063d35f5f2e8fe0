// SPDX-License-Identifier: Apache-2.0
#include "app/cli/options.h"

#include "app/base/given_path.h"
#include "app/base/model_path.h"
#include "app/cli/adapters.h"
#include "app/cli/captured_options.h"
#include "app/cli/checkpoint_option.h"
#include "app/cli/option_names.h"
#include "app/cli/option_parts.h"
#include "app/cli/train_options.h"
#include "app/cli/usage.h"
#include "app/cli/view_options.h"
#include "app/lesson/step_state.h"
#include "app/style/locale.h"
#include "core/capture/capture.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace regard::cli {
namespace {

constexpr int kSmallestWindow = 200;  // pixels
constexpr int kLargestWindow = 16384;

std::string names_of_workspaces() {
  std::string names;
  for (const WorkspaceNames& each : workspace_names())
    names += (names.empty() ? "" : "|") + std::string(each.workspace);
  return names;
}

std::optional<WindowSize> parse_size(const std::string& text) {
  const std::size_t cross = text.find('x');
  if (cross == std::string::npos || text.find_first_not_of("0123456789x") != std::string::npos) return std::nullopt;
  WindowSize size;
  if (!CLI::detail::lexical_cast(text.substr(0, cross), size.width)) return std::nullopt;
  if (!CLI::detail::lexical_cast(text.substr(cross + 1), size.height)) return std::nullopt;
  const auto fits = [](int pixels) { return pixels >= kSmallestWindow && pixels <= kLargestWindow; };
  return fits(size.width) && fits(size.height) ? std::optional(size) : std::nullopt;
}

std::string check_size(const std::string& text) {
  return parse_size(text)
             ? std::string()
             : tr("cli.usage.size", {{"found", text}, {"least", kSmallestWindow}, {"most", kLargestWindow}});
}

std::string check_scale(const std::string& text) {
  double scale = 0.0;
  const bool number = CLI::detail::lexical_cast(text, scale);
  return number && scale >= min_export_scale && scale <= max_export_scale ? std::string()
                                                                          : tr("cli.usage.scale", {{"found", text}});
}

template <typename Target>
CLI::Option* add_model(CLI::App& app, Target& model) {
  return add_text(app, "--model", model, tr("cli.option.model"), tr("cli.type.model"));
}

// The model that is taken where none is named.
void add_model_or_first(CLI::App& app, std::string& model) {
  model = kDefaultModel;
  add_model(app, model)->default_str(kDefaultModel);
}

void add_adapters(CLI::App& app, std::vector<AdapterUse>& adapters) {
  const auto take = [&adapters](const std::vector<std::string>& given) {
    for (const std::string& each : given)
      adapters.push_back(adapter_use(each));
  };
  app.add_option_function<std::vector<std::string>>("--adapter", take, tr("cli.option.adapter"))
      ->allow_extra_args(false)
      ->check(CLI::Validator(check_adapter, "", ""))
      ->type_name(tr("cli.type.adapter"));
}

// A model and what changes it; where none is named, that of the adapters, or the first one.
template <typename Command>
void add_adapted_model(CLI::App& app, Command& command) {
  add_model(app, command.model)->default_str(kDefaultModel);
  add_adapters(app, command.adapters);
}

void add_special(CLI::App& app, bool& special) {
  add_switch(app, "!--no-special", special, tr("cli.option.no_special"));
}

void add_language(CLI::App& app, Values& values, const std::string& help) {
  add_choice(app, "--lang,--language", kLanguages, values.language, help);
}

void add_trace(CLI::App& app, Values& values) {
  CLI::App* trace = app.add_subcommand("trace", tr("cli.command.trace"));
  TraceCommand& command = values.trace;
  auto* texts = trace->add_option_group("text", tr("cli.help.read"));
  add_text(*texts, "--text", command.text, tr("cli.option.text"), tr("cli.type.text"));
  add_given_file(*texts, "--text-file", command.text_file, tr("cli.option.text_file"));
  add_given_file(*texts, "--image", command.image, tr("cli.option.image"));
  texts->require_option(0, 1);  // missing_text() asks for one where the model needs it
  auto* formats = trace->add_option_group("format", tr("cli.help.write"));
  add_file(*formats, "--npz", command.npz, tr("cli.option.npz"));
  add_switch(*formats, "--json", values.json, tr("cli.option.json"));
  add_switch(*formats, "--csv", values.csv, tr("cli.option.csv"));
  formats->require_option(1);
  add_adapted_model(*trace, command);
  add_captured(*trace, command.captured);
  add_index(*trace, "--layer", command.layer, tr("cli.option.only_layer"));
  add_index(*trace, "--head", command.head, tr("cli.option.only_head"));
  add_choice(*trace, "--mask", kMasks, command.mask, tr("cli.option.mask"))->default_str("as-trained");
  add_positive(*trace, "--temperature", command.temperature, tr("cli.option.softmax_temperature"), false)
      ->default_str("1");
  add_given_file(*trace, "--intervene", command.interventions, tr("cli.option.intervene"));
  add_special(*trace, command.special);
  add_text(*trace, "--target", command.target, tr("cli.option.target"), tr("cli.type.text"));
  add_choice(*trace, "--attention", kKinds, command.attention, tr("cli.option.attention"))->default_str("self");
  add_language(*trace, values, tr("cli.option.language"));
}

void add_capture(CLI::App& app, Values& values) {
  CLI::App* capture = app.add_subcommand("capture", tr("cli.command.capture"));
  TraceCommand& command = values.capture;
  auto* texts = capture->add_option_group("text", tr("cli.help.read"));
  add_text(*texts, "--text", command.text, tr("cli.option.text"), tr("cli.type.text"));
  add_given_file(*texts, "--image", command.image, tr("cli.option.image"));
  texts->require_option(1);
  add_file(*capture, "--out", command.npz, tr("cli.option.capture_out"))->required();
  add_model_or_first(*capture, command.model);
  add_choice(*capture, "--mask", kMasks, command.mask, tr("cli.option.mask"))->default_str("as-trained");
  add_positive(*capture, "--temperature", command.temperature, tr("cli.option.softmax_temperature"), false)
      ->default_str("1");
  add_given_file(*capture, "--intervene", command.interventions, tr("cli.option.intervene"));
  add_text(*capture, "--target", command.target, tr("cli.option.target"), tr("cli.type.text"));
  add_special(*capture, command.special);
  add_language(*capture, values, tr("cli.option.language"));
}

void add_tokens(CLI::App& app, Values& values) {
  CLI::App* tokens = app.add_subcommand("tokens", tr("cli.command.tokens"));
  add_text(*tokens, "--text", values.tokens.text, tr("cli.option.text"), tr("cli.type.text"))->required();
  add_model_or_first(*tokens, values.tokens.model);
  add_special(*tokens, values.tokens.special);
  add_switch(*tokens, "--json", values.tokens.json, tr("cli.option.tokens_json"));
  add_language(*tokens, values, tr("cli.option.language"));
}

void add_generate(CLI::App& app, Values& values) {
  CLI::App* generate = app.add_subcommand("generate", tr("cli.command.generate"));
  GenerateCommand& command = values.generate;
  add_text(*generate, "--text", command.text, tr("cli.option.text_to_continue"), tr("cli.type.text"))->required();
  add_adapted_model(*generate, command);
  add_index(*generate, "--tokens", command.tokens, tr("cli.option.most_tokens"))->default_str("32");
  add_positive(*generate, "--temperature", command.temperature, tr("cli.option.draw_temperature"), true)
      ->default_str("0");
  add_index(*generate, "--top-k", command.top_k, tr("cli.option.top_k"))->default_str("0");
  add_index(*generate, "--seed", command.seed, tr("cli.option.seed"))->default_str("0");
  add_special(*generate, command.special);
  add_language(*generate, values, tr("cli.option.language"));
}

// Options of `export` that say something about a view or two alone.
const std::multimap<std::string, ExportView> kOfOneView{
    {"--cells", ExportView::weights},       {"--ablate-to", ExportView::ablation},
    {"--patch", ExportView::patching},      {"--patch-map", ExportView::patching},
    {"--replace", ExportView::sweep},       {"--words", ExportView::sweep},
    {"--own", ExportView::sweep},           {"--flow", ExportView::flow},
    {"--minus", ExportView::attribution},   {"--step", ExportView::steps},
    {"--without-scale", ExportView::steps}, {"--without-mask", ExportView::steps},
    {"--cut", ExportView::steps},           {"--task", ExportView::probing},
    {"--states", ExportView::probing},      {"--evidence", ExportView::evidence},
    {"--least", ExportView::evidence},      {"--detectors", ExportView::detectors},
    {"--order", ExportView::likeness},      {"--part", ExportView::scores},
    {"--own-weights", ExportView::drift},   {"--router", ExportView::router},
    {"--by-load", ExportView::router},      {"--own-weights", ExportView::causes},
    {"--against", ExportView::causes},      {"--measure", ExportView::checkpoints}};

bool is_of(const std::string& option, ExportView view) {
  const auto [first, last] = kOfOneView.equal_range(option);
  return std::any_of(first, last, [view](const auto& each) { return each.second == view; });
}

void add_export(CLI::App& app, Values& values) {
  CLI::App* out = app.add_subcommand("export", tr("cli.command.export"));
  ExportCommand& command = values.picture;
  add_file(*out, "--out", command.out, tr("cli.option.out"))->required();
  add_choice(*out, "--view", kViews, command.options.view, tr("cli.option.view"))->default_str("weights");
  add_given_file(*out, "--session", command.session, tr("cli.option.session"));
  add_model(*out, command.model);
  add_adapters(*out, command.adapters);
  add_captured(*out, command.captured);
  add_text(*out, "--text", command.text, tr("cli.option.text"), tr("cli.type.text"));
  add_given_file(*out, "--image", command.image, tr("cli.option.image"));
  add_choice(*out, "--attention", kKinds, command.attention, tr("cli.option.export_attention"));
  add_index(*out, "--layer", command.layer, tr("cli.option.layer"));
  add_index(*out, "--head", command.head, tr("cli.option.head"));
  add_index(*out, "--query", command.query, tr("cli.option.query"));
  add_index(*out, "--key", command.key, tr("cli.option.key"));
  add_choice(*out, "--shown", kShown, command.shown, tr("cli.option.shown"));
  add_choice(*out, "--cells", kGridWeights, command.cells, tr("cli.option.cells"));
  add_choice(*out, "--part", kScoreParts, command.part, tr("cli.option.score_part"));
  add_choice(*out, "--router", kRouterMaps, command.router, tr("cli.option.router"));
  add_switch(*out, "--by-load", command.experts_by_load, tr("cli.option.by_load"));
  add_switch(*out, "--own-weights", command.options.own_weights, tr("cli.option.export_own_weights"));
  add_text(*out, "--against", command.options.against, tr("cli.option.export_against"), tr("cli.type.model"));
  add_choices_of_views(*out, command.options);
  add_text(*out, "--scale", command.options.scale, tr("cli.option.scale"), tr("cli.type.number"))
      ->check(CLI::Validator(check_scale, "", ""))
      ->default_str("2");
  add_choice(*out, "--theme", kThemes, command.options.theme, tr("cli.option.theme"))->default_str("light");
  add_language(*out, values, tr("cli.option.language_of_pictures"));
}

void add_heads(CLI::App& app, Values& values) {
  CLI::App* heads = app.add_subcommand("heads", tr("cli.command.heads"));
  HeadsCommand& command = values.heads;
  auto* formats = heads->add_option_group("format", tr("cli.help.write"));
  add_switch(*formats, "--json", values.json, tr("cli.option.heads_json"));
  add_switch(*formats, "--csv", command.csv, tr("cli.option.heads_csv"));
  formats->require_option(0, 1);
  add_adapted_model(*heads, command);
  add_captured(*heads, command.captured);
  add_file(*heads, "--corpus", command.corpora, tr("cli.option.corpus"));
  add_switch(*heads, "--likeness", command.likeness, tr("cli.option.likeness"));
  add_choice(*heads, "--special-tokens", kSpecialTokens, command.special_tokens, tr("cli.option.special_tokens"));
  add_file(*heads, "--probe", command.probes, tr("cli.option.probe"));
  add_file(*heads, "--detectors", command.detectors, tr("cli.option.detectors"));
  add_index(*heads, "--ensembles", command.ensemble, tr("cli.option.ensembles"))->default_str("0");
  add_language(*heads, values, tr("cli.option.language"));
}

void add_importance(CLI::App& app, Values& values) {
  CLI::App* importance = app.add_subcommand("importance", tr("cli.command.importance"));
  ImportanceCommand& command = values.importance;
  add_adapted_model(*importance, command);
  add_file(*importance, "--corpus", command.corpora, tr("cli.option.corpus"));
  add_index(*importance, "--sentences", command.sentences, tr("cli.option.importance_sentences"), 1)->default_str("60");
  add_choice(*importance, "--ablation", kAblations, command.mean, tr("cli.option.importance_ablation"));
  add_language(*importance, values, tr("cli.option.language"));
}

void add_probe(CLI::App& app, Values& values) {
  CLI::App* probe = app.add_subcommand("probe", tr("cli.command.probe"));
  ProbeCommand& command = values.probe;
  add_adapted_model(*probe, command);
  add_file(*probe, "--corpus", command.corpora, tr("cli.option.corpus"));
  add_choice(*probe, "--task", kProbeTasks, command.options.task, tr("cli.option.probe_task"))
      ->default_str("part_of_speech");
  add_choice(*probe, "--states", kProbeSources, command.options.source, tr("cli.option.probe_states"))
      ->default_str("residual");
  add_language(*probe, values, tr("cli.option.language"));
}

void add_drift(CLI::App& app, Values& values) {
  CLI::App* drift = app.add_subcommand("drift", tr("cli.command.drift"));
  DriftCommand& command = values.drift;
  auto* texts = drift->add_option_group("text", tr("cli.help.read"));
  add_text(*texts, "--text", command.text, tr("cli.option.text"), tr("cli.type.text"));
  add_given_file(*texts, "--text-file", command.text_file, tr("cli.option.drift_file"));
  texts->require_option(1);
  auto* formats = drift->add_option_group("format", tr("cli.help.write"));
  add_switch(*formats, "--json", values.json, tr("cli.option.drift_json"));
  add_switch(*formats, "--csv", command.csv, tr("cli.option.drift_csv"));
  formats->require_option(0, 1);
  add_adapted_model(*drift, command);
  add_text(*drift, "--against", command.against, tr("cli.option.against"), tr("cli.type.model"));
  add_text(*drift, "--alpha", command.alphas, tr("cli.option.alpha"), tr("cli.type.steps"))
      ->check(CLI::Validator(check_alphas, "", ""))
      ->default_str("0:1:0.1");
  add_switch(*drift, "--own-weights", command.own_weights, tr("cli.option.own_weights"));
  add_switch(*drift, "--matrices", command.matrices, tr("cli.option.matrices"));
  add_language(*drift, values, tr("cli.option.language"));
}

void add_train(CLI::App& app, Values& values) {
  CLI::App* train = app.add_subcommand("train", tr("cli.command.train"));
  add_train_options(*train, values.train);
  add_language(*train, values, tr("cli.option.language"));
}

void add_council(CLI::App& app, Values& values) {
  CLI::App* council = app.add_subcommand("council", tr("cli.command.council"));
  add_council_options(*council, values.council);
  add_language(*council, values, tr("cli.option.language"));
}

void add_kinds(CLI::App& app, Values& values) {
  CLI::App* kinds = app.add_subcommand("kinds", tr("cli.command.kinds"));
  KindsCommand& command = values.kinds;
  add_text(*kinds, "--text", command.text, tr("cli.option.text"), tr("cli.type.text"));  // see missing_text()
  auto* formats = kinds->add_option_group("format", tr("cli.help.write"));
  add_switch(*formats, "--json", values.json, tr("cli.option.kinds_json"));
  add_switch(*formats, "--csv", command.csv, tr("cli.option.kinds_csv"));
  formats->require_option(0, 1);
  add_model_or_first(*kinds, command.model);
  add_index(*kinds, "--layer", command.layer, tr("cli.option.layer"))->default_str("0");
  add_index(*kinds, "--head", command.head, tr("cli.option.head"))->default_str("0");
  add_text(*kinds, "--kind", command.kinds, tr("cli.option.kind"), tr("cli.type.name"));
  add_switch(*kinds, "--table", command.table, tr("cli.option.kind_table"));
  add_text(*kinds, "--heads", command.heads, tr("cli.option.kind_heads"), tr("cli.type.number"));
  add_switch(*kinds, "--positions", command.positions, tr("cli.option.kind_positions"));
  add_index(*kinds, "--query", command.query, tr("cli.option.kind_query"));
  add_index(*kinds, "--key", command.key, tr("cli.option.kind_key"));
  add_switch(*kinds, "--stretch", command.stretch, tr("cli.option.kind_stretch"));
  add_index(*kinds, "--reach", command.reach, tr("cli.option.kind_reach"), 1)->default_str("64");
  add_choice(*kinds, "--mask", kMasks, command.mask, tr("cli.option.mask"))->default_str("as-trained");
  add_special(*kinds, command.special);
  add_language(*kinds, values, tr("cli.option.language"));
}

CLI::Option* add_lessons(CLI::App& app, LessonCommand& command) {
  return app.add_option("FILE", command.files, tr("cli.option.lessons"))->type_name(tr("cli.type.file"))->required();
}

void add_lesson(CLI::App& app, Values& values) {
  CLI::App* lesson = app.add_subcommand("lesson", tr("cli.command.lesson"));
  lesson->require_subcommand(1);
  add_language(*lesson, values, tr("cli.option.language"));
  CLI::App* check = lesson->add_subcommand("check", tr("cli.command.lesson_check"));
  add_lessons(*check, values.lesson);
  add_language(*check, values, tr("cli.option.language"));
  CLI::App* fresh = lesson->add_subcommand("new", tr("cli.command.lesson_new"));
  fresh->add_option("FILE", values.lesson.new_file, tr("cli.option.new_lesson"))->type_name(tr("cli.type.file"));
  add_language(*fresh, values, tr("cli.option.language_of_template"));
  CLI::App* print = lesson->add_subcommand("print", tr("cli.command.lesson_print"));
  add_lessons(*print, values.lesson);
  add_file(*print, "--output", values.lesson.out, tr("cli.option.handout"))->required();
  add_language(*print, values, tr("cli.option.language_of_lesson"));
}

void add_models(CLI::App& app, Values& values) {
  CLI::App* models = app.add_subcommand("models", tr("cli.command.models"));
  add_language(*models, values, tr("cli.option.language"));
}

void add_window(CLI::App& app, Values& values) {
  WindowOptions& window = values.window;
  add_model(app, window.model);
  add_adapters(app, window.adapters);
  add_captured(app, window.captured);
  add_text(app, "--text", window.text, tr("cli.option.first_text"), tr("cli.type.text"));
  add_given_file(app, "--image", window.image, tr("cli.option.first_image"));
  add_index(app, "--layer", window.layer, tr("cli.option.first_layer"));
  add_index(app, "--head", window.head, tr("cli.option.first_head"));
  add_given_file(app, "--session", window.session, tr("cli.option.session"));
  add_text(app, "--workspace", window.workspace, tr("cli.option.workspace"), names_of_workspaces().c_str());
  add_text(app, "--lesson", window.lesson, tr("cli.option.lesson"), tr("cli.type.lesson"));
  app.add_flag("--fresh", window.fresh, tr("cli.option.fresh"));
  add_language(app, values, tr("cli.option.language_of_window"));
  add_choice(app, "--theme", kThemes, window.theme, tr("cli.option.theme_of_window"));
  app.add_option_function<std::string>(
         "--window", [&window](const std::string& text) { window.window = parse_size(text); }, tr("cli.option.window"))
      ->check(CLI::Validator(check_size, "", ""))
      ->type_name(tr("cli.type.size"));
  const std::string observers = tr("cli.help.observers");
  add_file(app, "--frame-file", window.frame_file, tr("cli.option.frame_file"))->group(observers);
  add_file(app, "--probe-file", window.probe_file, tr("cli.option.probe_file"))->group(observers);
  add_file(app, "--session-dump", window.session_dump, tr("cli.option.session_dump"))->group(observers);
  add_file(app, "--gl-error-file", window.gl_error_file, tr("cli.option.gl_error_file"))->group(observers);
  add_choice(app, "--string-test", kStringTests, window.string_test, tr("cli.option.string_test"))->group(observers);
}

}  // namespace

std::optional<Language> asked_language(const std::vector<std::string>& arguments) {
  std::optional<Language> asked;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    for (const std::string option : {"--lang", "--language"}) {
      std::string value;
      if (arguments[at] == option && at + 1 < arguments.size()) value = arguments[at + 1];
      if (arguments[at].starts_with(option + "=")) value = arguments[at].substr(option.size() + 1);
      if (const auto known = kLanguages.find(value); known != kLanguages.end()) asked = known->second;
    }
  }
  return asked;
}

void add_options(CLI::App& app, Values& values) {
  app.set_help_flag("-h,--help", tr("cli.option.help"));
  app.set_version_flag("--version", "regard " REGARD_VERSION, tr("cli.option.version"));
  app.require_subcommand(0, 1);
  add_window(app, values);
  add_trace(app, values);
  add_tokens(app, values);
  add_generate(app, values);
  add_heads(app, values);
  add_importance(app, values);
  add_probe(app, values);
  add_drift(app, values);
  add_train(app, values);
  add_council(app, values);
  add_kinds(app, values);
  add_export(app, values);
  add_lesson(app, values);
  add_capture(app, values);
  add_models(app, values);
  add_checkpoint(app, values);
}

std::string missing_text(const CLI::App& app, const Values& values) {
  const CLI::App* trace = app.get_subcommand("trace");
  if (app.got_subcommand("drift")) {
    const DriftCommand& drift = values.drift;
    if (drift.adapters.empty() && (drift.against.empty() || drift.matrices))
      return tr("cli.usage.required", {{"option", "--adapter"}});
    if (drift.adapters.empty() && drift.model.empty()) return tr("cli.usage.required", {{"option", "--model"}});
  }
  const bool asks_for_text = app.got_subcommand("kinds") && !values.kinds.text && !values.kinds.table;
  if (asks_for_text && !is_capture(given_path(values.kinds.model)))
    return tr("cli.usage.required", {{"option", "--text"}});
  const TraceCommand& command = values.trace;
  const bool given = command.text || !command.text_file.empty() || !command.image.empty();
  if (!trace->parsed() || given || is_capture(given_path(command.model))) return {};
  return missing_choice(app);
}

std::string misplaced_option(const CLI::App& app) {
  if (app.get_subcommands().empty()) return {};
  const std::string command = app.get_subcommands().front()->get_name();
  for (const CLI::Option* option : app.get_options())
    if (option->count() > 0 && !option->check_name("--lang"))
      return tr("cli.usage.misplaced", {{"option", option->get_name()}, {"command", command}});
  return {};
}

std::string option_of_another_view(const CLI::App& app, const Values& values) {
  const CLI::App* out = app.get_subcommand("export");
  const ExportView asked = values.picture.options.view;
  for (const auto& [option, view] : kOfOneView)
    if (out->count(option) > 0 && !is_of(option, asked))
      return tr("cli.usage.not_of_view",
                {{"option", option}, {"view", std::string(name_of(asked))}, {"wanted", std::string(name_of(view))}});
  return {};
}

}  // namespace regard::cli
