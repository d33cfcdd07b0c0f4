using System.Buffers;
using System.Globalization;
using System.Text;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.RoutingApi.InPlace;

/// <summary>
/// What has to change in a request that keeps its format, for the model that answers: the same fits as in a translation, done to single members,
/// so that all other bytes stay the client's. Where a model takes all, there are no rules.
/// </summary>
internal static class InPlaceRules
{
    // Fields that not every provider of Chat Completions knows; some refuse what they do not know.
    private static readonly string[] OptionalChatFields =
    [
        "user", "service_tier", "store", "metadata", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "logprobs", "top_logprobs", "logit_bias", "verbosity",
        "reasoning_effort", "web_search_options", "prediction", "modalities", "audio", "seed", "n", "presence_penalty", "frequency_penalty", "stream_options",
    ];

    private static readonly string[] SamplingFields = ["temperature", "top_p", "top_k"];

    /// <summary>The rules for requests of a format to a model.</summary>
    public static IReadOnlyList<MemberRule> For(ApiFormat format, ModelCapabilities capabilities) => format switch
    {
        ApiFormat.ChatCompletions => ForChat(capabilities),
        ApiFormat.Messages => ForMessages(capabilities),
        ApiFormat.Responses => ForResponses(capabilities),
        _ => [],
    };

    /// <summary>Whether a model thinks as it sees fit and takes no budget.</summary>
    public static bool ThinksOnlyAsItSeesFit(ModelCapabilities capabilities) => capabilities.AdaptiveThinking && capabilities.Reasoning.Budget is null;

    /// <summary>A whole number as it is written; <see langword="null"/> for anything else.</summary>
    public static long? Utf8Number(ReadOnlySpan<byte> value) =>
        System.Buffers.Text.Utf8Parser.TryParse(value, out long number, out var length) && length == value.Length ? number : null;

    private static List<MemberRule> ForChat(ModelCapabilities capabilities)
    {
        var rules = new List<MemberRule>();
        AddLimit(rules, "max_tokens", capabilities);
        AddLimit(rules, "max_completion_tokens", capabilities);
        if (capabilities is { TokenLimitField: "max_completion_tokens", Sampling: false } || !capabilities.TakesField("max_tokens"))
            rules.Add(new MemberRule("max_tokens", value => value) { RenamedTo = "max_completion_tokens", IsReported = false });
        else if (!capabilities.TakesField("max_completion_tokens"))
            rules.Add(new MemberRule("max_completion_tokens", value => value) { RenamedTo = "max_tokens", IsReported = false });
        foreach (var name in OptionalChatFields)
        {
            if (!capabilities.TakesField(name) && !capabilities.RefusedFields.Contains(name))
                rules.Add(new MemberRule(name));
        }

        if (capabilities.Reasoning.Efforts != Efforts.Unset && capabilities.TakesField("reasoning_effort"))
            rules.Add(new MemberRule("reasoning_effort", value => Nearest(value, capabilities)));
        if (!capabilities.DeveloperRole)
            rules.Add(new MemberRule("messages", WithoutDeveloper) { IsReported = false });
        if (capabilities.OneSystemMessage)
            rules.Add(new MemberRule("messages", SystemRules.Join) { IsReported = false });
        rules.Add(MissingResults.Rule(ApiFormat.ChatCompletions));
        if (capabilities.Schemas == SchemaProfile.Gemini)
            rules.Add(new MemberRule("tools", value => WithSchemas(value, capabilities)));
        return rules;
    }

    private static List<MemberRule> ForMessages(ModelCapabilities capabilities)
    {
        var rules = new List<MemberRule>();
        AddLimit(rules, "max_tokens", capabilities);
        AddSampling(rules, capabilities);
        rules.Add(MissingResults.Rule(ApiFormat.Messages));
        if (ThinksOnlyAsItSeesFit(capabilities))
            rules.Add(new MemberRule("thinking", Adaptive));
        return rules;
    }

    private static List<MemberRule> ForResponses(ModelCapabilities capabilities)
    {
        var rules = new List<MemberRule>();
        AddLimit(rules, "max_output_tokens", capabilities);
        AddSampling(rules, capabilities);
        rules.Add(MissingResults.Rule(ApiFormat.Responses));
        return rules;
    }

