# SPDX-License-Identifier: Apache-2.0
"""Fine-tuned heads, and the newest forms of RoPE's settings, for make_reference.py: by plain PyTorch formulas in float64.

A head is told apart by what its class is called; it stands on a model whose weights and run other files make. The heads that
predict words are left in the files: nobody asks for them there. This imports nothing of the program.
"""
import torch

from families import encoder, distilbert, encoder_run, encoder_weights, gpt2, gpt2_run, gpt2_weights, neox, neox_run, neox_weights
from gated_families import GEMMA, PHI3, gemma, phi3
from make_reference import ACTIVATIONS, bert, bert_run, bert_weights, layer_norm, llama, llama_run, llama_weights, rms_norm

LABELS = {"0": "negative", "1": "neutral", "2": "positive"}
CURVES = {"tanh": torch.tanh, "relu": torch.relu, "gelu": ACTIVATIONS["gelu"]}
WORDS = {"bert": "BertForMaskedLM", "roberta": "RobertaForMaskedLM", "electra": "ElectraForMaskedLM",
         "distilbert": "DistilBertForMaskedLM"}
# Of the head on a whole text: what stands between (its name, its curve), and the matrix of labels.
TEXT_HEADS = {"bert": ("bert.pooler.dense", "tanh", "classifier"), "roberta": ("classifier.dense", "tanh", "classifier.out_proj"),
              "distilbert": ("pre_classifier", "relu", "classifier"), "electra": ("classifier.dense", "gelu", "classifier.out_proj"),
              "gpt2": (None, None, "score"), "llama": (None, None, "score"), "qwen3": (None, None, "score")}
TOKEN_HEADS = {"llama": "score", "qwen3": "score"}


def kind_of(c):
    return c["model_type"]


def as_words(c):
    """The config of the same model with the head that predicts words."""
    return {**c, "architectures": [WORDS.get(kind_of(c), c["architectures"][0])]}


def head_of(c):
    for ending, head in (("ForSequenceClassification", "text"), ("ForTokenClassification", "tokens"),
                         ("ForQuestionAnswering", "spans")):
        if c["architectures"][0].endswith(ending):
            return head
    raise ValueError(c["architectures"][0])


def weights_of(c, stored):
    kind = kind_of(c)
    if kind == "bert":
        w = bert_weights(as_words(c), stored, "bert.")
    elif kind == "gpt2":
        w = gpt2_weights(c, stored)
    elif kind in ("llama", "qwen3"):
        w = llama_weights(c, stored)
    else:
        w = encoder_weights(as_words(c), stored)
    hidden = c["n_embd"] if kind == "gpt2" else c["dim"] if kind == "distilbert" else c["hidden_size"]
    head = head_of(c)
    if head == "text":
        between, _, out = TEXT_HEADS[kind]
        if between:
            w.linear(between, hidden, hidden, True)
        w.linear(out, 3, hidden, between is not None)
    elif head == "tokens":
        w.linear(TOKEN_HEADS.get(kind, "classifier"), 3, hidden, True)
    else:
        w.linear("qa_outputs", 2, hidden, True)
    return w


def states(c, w, x):
    """What the model hands to its head."""
    kind = kind_of(c)
    if kind == "gpt2":
        return layer_norm(w, "transformer.ln_f", x, c["layer_norm_epsilon"])
    if kind in ("llama", "qwen3"):
        return rms_norm(x, w["model.norm.weight"], c["rms_norm_eps"])
    return x


def run_of(c, w, ids, mask_mode, temperature):
    kind = kind_of(c)
    if kind == "bert":
        arrays = bert_run(as_words(c), w, "bert.", ids, mask_mode, temperature)
    elif kind == "gpt2":
        arrays = gpt2_run(c, w, ids, mask_mode, temperature)
    elif kind in ("llama", "qwen3"):
        arrays = llama_run(c, w, ids, mask_mode, temperature)
    else:
        arrays = encoder_run(as_words(c), w, ids, mask_mode, temperature)
    arrays.pop("logits")
    x = states(c, w, torch.from_numpy(arrays["residual"][-1]).to(torch.float64))
    head = head_of(c)
    if head == "text":
        between, curve, out = TEXT_HEADS[kind]
        x = x[-1:] if kind in ("gpt2", "llama", "qwen3") else x[:1]
        if between:
            x = CURVES[curve](w.project(between, x))
        answer = w.project(out, x)
    else:
        answer = w.project(TOKEN_HEADS.get(kind, "classifier") if head == "tokens" else "qa_outputs", x)
    return {**arrays, "class_logits": answer.to(torch.float32).numpy()}


