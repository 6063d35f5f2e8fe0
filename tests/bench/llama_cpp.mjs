// SPDX-License-Identifier: Apache-2.0
// llama.cpp (npm's node-llama-cpp) on one .gguf file; tests/bench/beside_llama_cpp.py starts it in the folder where that is
// installed. Writes one line of JSON: milliseconds for texts of so many tokens and the next one, and for one token more.
//   node llama_cpp.mjs FILE THREADS REPEATS TOKENS…
import {pathToFileURL} from "node:url";
import {createRequire} from "node:module";

const [file, threads, repeats, ...lengths] = process.argv.slice(2);
const {getLlama} = await import(pathToFileURL(createRequire(process.cwd() + "/").resolve("node-llama-cpp")));
const llama = await getLlama({build: "never", gpu: false, maxThreads: Number(threads), logLevel: "error"});
const model = await llama.loadModel({modelPath: file});
const context = await model.createContext({contextSize: 1280, batchSize: 1024, threads: Number(threads)});
const sequence = context.getSequence();
const text = (tokens) => Array.from({length: tokens}, (_, token) => (token * token + 7 * token + 3) % 2000);

async function timed(body) {
    const start = performance.now();
    await body();
    return performance.now() - start;
}

const result = {};
for (const tokens of lengths.map(Number)) {
    result[tokens] = [];
    for (let repeat = 0; repeat < Number(repeats); repeat++) {
        await sequence.clearHistory();
        result[tokens].push(await timed(() => sequence.evaluate(text(tokens), {temperature: 0}).next()));
    }
}
await sequence.clearHistory();
await sequence.evaluateWithoutGeneratingNewTokens(text(63));
result.token = [];
for (let repeat = 0; repeat < 24; repeat++)
    result.token.push(await timed(() => sequence.evaluate([5 + repeat], {temperature: 0}).next()));
console.log(JSON.stringify(result));
process.exit(0);