    private static void AddLimit(List<MemberRule> rules, string name, ModelCapabilities capabilities)
    {
        if (capabilities.MaxOutputTokens is not { } most)
            return;
        ReadOnlyMemory<byte> lowered = Encoding.ASCII.GetBytes(most.ToString(CultureInfo.InvariantCulture));
        rules.Add(new MemberRule(name, value => Utf8Number(value.Span) is { } asked && asked > most ? lowered : value));
    }

    private static void AddSampling(List<MemberRule> rules, ModelCapabilities capabilities)
    {
        if (capabilities.Sampling || capabilities.SamplingWithoutReasoning)
            return;
        foreach (var name in SamplingFields)
            rules.Add(new MemberRule(name));
    }

    private static ReadOnlyMemory<byte>? Nearest(ReadOnlyMemory<byte> effort, ModelCapabilities capabilities)
    {
        if (effort.Span is not [(byte)'"', .., (byte)'"'])
            return effort;
        var wanted = Encoding.UTF8.GetString(effort.Span[1..^1]);
        var nearest = capabilities.Reasoning.Efforts.Nearest(EffortWords.Parse(wanted)).Word();
        return nearest.Length == 0 || nearest == wanted ? effort : Encoding.UTF8.GetBytes($"\"{nearest}\"");
    }

    // {"type": "enabled", "budget_tokens": 4096, "display": "omitted"} for models that refuse budgets.
    private static ReadOnlyMemory<byte>? Adaptive(ReadOnlyMemory<byte> thinking) => InPlaceJson.Change(thinking, static (root, json) =>
    {
        if (root.FindText("type") != "enabled")
            return false;
        json.WriteStartObject();
        json.WriteString("type"u8, "adaptive"u8);
        root.Find("display")?.CopyRaw(json, "display");
        json.WriteEndObject();
        return true;
    });

    // The role is OpenAI's; others know `system`.
    private static ReadOnlyMemory<byte>? WithoutDeveloper(ReadOnlyMemory<byte> messages)
    {
        if (messages.Span.IndexOf("\"developer\""u8) < 0)
            return messages;
        try
        {
            var json = messages.Span;
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 2048 });
            var output = new ArrayBufferWriter<byte>(json.Length);
            var copied = 0;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 2 || !reader.ValueTextEquals("role"u8))
                    continue;
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals("developer"u8))
                    continue;
                output.Write(json[copied..(int)reader.TokenStartIndex]);
                output.Write("\"system\""u8);
                copied = (int)reader.BytesConsumed;
            }

            if (copied == 0)
                return messages;
            output.Write(json[copied..]);
            return output.WrittenMemory;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return messages;
        }
    }

    // [{"type": "function", "function": {"name": "f", "parameters": {…}}}, …]
    private static ReadOnlyMemory<byte>? WithSchemas(ReadOnlyMemory<byte> tools, ModelCapabilities capabilities)
    {
        try
        {
            using var document = JsonDocument.Parse(tools, WireJson.Reading);
            var output = new ArrayBufferWriter<byte>(tools.Length);
            using var json = new Utf8JsonWriter(output, WireJson.Options);
            json.WriteStartArray();
            foreach (var tool in new RequestField(document.RootElement, new RequestSource(tools)).Items())
            {
                json.WriteStartObject();
                foreach (var (name, field) in tool.Fields())
                {
                    if (name == "function")
                        WriteFunction(json, field, capabilities);
                    else
                        field.CopyRaw(json, name);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.Flush();
            return output.WrittenMemory;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidRequestException)
        {
            return tools;
        }
    }

    private static void WriteFunction(Utf8JsonWriter json, RequestField function, ModelCapabilities capabilities)
    {
        json.WriteStartObject("function"u8);
        foreach (var (name, field) in function.Fields())
        {
            if (name != "parameters")
            {
                field.CopyRaw(json, name);
                continue;
            }

            json.WritePropertyName(name);
            SchemaFit.WriteTool(json, new Tool(ToolKind.Function, "", function) { Schema = field.AsObject(), SchemaPlace = "tools.function.parameters" }, capabilities.Schemas, new Losses());
        }

        json.WriteEndObject();
    }
}