def tuned(config, architecture, **more):
    return {**config, "architectures": [architecture], "id2label": LABELS, **more}


# ------------------------------------------------------------------------------------------------------ RoPE's newest forms


def with_settings(run, **older):
    """Runs by the same settings as older files call them."""
    return lambda c, w, *case: run({**c, **older}, w, *case)


def without(config, *keys):
    return {key: value for key, value in config.items() if key not in keys}


SHORT, LONG = [1.0, 1.1, 1.3, 1.7], [1.2, 2.5, 5.0, 9.0]
LONGROPE = {"rope_type": "longrope", "rope_theta": 10000.0, "partial_rotary_factor": 0.6, "short_factor": SHORT,
            "long_factor": LONG, "original_max_position_embeddings": 30}
TUNED = (weights_of, run_of)
MODELS = {
    "tuned-bert-text-f32": (tuned(bert(33, "gelu"), "BertForSequenceClassification"), "F32", *TUNED),
    "tuned-bert-tokens-f16": (tuned(bert(36, "gelu_new"), "BertForTokenClassification"), "F16", *TUNED),
    "tuned-bert-spans-f32": (tuned(bert(30, "relu"), "BertForQuestionAnswering"), "F32", *TUNED),
    "tuned-roberta-text-f32": (tuned(encoder("roberta", "", 33, pad_token_id=0), "RobertaForSequenceClassification"), "F32", *TUNED),
    "tuned-distilbert-text-bf16": (tuned(distilbert(30, ""), "DistilBertForSequenceClassification"), "BF16", *TUNED),
    "tuned-electra-text-f32": (tuned(encoder("electra", "", 30, embedding_size=18), "ElectraForSequenceClassification"), "F32", *TUNED),
    "tuned-gpt2-text-f32": (tuned(gpt2(36, True, "transformer."), "GPT2ForSequenceClassification"), "F32", *TUNED),
    "tuned-llama-text-f32": (tuned(llama("llama", 34, 3, 1, 10, True), "LlamaForSequenceClassification"), "F32", *TUNED),
    "tuned-qwen3-tokens-bf16": (tuned(llama("qwen3", 32, 4, 2, 8, False), "Qwen3ForTokenClassification"), "BF16", *TUNED),
    "neox-rope-parameters-f32": ({**without(neox(36, 3, 0.5, True), "rotary_pct", "rotary_emb_base"),
                                  "rope_parameters": {"rope_type": "default", "rope_theta": 500.0, "partial_rotary_factor": 0.5}},
                                 "F32", neox_weights, with_settings(neox_run, rotary_pct=0.5, rotary_emb_base=500.0)),
    "phi3-rope-parameters-f32": ({**without(phi3(42, 3, 1), "rope_theta"), "rope_parameters": LONGROPE}, "F32", PHI3[0],
                                 with_settings(PHI3[1], rope_theta=10000.0, partial_rotary_factor=0.6,
                                               original_max_position_embeddings=30,
                                               rope_scaling={"short_factor": SHORT, "long_factor": LONG})),
    "gemma3-rope-by-type-f32": ({**without(gemma("gemma3_text", 34, 3, 1, 14, query_pre_attn_scalar=9, sliding_window=7,
                                                 sliding_window_pattern=3), "rope_theta"),
                                 "rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 4.0, "rope_theta": 500.0},
                                                     "sliding_attention": {"rope_type": "default", "rope_theta": 50.0}}},
                                "F32", GEMMA[0],
                                with_settings(GEMMA[1], rope_theta=500.0, rope_local_base_freq=50.0,
                                              rope_scaling={"rope_type": "linear", "factor": 4.0})),
}
