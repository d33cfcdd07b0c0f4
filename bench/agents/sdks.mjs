// Asks the gateway through the SDKs of JavaScript: a text whole and streamed, and a tool that is called and answered. run.sh brings the packages and copies this beside them.
//   node sdks.mjs http://127.0.0.1:12000 agent-messages agent-chat …
// A line a package, model and task: name TAB version TAB model TAB task TAB yes or what went wrong. Ends with 1 if one failed.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";
import { generateText, streamText, tool, stepCountIs } from "ai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { ChatOpenAI } from "@langchain/openai";
import { ChatAnthropic } from "@langchain/anthropic";
import { z } from "zod";

const [address, ...models] = process.argv.slice(2);
const apiKey = "k";
const prompt = "Say hello without tools";
const openai = new OpenAI({ baseURL: `${address}/v1`, apiKey, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: address, apiKey, maxRetries: 0 });
const look = tool({ description: "Looks at a place", inputSchema: z.object({ at: z.string() }), execute: async () => "under the table" });
let failed = false;

async function textOf(stream, piece) {
  let text = "";
  for await (const part of stream) text += piece(part) ?? "";
  return text;
}

// What each package is asked; what it says has to hold the words of the second.
function aiSdk(model) {
  return {
    "a text": [async () => (await generateText({ model, prompt, maxRetries: 0 })).text, "You said: Say hello"],
    "a stream": [async () => textOf(streamText({ model, prompt, maxRetries: 0 }).textStream, (part) => part), "You said: Say hello"],
    "a tool": [async () => (await generateText({ model, prompt: "Please look", tools: { look }, stopWhen: stepCountIs(3), maxRetries: 0 })).text, "The tools answered: under the table"],
  };
}

const packages = {
  "openai (Chat)": ["openai", (model) => ({
    "a text": [async () => (await openai.chat.completions.create({ model, messages: [{ role: "user", content: prompt }] })).choices[0].message.content, "You said: Say hello"],
    "a stream": [async () => textOf(await openai.chat.completions.create({ model, stream: true, messages: [{ role: "user", content: prompt }] }), (part) => part.choices[0]?.delta?.content), "You said: Say hello"],
  })],
  "openai (Responses)": ["openai", (model) => ({
    "a text": [async () => (await openai.responses.create({ model, input: prompt })).output_text, "You said: Say hello"],
    "a stream": [async () => (await openai.responses.stream({ model, input: prompt }).finalResponse()).output_text, "You said: Say hello"],
    "going on": [async () => {
      const first = await openai.responses.create({ model, input: "The word is cobalt." });
      return (await openai.responses.create({ model, input: prompt, previous_response_id: first.id })).output_text;
    }, "You said: Say hello"],
  })],
  "@anthropic-ai/sdk": ["@anthropic-ai/sdk", (model) => ({
    "a text": [async () => (await anthropic.messages.create({ model, max_tokens: 200, messages: [{ role: "user", content: prompt }] })).content[0].text, "You said: Say hello"],
    "a stream": [async () => await anthropic.messages.stream({ model, max_tokens: 200, messages: [{ role: "user", content: prompt }] }).finalText(), "You said: Say hello"],
  })],
  "@ai-sdk/openai-compatible": ["@ai-sdk/openai-compatible", (model) => aiSdk(createOpenAICompatible({ name: "modelscan", baseURL: `${address}/v1`, apiKey })(model))],
  "@ai-sdk/anthropic": ["@ai-sdk/anthropic", (model) => aiSdk(createAnthropic({ baseURL: `${address}/v1`, apiKey })(model))],
  "@ai-sdk/openai": ["@ai-sdk/openai", (model) => aiSdk(createOpenAI({ baseURL: `${address}/v1`, apiKey })(model))],
  "@langchain/openai": ["@langchain/openai", (model) => {
    const chat = new ChatOpenAI({ model, apiKey, maxRetries: 0, configuration: { baseURL: `${address}/v1` } });
    return {
      "a text": [async () => (await chat.invoke(prompt)).text, "You said: Say hello"],
      "a stream": [async () => textOf(await chat.stream(prompt), (part) => part.text), "You said: Say hello"],
    };
  }],
  "@langchain/anthropic": ["@langchain/anthropic", (model) => {
    const chat = new ChatAnthropic({ model, apiKey, maxRetries: 0, maxTokens: 200, anthropicApiUrl: address });
    return {
      "a text": [async () => (await chat.invoke(prompt)).text, "You said: Say hello"],
      "a stream": [async () => textOf(await chat.stream(prompt), (part) => part.text), "You said: Say hello"],
    };
  }],
};

const root = createRequire(import.meta.url).resolve("./package.json").replace(/package\.json$/, "");
for (const [name, [packageName, asks]] of Object.entries(packages)) {
  const { version } = JSON.parse(readFileSync(`${root}node_modules/${packageName}/package.json`, "utf8"));
  for (const model of models) {
    for (const [task, [ask, expected]] of Object.entries(asks(model))) {
      let result;
      try {
        const said = await ask();
        result = said?.includes(expected) ? "yes" : `said: ${said}`;
      } catch (error) {
        result = `${error?.name}: ${error?.message}`;
      }
      failed ||= result !== "yes";
      console.log([name, version, model, task, result.replace(/\s+/g, " ")].join("\t"));
    }
  }
}
process.exit(failed ? 1 : 0);
