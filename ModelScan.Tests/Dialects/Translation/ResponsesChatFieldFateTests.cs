using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>The tables of what becomes of each field say what happens.</summary>
public sealed class ResponsesChatFieldFateTests
{
    /// <summary>Table, field, and a request that says it; without the provider's leave for anything optional.</summary>
    public static TheoryData<string, string, string> Samples => new()
    {
        { "responses", "instructions", """{"instructions":"x"}""" },
        { "responses", "max_output_tokens", """{"max_output_tokens":5}""" },
        { "responses", "temperature", """{"temperature":0.5}""" },
        { "responses", "top_p", """{"top_p":0.5}""" },
        { "responses", "stream", """{"stream":true}""" },
        { "responses", "stream_options", """{"stream_options":{"include_obfuscation":false}}""" },
        { "responses", "tools.custom", """{"tools":[{"type":"custom","name":"p"}]}""" },
        { "responses", "tools.namespace", """{"tools":[{"type":"namespace","name":"n","tools":[{"type":"function","name":"f"}]}]}""" },
        { "responses", "tools.namespace.description", """{"tools":[{"type":"namespace","name":"n","description":"d","tools":[{"type":"function","name":"f"}]}]}""" },
        { "responses", "tools.web_search", """{"tools":[{"type":"web_search"}]}""" },
        { "responses", "tools.shell", """{"tools":[{"type":"shell"}]}""" },
        { "responses", "input.shell_call", """{"input":[{"type":"shell_call","call_id":"s","action":{"commands":["ls"]}},{"type":"shell_call_output","call_id":"s","output":[{"stdout":"a"}]}]}""" },
        { "responses", "tools.tool_search", """{"tools":[{"type":"tool_search"}]}""" },
        { "responses", "tools.file_search", """{"tools":[{"type":"file_search"}]}""" },
        { "responses", "tools.code_interpreter", """{"tools":[{"type":"code_interpreter"}]}""" },
        { "responses", "tools.computer_use_preview", """{"tools":[{"type":"computer_use_preview"}]}""" },
        { "responses", "tools.image_generation", """{"tools":[{"type":"image_generation"}]}""" },
        { "responses", "tools.mcp", """{"tools":[{"type":"mcp"}]}""" },
        { "responses", "tools.defer_loading", """{"tools":[{"type":"function","name":"f","defer_loading":true}]}""" },
        { "responses", "tools.output_schema", """{"tools":[{"type":"function","name":"f","output_schema":{}}]}""" },
        { "responses", "parallel_tool_calls", """{"parallel_tool_calls":true,"tools":[{"type":"function","name":"f"}]}""" },
        { "responses", "max_tool_calls", """{"max_tool_calls":3}""" },
        { "responses", "text.format", """{"text":{"format":{"type":"json_object"}}}""" },
        { "responses", "text.verbosity", """{"text":{"verbosity":"low"}}""" },
        { "responses", "reasoning.effort", """{"reasoning":{"effort":"low"}}""" },
        { "responses", "reasoning.summary", """{"reasoning":{"summary":"auto"}}""" },
        { "responses", "include", """{"include":["reasoning.encrypted_content"]}""" },
        { "responses", "top_logprobs", """{"top_logprobs":2}""" },
        { "responses", "user", """{"user":"u"}""" },
        { "responses", "metadata", """{"metadata":{}}""" },
        { "responses", "store", """{"store":true}""" },
        { "responses", "service_tier", """{"service_tier":"flex"}""" },
        { "responses", "safety_identifier", """{"safety_identifier":"s"}""" },
        { "responses", "prompt_cache_key", """{"prompt_cache_key":"k"}""" },
        { "responses", "prompt_cache_retention", """{"prompt_cache_retention":"24h"}""" },
        { "responses", "truncation", """{"truncation":"auto"}""" },
        { "responses", "background", """{"background":true}""" },
        { "responses", "previous_response_id", """{"previous_response_id":"resp_1"}""" },
        { "responses", "conversation", """{"conversation":"conv_1"}""" },
        { "responses", "prompt", """{"prompt":{"id":"p"}}""" },
        { "responses", "client_metadata", """{"client_metadata":{}}""" },
        { "responses", "input.phase", """{"input":[{"role":"user","content":"x","phase":"commentary"}]}""" },
        { "responses", "input.reasoning", """{"input":[{"type":"reasoning","summary":[]},{"role":"assistant","content":"x"}]}""" },
        { "responses", "input.item_reference", """{"input":[{"type":"item_reference","id":"x"}]}""" },
        { "responses", "input.compaction", """{"input":[{"type":"compaction","encrypted_content":"x"}]}""" },
        { "responses", "input.web_search_call", """{"input":[{"role":"user","content":"x"},{"type":"web_search_call","id":"x"}]}""" },
        { "responses", "input.content.input_image", """{"input":[{"role":"user","content":[{"type":"input_image","image_url":"u"}]}]}""" },
        { "responses", "input.content.input_file", """{"input":[{"role":"user","content":[{"type":"input_file","file_data":"d"}]}]}""" },
        { "responses", "input.content.input_audio", """{"input":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]}""" },
        { "responses", "input.content.annotations", """{"input":[{"role":"assistant","content":[{"type":"output_text","text":"x","annotations":[{}]}]}]}""" },
        { "responses", "input.content.logprobs", """{"input":[{"role":"assistant","content":[{"type":"output_text","text":"x","logprobs":[{}]}]}]}""" },
        { "chat", "max_completion_tokens", """{"max_completion_tokens":50}""" },
        { "chat", "max_tokens", """{"max_tokens":50}""" },
        { "chat", "temperature", """{"temperature":0.5}""" },
        { "chat", "top_p", """{"top_p":0.5}""" },
        { "chat", "stream", """{"stream":true}""" },
        { "chat", "stream_options.include_usage", """{"stream_options":{"include_usage":true}}""" },
        { "chat", "stream_options.include_obfuscation", """{"stream_options":{"include_obfuscation":true}}""" },
        { "chat", "tools.function", """{"tools":[{"type":"function","function":{"name":"f"}}]}""" },
        { "chat", "tools.custom", """{"tools":[{"type":"custom","custom":{"name":"f"}}]}""" },
        { "chat", "functions", """{"functions":[{"name":"f"}]}""" },
        { "chat", "parallel_tool_calls", """{"parallel_tool_calls":true,"functions":[{"name":"f"}]}""" },
        { "chat", "web_search_options", """{"web_search_options":{}}""" },
        { "chat", "response_format", """{"response_format":{"type":"json_object"}}""" },
        { "chat", "verbosity", """{"verbosity":"low"}""" },
        { "chat", "reasoning_effort", """{"reasoning_effort":"low"}""" },
        { "chat", "logprobs", """{"logprobs":true}""" },
        { "chat", "top_logprobs", """{"top_logprobs":2}""" },
        { "chat", "metadata", """{"metadata":{}}""" },
        { "chat", "user", """{"user":"u"}""" },
        { "chat", "service_tier", """{"service_tier":"flex"}""" },
        { "chat", "safety_identifier", """{"safety_identifier":"s"}""" },
        { "chat", "prompt_cache_key", """{"prompt_cache_key":"k"}""" },
        { "chat", "prompt_cache_retention", """{"prompt_cache_retention":"24h"}""" },
        { "chat", "store", """{"store":true}""" },
        { "chat", "stop", """{"stop":"x"}""" },
        { "chat", "n", """{"n":2}""" },
        { "chat", "modalities", """{"modalities":["audio"]}""" },
        { "chat", "audio", """{"audio":{}}""" },
        { "chat", "frequency_penalty", """{"frequency_penalty":1}""" },
        { "chat", "presence_penalty", """{"presence_penalty":1}""" },
        { "chat", "logit_bias", """{"logit_bias":{}}""" },
        { "chat", "seed", """{"seed":1}""" },
        { "chat", "prediction", """{"prediction":{}}""" },
        { "chat", "top_k", """{"top_k":1}""" },
        { "chat", "messages.name", """{"messages":[{"role":"user","content":"x","name":"n"}]}""" },
        { "chat", "messages.content.image_url", """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]}]}""" },
        { "chat", "messages.content.file", """{"messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"d"}}]}]}""" },
        { "chat", "messages.content.cache_control", """{"messages":[{"role":"user","content":[{"type":"text","text":"x","cache_control":{}}]}]}""" },
        { "chat", "messages.reasoning_content", """{"messages":[{"role":"assistant","content":"x","reasoning_content":"t"}]}""" },
        { "chat", "messages.reasoning_details", """{"messages":[{"role":"assistant","content":"x","reasoning_details":[{"type":"reasoning.encrypted","data":"d"}]}]}""" },
        { "chat", "messages.audio", """{"messages":[{"role":"assistant","content":"x","audio":{"id":"a"}}]}""" },
        { "chat", "messages.annotations", """{"messages":[{"role":"assistant","content":"x","annotations":[{}]}]}""" },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void FieldFates_SampleRequest_MeetsTheFateInTheTable(string client, string field, string sample)
    {
        var isResponses = client == "responses";
        var row = Assert.Single(isResponses ? ResponsesClientOnChat.FieldFates : ChatClientOnResponses.FieldFates, fate => fate.Field == field);
        var request = JsonNode.Parse(sample)!.AsObject();
        request["model"] = "client";
        var conversation = isResponses ? "input" : "messages";
        if (!request.ContainsKey(conversation))
            request[conversation] = isResponses ? "hi" : new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hi" });

        Assert.Equal(row.Fate, FateOf(isResponses, field, request));
    }

    [Theory]
    [InlineData("responses")]
    [InlineData("chat")]
    public void FieldFates_Table_NamesEachFieldOnce(string client)
    {
        var fields = (client == "responses" ? ResponsesClientOnChat.FieldFates : ChatClientOnResponses.FieldFates).Select(fate => fate.Field).ToArray();
        Assert.Equal(fields.Distinct(StringComparer.Ordinal), fields);
    }

    private static Fate FateOf(bool isResponses, string field, JsonObject request)
    {
        try
        {
            var exchange = ResponsesChatVector.Translator(isResponses).Translate(Encoding.UTF8.GetBytes(request.ToJsonString()), ResponsesChatVector.Context(new ModelCapabilities()));
            if (exchange.Dropped.Contains(field))
                return Fate.Dropped;
            Assert.Empty(exchange.Dropped);
            var top = field.Split('.')[0];
            var translated = JsonNode.Parse(exchange.Body.Span)!.AsObject();
            return field == top || field.StartsWith("input.content.input_audio", StringComparison.Ordinal)
                ? JsonNode.DeepEquals(translated[top], request[top]) || field != top ? Fate.Carried : Fate.Mapped
                : Fate.Mapped;
        }
        catch (InvalidRequestException)
        {
            return Fate.Refused;
        }
    }
}
