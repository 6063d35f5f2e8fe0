// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cli.h"

#include "app/base/assets.h"
#include "app/cli/checkpoint_option.h"
#include "app/cli/help.h"
#include "app/cli/options.h"
#include "app/cli/usage.h"
#include "app/jobs/error_from.h"
#include "app/style/language_of_machine.h"
#include "app/style/locale.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace regard::cli {
namespace {

constexpr int kBadInput = 1;
constexpr int kBadUsage = 2;

// The program's sentences, in the language asked for. An error where they are not there: a broken installation.
std::optional<Error> load_sentences(const std::vector<std::string>& arguments) {
  set_language(asked_language(arguments).value_or(language_of_machine()));
  try {
    if (assets_folder().empty()) return Error("file_missing", {.file = "assets/locale"});
    load_locale(assets_folder() / "locale");
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
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

int refuse(int code, const std::string& sentence, std::ostream& err) {
  err << "regard: " << one_sentence(sentence);
  if (code == kBadUsage) err << ' ' << tr("cli.usage.try");
  err << '\n';
  return code;
}

Outcome carry_out(const CLI::App& app, Values& values, Streams streams) {
  if (app.got_subcommand("trace")) {
    values.trace.format = values.json ? TraceFormat::json : values.csv ? TraceFormat::csv : TraceFormat::npz;
    run_trace(values.trace, streams);
  } else if (app.got_subcommand("capture")) {
    values.capture.format = TraceFormat::npz;
    values.capture.opens_again = true;
    run_trace(values.capture, streams);
  } else if (app.got_subcommand("tokens")) {
    run_tokens(values.tokens, streams);
  } else if (app.got_subcommand("generate")) {
    run_generate(values.generate, streams);
  } else if (app.got_subcommand("heads")) {
    run_heads(values.heads, streams);
  } else if (app.got_subcommand("importance")) {
    run_importance(values.importance, streams);
  } else if (app.got_subcommand("probe")) {
    run_probe(values.probe, streams);
  } else if (app.got_subcommand("drift")) {
    run_drift(values.drift, streams);
  } else if (app.got_subcommand("train")) {
    run_train(values.train, streams);
  } else if (app.got_subcommand("council")) {
    run_council(values.council, streams);
  } else if (app.got_subcommand("kinds")) {
    run_kinds(values.kinds, streams);
  } else if (app.got_subcommand("export")) {
    run_export(values.picture, streams);
  } else if (const CLI::App* lesson = app.get_subcommand("lesson"); lesson->parsed()) {
    values.lesson.language = values.language;
    if (lesson->got_subcommand("check") && !check_lessons(values.lesson, streams)) return kBadInput;
    if (lesson->got_subcommand("new")) write_new_lesson(values.lesson, streams);
    if (lesson->got_subcommand("print")) print_lessons(values.lesson, streams);
  } else if (app.got_subcommand("models")) {
    run_models(streams);
  } else {
    values.window.lang = values.language;
    return values.window;
  }
  streams.out.flush();
  if (!streams.out) throw Refusal(tr("cli.refusal.output"));
  return 0;
}

}  // namespace

Outcome parse(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  const std::optional<Error> no_sentences = load_sentences(arguments);
  Values values;
  CLI::App app(tr("cli.help.about"), "regard");
  app.formatter(help_formatter());
  add_options(app, values);
  app.footer(tr("cli.help.more"));  // of the program alone: commands would inherit it
  try {
    std::vector<std::string> last_first(arguments.rbegin(), arguments.rend());  // as CLI11 takes them
    app.parse(last_first);
  } catch (const CLI::CallForVersion& version) {
    app.exit(version, out, err);
    return 0;
  } catch (const CLI::ParseError& error) {
    if (no_sentences) return refuse(kBadInput, no_sentences->what(), err);
    if (dynamic_cast<const CLI::Success*>(&error) == nullptr) return refuse(kBadUsage, usage_sentence(app, error), err);
    app.exit(error, out, err);
    return 0;
  }
  if (no_sentences) return refuse(kBadInput, no_sentences->what(), err);
  set_language(values.language.value_or(language_of_machine()));
  for (const std::string& sentence :
       {misplaced_option(app), missing_text(app, values), option_of_another_view(app, values)})
    if (!sentence.empty()) return refuse(kBadUsage, sentence, err);
  try {
    choose_checkpoint(app, values);
    return carry_out(app, values, {out, err});
  } catch (const Refusal& refusal) {
    return refuse(kBadInput, refusal.what(), err);
  } catch (const std::exception& error) {
    return refuse(kBadInput, tr(error_from(error)), err);
  }
}

Outcome parse(int argc, char** argv) {
  return parse(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), std::cout, std::cerr);
}

}  // namespace regard::cli
