// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cli.h"

#include "app/base/model_path.h"
#include "app/cli/commands.h"
#include "app/cli/export_command.h"
#include "app/viewmodel/patching_view.h"
#include "app/viewmodel/sweep_view.h"
#include "core/base/error.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <iostream>
#include <limits>

namespace regard::cli {
namespace {

constexpr int kBadInput = 1;
constexpr int kBadUsage = 2;
constexpr int kSmallestWindow = 200;  // pixels
constexpr int kLargestWindow = 16384;

const std::map<std::string, MaskMode> kMasks{
    {"as-trained", MaskMode::as_trained}, {"causal", MaskMode::causal}, {"bidirectional", MaskMode::bidirectional}};
const std::map<std::string, AttentionKind> kKinds{
    {"self", AttentionKind::self}, {"cross", AttentionKind::cross}, {"encoder", AttentionKind::encoder}};
const std::map<std::string, Language> kLanguages{{"ru", Language::ru}, {"en", Language::en}};
const std::map<std::string, ThemeChoice> kThemes{{"dark", ThemeChoice::dark}, {"light", ThemeChoice::light}};

const std::map<std::string, ExportView> kViews = [] {
  std::map<std::string, ExportView> views;
  for (std::size_t index = 0; index < export_views; ++index) {
    const auto view = static_cast<ExportView>(index);
    views.emplace(name_of(view), view);
  }
  return views;
}();
const std::map<std::string, Shown> kShown{
    {"live", Shown::live}, {"baseline", Shown::baseline}, {"difference", Shown::difference}};
const std::map<std::string, bool> kAblations{{"zero", false}, {"mean", true}};
const std::map<std::string, PatchWhat> kPatches{{"residual", PatchWhat::residual},
                                                {"attention_output", PatchWhat::attention_output},
                                                {"feed_forward_output", PatchWhat::feed_forward_output},
                                                {"head_output", PatchWhat::head_output},
                                                {"query", PatchWhat::query},
                                                {"key", PatchWhat::key},
                                                {"value", PatchWhat::value},
                                                {"pattern", PatchWhat::pattern}};
const std::map<std::string, bool> kReplaced{{"query", false}, {"key", true}};
const std::map<std::string, SweepWords> kWords{
    {"model", SweepWords::model}, {"frequent", SweepWords::frequent}, {"own", SweepWords::own}};
const std::map<std::string, PatchGrid> kPatchMaps{{"layers-tokens", PatchGrid::layers_tokens},
                                                  {"layers-heads", PatchGrid::layers_heads},
                                                  {"heads-tokens", PatchGrid::heads_tokens}};

constexpr const char* kModelHelp = "Folder or .gguf file of a model, or the name of one that `regard models` lists";

// Everything the options fill.
struct Values {
  TraceCommand trace{};
  TokensCommand tokens{};
  GenerateCommand generate{};
  ExportCommand picture{};
  WindowOptions window{};
  bool json = false;
  bool csv = false;
};

// Words for one of a few values; CLI11's own transformer lists them with their numbers.
template <typename Value>
std::function<std::string(std::string&)> one_of(const std::map<std::string, Value>& known) {
  return [&known](std::string& text) {
    if (known.contains(text)) return std::string();
    std::string names;
    for (const auto& [name, value] : known)
      names += (names.empty() ? "" : ", ") + name;
    return "'" + text + "' is none of " + names;
  };
}

template <typename Value, typename Target>
CLI::Option* add_choice(CLI::App& app, const std::string& name, const std::map<std::string, Value>& known,
                        Target& target, const std::string& help) {
  std::string names;
  for (const auto& [word, value] : known)
    names += (names.empty() ? "" : "|") + word;
  return app
      .add_option_function<std::string>(
          name, [&known, &target](const std::string& text) { target = known.at(text); }, help)
      ->check(CLI::Validator(one_of(known), "", ""))
      ->type_name(names);
}

CLI::Option* add_positive(CLI::App& app, const std::string& name, float& target, const std::string& help, bool zero) {
  const auto check = [zero](const std::string& text) {
    float value = 0.0F;
    const bool number = CLI::detail::lexical_cast(text, value) && std::isfinite(value);
    if (number && (value > 0.0F || (zero && value == 0.0F))) return std::string();
    return "'" + text + "' is no number " + (zero ? "from 0 upwards" : "above 0");
  };
  return app.add_option(name, target, help)->check(CLI::Validator(check, "", ""))->type_name("NUMBER");
}

// A whole number from 0; CLI11 would let "-1" wrap around.
template <typename Target>
CLI::Option* add_index(CLI::App& app, const std::string& name, Target& target, const std::string& help) {
  const auto check = [](const std::string& text) {
    const bool digits = !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? std::string() : "'" + text + "' is no whole number from 0 upwards";
  };
  return app
      .add_option_function<std::string>(
          name, [&target](const std::string& text) { target = std::stoull(text); }, help)
      ->check(CLI::Validator(check, "", ""))
      ->type_name("N");
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
  return parse_size(text) ? std::string() : "'" + text + "' is no size like 1600x900 (from 200x200)";
}

void add_model(CLI::App& app, std::string& model) {
  model = kDefaultModel;
  app.add_option("--model", model, kModelHelp)->type_name("DIR")->capture_default_str();
}

void add_special(CLI::App& app, bool& special) {
  app.add_flag("!--no-special", special, "Read the text alone, without the [CLS], [SEP], <s>… of the tokenizer");
}

void add_trace(CLI::App& app, Values& values) {
  CLI::App* trace = app.add_subcommand("trace", "Run a model on a text and write what its heads did");
  TraceCommand& command = values.trace;
  add_model(*trace, command.model);
  auto* texts = trace->add_option_group("text", "What to read");
  texts->add_option("--text", command.text, "The text")->type_name("TEXT");
  texts->add_option("--text-file", command.text_file, "A file with one text per line")->type_name("FILE");
  texts->add_option("--image", command.image, "A PNG picture, where the model reads pictures (ViT, DeiT)")
      ->type_name("FILE");
  texts->require_option(1);
  trace
      ->add_option("--target", command.target,
                   "The decoder's text, where the model has an encoder and a decoder (what the model writes itself)")
      ->type_name("TEXT");
  add_special(*trace, command.special);
  add_choice(*trace, "--attention", kKinds, command.attention, "Which attention of such a model (self)");
  add_index(*trace, "--layer", command.layer, "Only this layer, counted from 0");
  add_index(*trace, "--head", command.head, "Only this head, counted from 0");
  add_choice(*trace, "--mask", kMasks, command.mask, "Which keys a query may look at (as-trained)");
  trace
      ->add_option("--intervene", command.interventions,
                   "A JSON file with a list of interventions: mask, add, set_weight, ablate, patch…")
      ->type_name("FILE");
  add_positive(*trace, "--temperature", command.temperature, "weights = softmax(scores / NUMBER) (1)", false);
  auto* formats = trace->add_option_group("format", "What to write");
  formats
      ->add_option("--npz", command.npz, "A NumPy file with the arrays of every head, whatever --layer and --head say")
      ->type_name("OUT");
  formats->add_flag("--json", values.json, "One JSON object per text on standard output, a line each");
  formats->add_flag("--csv", values.csv, "A row per head, query and key on standard output");
  formats->require_option(1);
}

void add_tokens(CLI::App& app, Values& values) {
  CLI::App* tokens = app.add_subcommand("tokens", "Show how a model's tokenizer cuts a text");
  add_model(*tokens, values.tokens.model);
  tokens->add_option("--text", values.tokens.text, "The text")->type_name("TEXT")->required();
  add_special(*tokens, values.tokens.special);
  tokens->add_flag("--json", values.tokens.json, "As JSON instead of a table");
}

void add_generate(CLI::App& app, Values& values) {
  CLI::App* generate = app.add_subcommand("generate", "Continue a text, token by token");
  GenerateCommand& command = values.generate;
  add_model(*generate, command.model);
  generate->add_option("--text", command.text, "The text to continue")->type_name("TEXT")->required();
  add_special(*generate, command.special);
  add_index(*generate, "--tokens", command.tokens, "At most so many new tokens (32)");
  add_positive(*generate, "--temperature", command.temperature,
               "How freely to draw; 0 takes the most probable token (0)", true);
  add_index(*generate, "--top-k", command.top_k, "Draw from so many best tokens; 0 from all (0)");
  add_index(*generate, "--seed", command.seed, "Start of the random numbers (0)");
}

std::string check_scale(const std::string& text) {
  double scale = 0.0;
  const bool number = CLI::detail::lexical_cast(text, scale);
  return number && scale >= min_export_scale && scale <= max_export_scale ? std::string()
                                                                          : "'" + text + "' is no scale from 0.25 to 8";
}

void add_export(CLI::App& app, ExportCommand& command) {
  CLI::App* out =
      app.add_subcommand("export", "Write what a view of the window shows, as a picture or with all digits");
  out->add_option("--out", command.out, "The file; its ending (.png .svg .pdf .csv .json .npz) says what it becomes")
      ->type_name("FILE")
      ->required();
  out->add_option("--session", command.session, "A saved session")->type_name("FILE");
  out->add_option("--model", command.model, kModelHelp)->type_name("DIR");
  out->add_option("--text", command.text, "The text")->type_name("TEXT");
  out->add_option("--image", command.image, "A PNG picture, where the model reads pictures")->type_name("FILE");
  add_choice(*out, "--view", kViews, command.options.view, "Which view (weights)");
  add_choice(*out, "--shown", kShown, command.shown, "The live text, the baseline of the session, or what changed");
  add_choice(*out, "--ablate-to", kAblations, command.options.mean, "What ablated heads become (zero)");
  add_choice(*out, "--patch", kPatches, command.options.patch_what, "What patching carries over (residual)");
  add_choice(*out, "--patch-map", kPatchMaps, command.options.patch_grid,
             "Rows and columns of its map (layers-tokens)");
  add_choice(*out, "--replace", kReplaced, command.options.sweep_key, "Which token a sweep replaces (query)");
  add_choice(*out, "--words", kWords, command.options.sweep_words,
             "By the model's words, frequent ones, or --own (model)");
  out->add_option("--own", command.options.sweep_own, "Own words of a sweep, commas between them")->type_name("WORDS");
  add_index(*out, "--layer", command.layer, "The layer, counted from 0");
  add_index(*out, "--head", command.head, "The head, counted from 0");
  add_index(*out, "--query", command.query, "The token that asks, counted from 0");
  add_index(*out, "--key", command.key, "The token that is looked at, counted from 0");
  out->add_option("--scale", command.options.scale, "Pixels of a .png per pixel of the picture (2)")
      ->check(CLI::Validator(check_scale, "", ""))
      ->type_name("NUMBER");
  add_choice(*out, "--theme", kThemes, command.options.theme, "Colours (light)");
  add_choice(*out, "--lang", kLanguages, command.language, "Language of what is written in pictures (en)");
}

void add_window(CLI::App& app, WindowOptions& window) {
  app.add_option("--model", window.model, kModelHelp)->type_name("DIR");
  app.add_option("--text", window.text, "The text to start with")->type_name("TEXT");
  app.add_option("--image", window.image, "The PNG picture to start with, where the model reads pictures")
      ->type_name("FILE");
  add_index(app, "--layer", window.layer, "The layer to start with, counted from 0");
  add_index(app, "--head", window.head, "The head to start with, counted from 0");
  app.add_option("--session", window.session, "A saved session to open")->type_name("FILE");
  add_choice(app, "--lang", kLanguages, window.lang, "Language of the window");
  add_choice(app, "--theme", kThemes, window.theme, "Colours of the window");
  app.add_option_function<std::string>(
         "--window", [&window](const std::string& text) { window.window = parse_size(text); },
         "Size of the window in pixels")
      ->check(CLI::Validator(check_size, "", ""))
      ->type_name("WxH");
  const std::string observers = "For tests (these only observe)";
  app.add_option("--frame-file", window.frame_file, "Keep the number of frames shown in FILE")
      ->type_name("FILE")
      ->group(observers);
  app.add_option("--probe-file", window.probe_file, "Keep the rectangles of the items in FILE")
      ->type_name("FILE")
      ->group(observers);
  app.add_option("--session-dump", window.session_dump, "Keep the session in FILE")
      ->type_name("FILE")
      ->group(observers);
}

// `sentence` as one line, closed by a full stop.
std::string one_sentence(std::string sentence) {
  for (char& byte : sentence)
    if (byte == '\n' || byte == '\r') byte = ' ';
  while (sentence.ends_with(' '))
    sentence.pop_back();
  if (!sentence.empty() && std::string_view(".!?").find(sentence.back()) == std::string_view::npos) sentence += '.';
  return sentence;
}

// `regard --model X trace …` would trace another model than X.
void refuse_misplaced_options(const CLI::App& app) {
  if (app.get_subcommands().empty()) return;
  const std::string command = app.get_subcommands().front()->get_name();
  for (const CLI::Option* option : app.get_options())
    if (option->count() > 0) throw CLI::ValidationError(option->get_name() + " must stand behind " + command);
}

Outcome carry_out(const CLI::App& app, Values& values, Streams streams) {
  if (app.got_subcommand("trace")) {
    values.trace.format = values.json ? TraceFormat::json : values.csv ? TraceFormat::csv : TraceFormat::npz;
    run_trace(values.trace, streams);
  } else if (app.got_subcommand("tokens")) {
    run_tokens(values.tokens, streams);
  } else if (app.got_subcommand("generate")) {
    run_generate(values.generate, streams);
  } else if (app.got_subcommand("export")) {
    run_export(values.picture, streams);
  } else if (app.got_subcommand("models")) {
    run_models(streams);
  } else {
    return values.window;
  }
  streams.out.flush();
  if (!streams.out) throw Refusal("Standard output cannot be written.");
  return 0;
}

}  // namespace

Outcome parse(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  Values values;
  CLI::App app(
      "Regard shows what every attention head of a transformer looks at. Without a command its window opens.\n"
      "Layers and heads are counted from 0, here and in the files that `trace` writes.",
      "regard");
  app.set_version_flag("--version", "regard " REGARD_VERSION);
  app.require_subcommand(0, 1);
  add_window(app, values.window);
  add_trace(app, values);
  add_tokens(app, values);
  add_generate(app, values);
  add_export(app, values.picture);
  app.add_subcommand("models", "List the models that can be named: built in, and in the Hugging Face cache");
  try {
    std::vector<std::string> last_first(arguments.rbegin(), arguments.rend());  // as CLI11 takes them
    app.parse(last_first);
    refuse_misplaced_options(app);
  } catch (const CLI::Success& help) {
    app.exit(help, out, err);
    return 0;
  } catch (const CLI::ParseError& error) {
    err << "regard: " << one_sentence(error.what()) << " Try regard --help.\n";
    return kBadUsage;
  }
  try {
    return carry_out(app, values, {out, err});
  } catch (const std::exception& error) {
    err << "regard: " << one_sentence(error.what()) << "\n";
    return kBadInput;
  }
}

Outcome parse(int argc, char** argv) {
  return parse(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), std::cout, std::cerr);
}

}  // namespace regard::cli
