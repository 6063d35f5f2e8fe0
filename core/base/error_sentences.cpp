// SPDX-License-Identifier: Apache-2.0
// What every error says in English; assets/locale has the same in each language.
#include "core/base/error.h"

namespace regard {
namespace {

// Values that fill the places are numbers, shapes, names and excerpts, so that a translated template reads as one language.
constexpr std::pair<std::string_view, std::string_view> kMessages[] = {
    // files
    {"file_missing", "{file}: there is no such file or folder."},
    {"file_not_regular", "{file} is not an ordinary file."},
    {"file_unreadable", "{file} cannot be read: {found}."},
    {"file_unwritable", "{file} cannot be written: {found}."},
    {"file_too_large", "{file} is too large: {found} bytes, where at most {expected} can be read."},
    {"file_truncated", "{file} is cut short: {item} needs {expected} bytes, but only {found} are there."},
    // files that are something else than what was asked for
    {"is_session", "{file} is a saved session: open it with “Open session” (Ctrl-O) or drop it on the window."},
    {"is_model", "{file} is a model or a part of one: open it with “Open model” or drop it on the window."},
    {"is_png", "{file} is a picture: open a vision transformer (ViT) first, then drop the picture on the window."},
    {"is_picture", "{file} is a picture in the {found} format, but only PNG can be read: save it as PNG first."},
    {"is_text", "{file} is a text: drop it on the window, and it becomes the sentence."},
    {"is_other_text", "{file} is a text, but not in UTF-8: save it in that encoding, then drop it on the window."},
    {"is_document", "{file} is a document ({found}): copy its text and paste it into the sentence field."},
    {"is_web_page",
     "{file} is a web page, not what its address promised: download the file itself, or paste the page's text."},
    {"is_archive", "{file} is an archive ({found}): unpack it and open what is inside."},
    {"is_numbers",
     "{file} holds numbers ({found}): attention that was captured elsewhere opens as a model does, with “Open model” "
     "or dropped on the window."},
    {"is_json", "{file} is a JSON file, but no session of this program."},
    {"is_lfs_pointer",
     "{file} is not the file itself but a Git LFS note about where it is: run “git lfs pull” in its folder."},
    {"is_adapter",
     "{file} is an adapter: only changes to a model that is not part of it; open that model, then the adapter over it "
     "(the view Adapters; --adapter on the command line)."},
    {"no_adapters", "The model {item} was opened without an adapter, so there is no drift to show."},
    {"drift_shapes",
     "The models {item} and {file} are not of one shape (layers × heads, width: {found} and {expected}): their heads "
     "cannot be held against each other."},
    {"drift_tokens",
     "The models {item} and {file} read other tokens: what is “{found}” to the first is “{expected}” to the second, so "
     "their heads cannot be held against each other."},
    {"no_other_model",
     "Nothing is compared with {item} that was made of other files: pin the sentence with the model in full "
     "precision, or name that with --against."},
    {"adapter_kind",
     "{file} is an adapter of kind {found}, but only LoRA (with rsLoRA and DoRA) is known here; merge it into its "
     "model and "
     "open the result."},
    {"adapter_setting",
     "{file}: the adapter was made with {item} = {found}, which changes its numbers and is not known here; merge it "
     "into its "
     "model and open the result."},
    {"adapter_tensor",
     "{file}: the adapter changes {item}, which a model of architecture {expected} does not have: it belongs to "
     "another "
     "model."},
    {"adapter_rank", "{file}: the matrix {item} of the adapter has rank {found}, so it changes nothing."},
    {"adapter_architecture",
     "{file} is an adapter for models of architecture {expected}, but the model is of architecture {found}."},
    {"adapter_order",
     "{file}: the adapter has the rows of {item} in another order than the model's file; open it with the model in the "
     "same kind of file: both as GGUF, or neither."},
    {"is_projector",
     "{file} holds only the part that lets another model see pictures (a projector): open that model's own file."},
    {"several_gguf", "{file} holds several models, open one of its files: {expected}."},
    {"is_media", "{file} is sound or film ({found}), and there is nothing here that reads it."},
    {"is_program", "{file} is a program ({found}), which is neither opened nor run here."},
    {"is_picture_folder", "{file} is a folder of pictures: open one picture out of it."},
    {"is_folder", "{file} is a folder without a model: one needs config.json beside its weights, or a .gguf file."},
    // checkpoints of one model
    {"checkpoints_unnamed",
     "{file} holds several models ({found}), but their names say no step: call them checkpoint-500, step1000 and so "
     "on, "
     "and they open as the steps of one model; or open one of them."},
    {"no_checkpoints",
     "{file} holds no checkpoints: folders or files of models whose names say the step, such as checkpoint-500, "
     "step1000 or step_500.gguf."},
    {"checkpoint_missing", "{file} holds no checkpoint of step {item}; the nearest steps are {expected}."},
    {"checkpoint_twice",
     "{file} and {found} both say they are step {item}: rename one of them, or open one by its own name."},
    {"checkpoint_shape",
     "{file} is no step of the same model: architecture, layers × heads, width and vocabulary are {found}, those of "
     "the "
     "other steps {expected}."},
    {"checkpoint_vocabulary",
     "{file} is no step of the same model: its token {item} is “{found}”, that of the other steps “{expected}”."},
    {"is_empty", "{file} is empty: it has no bytes at all; it was perhaps not downloaded to the end."},
    {"is_unknown", "{file} is neither a session nor a model, a picture or a text."},
    // JSON of any kind
    {"json_syntax", "{file} is not valid JSON at line:column {item}, near “{found}”."},
    {"json_depth", "{file} nests JSON deeper than {expected} levels."},
    {"json_missing", "{file} has no {item}, which should be {expected}."},
    {"json_value", "{file}: {item} should be {expected}, but is {found}."},
    // safetensors and tensors
    {"safetensors_header", "{file} is not a sound safetensors file: {item} should be {expected}, but is {found}."},
    {"gguf_format", "{file} is not a sound GGUF file: {item} should be {expected}, but is {found}."},
    {"sentencepiece_format", "{file} is not a sound SentencePiece file: {item} should be {expected}, but is {found}."},
    {"gguf_version", "{file} is written in version {found} of GGUF, but only {expected} can be read."},
    {"gguf_part_missing", "{file} is part {item} of {expected}, but {found} is not beside it."},
    {"tensor_unknown", "{file} has a tensor {item}, which means nothing in a model of architecture {expected}."},
    {"tensor_duplicate", "{file} describes the tensor {item} twice."},
    {"tensor_overlap", "{file}: the tensors {item} and {found} share the same bytes."},
    {"safetensors_shard",
     "{file}: the tensor {item} should be in a file beside it, but “{found}” is not a plain file name."},
    {"tensor_missing",
     "{file} has no tensor {item}, expected with shape {expected}; the closest names there: {found}."},
    {"tensor_tied",
     "{file} holds {item} and {found}, which the model shares, with different numbers: nobody can tell which of them "
     "counts; if both do, write \"tie_word_embeddings\": false into config.json."},
    {"tensor_range", "{file} is cut short: the tensor {item} lies at bytes {found} of the data, which has {expected}."},
    {"tensor_size", "{file}: the tensor {item} takes {found} bytes, but its shape and type need {expected}."},
    {"tensor_shape", "{file}: the tensor {item} has shape {found}, expected {expected}."},
    {"tensor_value", "{file}: the tensor {item} holds {found}, expected {expected}."},
    {"quantization_mismatch", "{file}: {item} is stored as {found}, but config.json says {expected}."},
    {"tensor_dtype", "{file}: the tensor {item} has numbers of type {found}, expected {expected}."},
    {"npz_format", "{file} is not a sound npz file: {item} should be {expected}, but is {found}."},
    {"capture_kind", "{file} holds no numbers in a form that is known here: {expected}."},
    {"capture_names", "{file} has no attention under a name that is known here ({expected}); there are: {found}."},
    {"capture_shape", "{file}: the array {item} has shape {found}, expected {expected}."},
    {"capture_tokens",
     "{file}: the array {item} is of {found} tokens, but others are of {expected}: they do not belong to one text."},
    {"capture_batch",
     "{file}: the array {item} has shape {found} and so holds several texts; save one of them ({expected})."},
    {"capture_sums", "{file}: the rows of {item} sum to {found}, not to {expected}: these are no attention weights."},
    {"capture_transposed",
     "{file}: the rows of {item} sum to {found}, its columns to {expected}: queries and keys are exchanged; open it "
     "with --axes keys-first, or save it with its last two axes swapped."},
    {"capture_ambiguous",
     "{file}: the array {item} of shape {found} can be read in two ways, and nothing in it tells which one is meant; "
     "choose with --axes: {expected}."},
    {"capture_parts",
     "{file} has cross-attention, but no {item}; of an encoder–decoder model all three are needed: {expected}."},
    {"capture_cross_heads",
     "{file}: layer {item} has self-attention of sizes {expected}, but cross-attention of sizes {found} (heads, key "
     "heads, "
     "their width, that of values)."},
    {"capture_checkpoint",
     "{file} holds hidden states alone: attention follows from them with the weights of the model that made them; "
     "name its folder with --weights-of."},
    {"capture_no_states",
     "{file} holds no hidden states (hidden_states) that the weights of a checkpoint could make attention of."},
    {"capture_state_layers",
     "{file} holds the hidden states of {found} layers and does not say which of the model’s {expected} they are; "
     "name them with --states-of."},
    {"capture_state_range",
     "{file} holds the hidden states of layer {found}, but the layers of {item} are {expected}: it is another model."},
    {"capture_state_width",
     "{file} holds hidden states of {found} numbers, but those of {item} have {expected}: it is another model."},
    {"capture_state_family",
     "{item} is of architecture {found}: from its hidden states scores cannot be told by queries and keys alone, so "
     "they "
     "are not computed."},
    {"capture_head",
     "{file} does not have the same text for every head of its layers: nothing is there of head {item}."},
    {"capture_too_large",
     "{file} holds grids of {found} numbers together, where at most {expected} are read from JSON."},
    {"capture_adapter", "{file} is a captured run: there are no weights that an adapter could change."},
    {"capture_fixed",
     "{item} was captured elsewhere: it is shown as it ran; without the model’s weights no other text, mask, "
     "temperature or intervention can be run."},
    {"capture_no_scores",
     "The captured run {item} has no scores of this head, and no queries and keys that they could be computed from."},
    {"capture_no_values",
     "The captured run {item} does not have the values, or not all the layers, that these numbers are made of."},
    {"zip_format", "{file} is not a sound zip archive: {item} should be {expected}, but is {found}."},
    {"torch_format", "{file} is not a sound PyTorch file: {item} should be {expected}, but is {found}."},
    {"torch_global",
     "{file} asks for {found}, which weights do not need; nothing in a file is ever executed, so it is not opened."},
    {"torch_legacy",
     "{file} is in the form that PyTorch wrote before version 1.6; if you trust it, have Python rewrite it: "
     "{expected}."},
    {"picture_too_large", "The picture would have {found} pixels, where at most {expected} can be written."},
    {"nothing_to_compare",
     "There is nothing to export: the live text of the model {item} has nothing to be compared with here; "
     "pin a text or intervene first."},
    {"capture_positions",
     "Interventions give heads other positions, and a captured run is opened as one of the model's own: regard trace "
     "--npz writes its numbers instead."},
    {"capture_kinds",
     "Interventions put heads in other kinds of attention, and a captured run is opened as one of softmax: "
     "regard trace --npz writes its numbers instead."},
    {"export_run", "The whole run is written as {expected} alone; no picture or table holds it."},
    {"nothing_to_export", "There is nothing to export: the model {item} predicts nothing here."},
    {"text_too_long", "The text has {found} tokens; this view takes {expected} at most."},
    {"export_cross",
     "Cross-attention leads into another text, and this view is about one: choose the decoder's or the encoder's own "
     "attention."},
    {"export_long_grid",
     "The grid has {found} rows or columns; value-weighted attention and rollout are made for {expected} at most: "
     "shorten "
     "the text, or choose the weights."},
    {"export_long_flow",
     "The text has {found} tokens; max flow is made for {expected} at most: shorten the text, or choose another "
     "quantity."},
    {"export_flow_words", "Max flow is told of tokens, not of words: switch words off, or choose another quantity."},
    {"export_weights_difference",
     "The difference of two texts is told of the weights alone: choose them, or one of the two texts."},
    {"export_evidence",
     "The sentences behind a number are exported as the panel Evidence shows them: click a number in the table of "
     "roles, "
     "with a text of many sentences chosen."},
    {"export_encoder_head",
     "Heads of the model {item} are measured on its encoder: choose the encoder's attention and a head of it."},
    {"export_search",
     "What heads are to be searched by is not known of this text: open the panel Heads like this and let it finish."},
    {"likeness_tokens",
     "The two models cut this text into other tokens: their heads cannot be compared on it; choose a text of many "
     "sentences."},
    {"export_own_attention", "This view is about the decoder's attention to itself: choose that kind of attention."},
    {"export_special", "“{found}” is a special token, and no word can stand for it: choose a word."},
    {"export_no_logits", "The model {item} has no head over a vocabulary: there is no logit to share out."},
    {"export_no_weights", "The model {item} is here without its weights, which this view is computed from."},
    {"export_no_experts",
     "The model {item} has no experts: every token goes through the same feed-forward block of a layer."},
    {"export_dense_layer", "Layer {item} has no experts: choose a layer that has some."},
    // models
    {"unknown_architecture",
     "{file} describes a model of architecture {found}, which is not known here; the known ones are {expected}."},
    {"config_missing", "{file} has no {item}, which should be {expected}."},
    {"config_value", "{file}: {item} should be {expected}, but is {found}."},
    {"config_setting",
     "{file}: {item} is {found}, which changes the numbers of a model and is not known in this one; without harm it "
     "can "
     "only be {expected}."},
    {"config_quantized",
     "{file} describes weights quantised as {found}, but only {expected} can be read: take the model without "
     "quantisation, or a GGUF "
     "file of it."},
    {"png_format", "{file} is not a sound PNG picture: {item} should be {expected}, but is {found}."},
    {"image_size", "{file} is too large a picture: {found} pixels, where at most {expected} can be read."},
    {"needs_image", "The model {item} reads pictures: give it a PNG file."},
    {"needs_text", "{file} is a picture, but the model {item} reads text; open a vision transformer (ViT) for it."},
    {"needs_picture",
     "{file} is a text, but the model {item} reads pictures: give it a PNG file, or open another model."},
    {"not_a_model", "{file} is no model: there is no {expected} in the folder {item}."},
    {"weights_missing", "{file} has no weights: expected {expected}, found {found}."},
    {"weights_format", "{file} holds weights in a form that cannot be read here; expected {expected}."},
    {"heads_range", "{file}: {item} should be from 0 to {expected}, but is {found}."},
    {"mask_recurrent",
     "The model {file} cannot look both ways: its layer {item} reads from left to right, without softmax."},
    {"temperature_linear",
     "The attention of “{file}” in layer {item} is linear: there are no scores that a temperature could divide; set it "
     "to 1."},
    {"intervention_no_softmax",
     "{item}: layer {found} has no softmax, so there are no scores to change; choose a layer that has one."},
    {"no_softmax", "Layer {item} has no softmax: {expected} is not defined there."},
    {"gated_values",
     "What a head hands over in layer {item} depends on who asks: it is multiplied by a gate of the asking token."},
    {"layer_without_heads", "{file}: layer {item} has no attention heads."},
    {"steps_cut", "{item} cannot be cut into {found} heads; possible are {expected}."},
    {"heads_duplicate", "{file} names layer:head {item} twice."},
    // tokenizers
    {"tokenizer_missing", "{file} has no tokenizer: expected {expected}."},
    {"tokenizer_value", "{file}: {item} should be {expected}, but is {found}."},
    {"tokenizer_unsupported", "{file}: {item} of kind {found} is not known here; the known ones are {expected}."},
    {"tokenizer_pattern_stopped",
     "The pattern {item} of {file} was stopped on this text ({found}): without long runs of one character, or in "
     "smaller "
     "pieces, the text may be read."},
    {"tokenizer_no_unknown",
     "{file}: “{found}” is no piece of the vocabulary, and there is no piece that stands for unknown ones."},
    {"tokenizer_no_merges",
     "{file} has no {item}: without them the bytes of a word cannot be put together; convert the model again, "
     "today's converters write them."},
    // running
    {"no_tokens", "There is no token to read: the text is empty."},
    {"too_many_tokens", "There are {found} tokens, but the model {item} reads at most {expected}."},
    {"token_id", "There is no token {found}: the vocabulary of {item} has {expected} entries, counted from 0."},
    {"not_finite",
     "After layer {item} of {file}, numbers are not finite (NaN or ∞): the weights are damaged, or an intervention is "
     "too strong."},
    {"not_finite_heads",
     "In layer {item} of {file}, queries, keys or values are not finite (NaN or ∞) — heads: {found}; the weights are "
     "damaged, or an intervention is too strong."},
    {"not_generative", "The model {item} does not predict the next token, so it cannot continue a text."},
    {"intervention_value", "{item} should be {expected}, but is {found}."},
    {"intervention_source",
     "{item} takes numbers from the text “{found}”, but there is no run of that text by a model of the same sizes."},
    // the window
    {"window", "No window can be opened: {found}."},
    {"opengl_old",
     "The window needs OpenGL {expected}, and the graphics driver here has {found}; Mesa's software driver has it: "
     "write LIBGL_ALWAYS_SOFTWARE=1 __GLX_VENDOR_LIBRARY_NAME=mesa before the command."},
    {"opengl_none",
     "The window needs OpenGL {expected}, and there is none on this display ({found}); Mesa's software driver has it: "
     "install libgl1 and libgl1-mesa-dri (Debian's names) and write LIBGL_ALWAYS_SOFTWARE=1 "
     "__GLX_VENDOR_LIBRARY_NAME=mesa before the command."},
    {"graphics", "The graphics driver gives no {item}: expected {expected}, found {found}."},
    {"shader", "The graphics driver refuses {file}: {found}"},
    {"out_of_memory", "There is not enough memory for this text or model."},
    {"unexpected", "Something went wrong that the program did not foresee: {found}."},
    // lessons
    {"lesson_binary", "This is a binary file, not a lesson: its byte {found} is zero."},
    {"lesson_utf8", "This is not a text in UTF-8: its byte {found} belongs to no character."},
    {"lesson_no_head",
     "A lesson begins with a line “---”, lines such as “{expected}”, and another line “---”, but this one begins with "
     "“{found}”."},
    {"lesson_format",
     "This lesson is written in format {found}, and only format {expected} can be read: it needs a newer version of "
     "the program."},
    {"lesson_no_steps", "There is no step: each begins with a line “{expected}”."},
    {"lesson_steps", "There are {found} steps, where at most {expected} can be read."},
    {"lesson_no_state", "The first step needs a block “{expected}” that says what the window shows."},
    {"lesson_outside", "The block “{item}” stands before the first step, which begins with a line “{expected}”."},
    {"lesson_open", "The block “{item}” is not closed: a line “{expected}” is missing."},
    {"lesson_twice", "“{item}” stands here a second time."},
    {"lesson_line", "A line of “{item}” should look like “{expected}”, but is “{found}”."},
    {"lesson_key", "“{found}” is not a line of “{item}”, which may have: {expected}."},
    {"lesson_missing", "“{item}” has no line “{expected}”."},
    {"lesson_value", "“{item}” should be {expected}, but is “{found}”."},
    {"lesson_syntax", "“{item}” cannot be understood from “{found}” on; it should look like: {expected}."},
    {"lesson_measure", "“{found}” is not a measure; there are: {expected}."},
    {"lesson_argument", "“{item}” takes no “{found}”, only: {expected}."},
    {"lesson_needs", "“{item}” needs “{expected}”."},
    {"lesson_brace", "A brace is not closed at “{found}”; one that is only a sign is written “{expected}”."},
    {"lesson_link", "The link “{found}” leads nowhere; there are: {expected}."},
    {"lesson_markup", "There is too much Markdown here: more than {expected} parts."},
    {"lesson_word", "“{found}” is not in the text “{expected}”."},
    {"lesson_head", "“{found}” is no head of the model {item}: they go from 0.0 to {expected} (layer.head)."},
    {"lesson_role", "The model {item} has no head with the role “{found}”; it has: {expected}."},
    {"lesson_token", "“{found}” is not one token of the model {item}."},
    {"lesson_no_prediction", "The model {item} predicts no token, so “{found}” has no value."},
    {"lesson_no_before", "“{item}” has nothing to compare with: the step needs a line “pin” or “intervene”."},
    {"lesson_undefined", "“{item}” has no value in this run."},
    {"lesson_picture",
     "The picture “{found}” stands in a table, where there is no room for one: give it a line of its own."},
    {"lesson_unknown", "There is no lesson “{found}”, only: {expected}."},
    {"lesson_no_run", "“{item}” stands before the first step, where no model has read anything yet."},
    {"lesson_no_text", "There is nothing to read: the step needs a line “{expected}”."},
    {"lesson_cut",
     "The text is longer than the {expected} tokens that the model {item} reads: at least {found} are left out."},
    {"lesson_questions", "{found} of {expected} steps ask something, where at most half of them should."},
    // corpora
    {"relations_need_trees", "{file} has no dependency trees: relations need a .conllu file."},
    {"corpus_empty", "{file} holds no sentence."},
    {"corpus_utf8", "{file}, line {item}: this is not a text in UTF-8."},
    {"corpus_too_long", "No sentence of {file} fits into the {expected} tokens that the model {item} reads."},
    {"corpus_unlike", "No sentence of {file} is cut into the same tokens by {expected} and by {item}."},
    {"loss_no_head", "The model {item} predicts no tokens, so nothing says what its predictions lose without a head."},
    {"loss_no_rows", "No sentence of {file} leaves the model {item} anything to predict."},
    {"sentence_no_rows", "This sentence leaves the model {item} nothing to predict."},
    {"sentence_too_long", "The text is longer than the {expected} tokens that the model {item} reads here."},
    {"reads_pictures", "The model {item} reads pictures, and this is measured on text."},
    {"loss_no_mask", "The model {item} predicts masked tokens, but its tokenizer has no mask."},
    {"probe_no_trees",
     "{file} has no trees to probe by: a probe learns from the tags and governors of a .conllu file's words."},
    {"probe_few",
     "Sentences in {file}: {found}; probing needs {expected} at least, because a probe learns from four sentences of "
     "five and is graded on the fifth."},
    {"probe_none_held_out",
     "Every fifth sentence of {file} is held out to grade probes, and none of these has a tree."},
    {"conllu_columns",
     "{file}, line {item}: a word of a CoNLL-U file has {expected} columns parted by tabs, but this line has {found}."},
    {"conllu_number", "{file}, line {item}: the next word should be number {expected}, but is number “{found}”."},
    {"conllu_head",
     "{file}, line {item}: the head should be the number of a word of this sentence or 0, but is “{found}”."},
    {"conllu_cycle", "{file}, line {item}: the word “{found}” depends on itself by way of its heads."},
    // probes and detectors
    {"probe_name",
     "{file}, line {item}: the first line should name the probe, as “{expected}” does, but is “{found}”."},
    {"probe_mark", "{file}, line {item}: a mark should look like {expected}, but here stands “{found}”."},
    {"probe_query", "{file}, line {item}: one word should be marked {expected}, but {found} are."},
    {"probe_answer", "{file}, line {item}: no word is marked {expected} in “{found}”."},
    {"probe_continuation",
     "{file}, line {item}: two different continuations should look like “{expected}”, but here stands “{found}”."},
    {"detector_none", "{file} describes no detector: each begins with a line “{expected}”."},
    {"detector_line",
     "{file}, line {item}: expected one of {expected}, in this order and each once, but found “{found}”."},
    {"detector_condition",
     "{file}, line {item}: “{found}” should begin with a condition, joined to others by “and” and with “not” before it "
     "where it "
     "must not hold: {expected}."},
    {"detector_word", "{file}, line {item}: expected something like “{expected}”, but found “{found}”."},
    {"detector_pair",
     "{file}, line {item}: what asks a query together with a key belongs into the line “{expected}”: “{found}”."},
    {"detector_missing",
     "{file}: the detector “{found}” has no line “{expected}”, which should stand before line {item} or at the end."},
    {"detector_twice", "{file}, line {item}: there is a detector “{found}” already; each needs a name of its own."},
    {"detector_many", "{file}, line {item}: at most {expected} detectors can be read; “{found}” is one more."},
    // training
    {"training_value", "Training: {item} is {found}, but should be {expected}."},
    {"training_text_utf8", "The text to learn is not UTF-8: byte {found}, counted from 0."},
    {"training_text_short",
     "A text to learn needs at least {expected} characters for sequences of this length, but this one has {found}."},
    {"training_text_characters",
     "A text to learn should have {expected} different characters, but this one has {found}."},
    {"training_memory", "Training would take {found} MB of memory; at most {expected} MB are taken."},
    {"training_diverged",
     "Training diverged: the loss is not a number any more; what was learned up to step {found} is kept."},
    {"training_no_state",
     "{file} keeps no {expected}: the run can be looked at, but not gone on with (older programs wrote none, and runs "
     "that "
     "diverged have none)."},
    {"training_state", "{file} is not the state of this run: it should have {expected}, but has {found}."},
    {"training_folder",
     "{file} holds files that are not of a training run ({expected} is missing): choose another folder, or an empty "
     "one."},
    // sessions
    {"session_version",
     "{file} was saved by a newer program: its version is {found}, and up to {expected} can be read."},
    {"session_value", "{file}: {item} should be {expected}, but is {found}."},
    // kinds of attention
    {"positions_unknown", "There are no positions “{found}”; known are {expected}."},
    {"positions_number", "{item}: the number {found} should be {expected}."},
    {"position_obstacle_in_stream",
     "{item}: head {found} cannot have {expected}: positions were added to the embedding, so that all heads read them "
     "in "
     "the stream; without layer and head they are left out."},
    {"position_obstacle_shared_keys",
     "{item}: head {found} cannot have {expected} by itself: other heads look at the same keys, which would have to be "
     "turned twice; name its layer alone."},
    {"position_obstacle_shared_layers",
     "{item}: head {found} cannot have {expected} in its layer alone: this layer and another one look at the same "
     "keys, which "
     "would have to be turned twice; leave the layer out, for all of them."},
    {"position_obstacle_not_rotary",
     "{item}: head {found} cannot have {expected}: its queries and keys are not turned."},
    {"position_obstacle_scaled",
     "{item}: head {found} cannot have {expected}: its positions are stretched already, and stretching them once more "
     "would be something else."},
    {"position_obstacle_picture",
     "{item}: head {found} cannot have {expected}: places in a picture have rows and columns."},
    {"position_obstacle_too_narrow",
     "{item}: head {found} cannot have {expected}: it turns one pair of dimensions, so that there are no longer and "
     "shorter waves."},
    {"position_obstacle_own", "{item}: head {found} has ALiBi anyway."},
    {"position_obstacle_linear",
     "{item}: head {found} cannot have {expected}: its attention is linear, and there are no scores to add to."},
    {"kind_obstacle_linear",
     "{item}: head {found} cannot attend as {expected}: it was trained with linear attention, without scores."},
    {"capture_linear",
     "“{item}” was trained with linear attention, and a captured run is opened as one of softmax: regard trace --npz "
     "writes its numbers instead."},
    {"position_obstacle_recurrent",
     "{item}: head {found} cannot have {expected}: its layer weighs by a recurrence, which has no positions beside its "
     "order."},
    {"stretch_scaled",
     "The positions of “{item}” are stretched already: stretching them once more would be something else."},
    {"kind_unknown", "There is no kind of attention “{found}”; known are {expected}."},
    {"kind_number", "{item}: the number {found} should be {expected}."},
    {"kind_numbers", "{item}: there are more numbers than the {expected} this kind has."},
    {"kind_twice", "{item} is named twice."},
    {"kind_obstacle_position_bias",
     "{item}: head {found} cannot attend as {expected}: its scores also know places, and there would be nothing they "
     "could be added to."},
    {"kind_obstacle_cap",
     "{item}: head {found} cannot attend as {expected}: its scores are capped, and there would be no scores."},
    {"kind_obstacle_sink",
     "{item}: head {found} cannot attend as {expected}: it has a learned sink, which is part of the softmax of its "
     "scores."},
    {"kind_obstacle_temperature",
     "{item}: head {found} cannot attend as {expected}: its softmax has another temperature than 1, and there would be "
     "no softmax."},
    {"kind_obstacle_added",
     "{item}: head {found} cannot attend as {expected}: another item adds to its scores, and there would be no "
     "scores."},
    {"kind_obstacle_weights_set", "{item}: head {found} cannot attend as {expected}: another item sets its weights."},
    {"kind_obstacle_recurrent",
     "{item}: head {found} cannot attend as {expected}: its layer weighs by a recurrence, not by a softmax of scores."},
    {"head_cut_no_softmax",
     "Layer {item} has no softmax to be cut into heads: it keeps a state from token to token, or its attention is "
     "linear."},
    {"head_cut_not_captured", "A captured run holds no weights of its model: there is nothing to cut into heads."},
    {"head_cut_not_a_divisor",
     "Layer {item} cannot be cut into {found} heads: that does not divide its {expected} numbers."},
    {"head_cut_grouped",
     "Layer {item} cannot be cut into {found} heads: its heads share keys, and another number of heads would need "
     "other matrices."},
    {"head_cut_latent",
     "Layer {item} cannot be cut into {found} heads: its keys come out of a latent row, a part of them the same in all "
     "heads."},
    {"head_cut_rotary",
     "Layer {item} cannot be cut into {found} heads: every head turns its numbers with frequencies that go by its own "
     "width (RoPE)."},
    {"head_cut_qk_norm",
     "Layer {item} cannot be cut into {found} heads: queries and keys are normalised head by head."},
    {"head_cut_bias",
     "Layer {item} cannot be cut into {found} heads: the model adds to the scores a bias that every one of its heads "
     "has for itself."},
    {"head_cut_sink", "Layer {item} cannot be cut into {found} heads: every head has a learned sink."},
    {"head_cut_widths",
     "Layer {item} cannot be cut into {found} heads: its values are of another width than its keys."},
    {"kind_no_shares",
     "In layer {item} an intervention lets a head attend by a sigmoid, whose rows do not sum to 1: {expected} is not "
     "defined there."},
    {"kind_no_steps",
     "In layer {item} an intervention puts a head in another kind of attention, {found}: the five steps are those of a "
     "softmax over the scores it was trained with."},
};

}  // namespace

std::span<const std::pair<std::string_view, std::string_view>> error_messages() {
  return kMessages;
}

}  // namespace regard
