using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Envelope;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// What providers are known to refuse in a request that is otherwise of their own format, and what is sent instead. Applied
/// once, after routing, for the model that really answers; where the table has nothing the client's bytes go as they are.
/// </summary>
internal static class RequestRules
{
    private static readonly ReadOnlyMemory<byte> One = "1"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> True = "true"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> False = "false"u8.ToArray();

    // Settings for the router that older clients hide in the metadata; providers limit what stands there.
    private static readonly MemberRule RouterMetadata = new("metadata", WithoutRouterSettings) { IsReported = false };

    // Thoughts of a provider of another format, which this one would take for forged.
    private static readonly MemberRule[] InMessages = [RouterMetadata, new("messages", SealedReasoningRemoval.FromMessages) { ReportedAs = "messages.content.thinking" }];
    private static readonly MemberRule[] InResponses = [RouterMetadata, new("input", SealedReasoningRemoval.FromInput) { ReportedAs = "input.reasoning" }];
    private static readonly MemberRule[] InChat = [RouterMetadata];

    private static readonly Row[] Rows =
    [
        new("xai", "", ApiFormat.ChatCompletions, Without("web_search_options")),
        new(null, "kimi-for-coding", ApiFormat.ChatCompletions, Without("stream_options", "reasoning_effort", "web_search_options", "service_tier", "store")),
        new("moonshotai", "kimi-k3", ApiFormat.ChatCompletions,
            [.. Without("temperature", "top_p", "n", "presence_penalty", "frequency_penalty"), new MemberRule("reasoning_effort", KimiEffort)]),
        new(null, "o3", ApiFormat.ChatCompletions, Without("max_tokens")),
        new(null, "o3-*", ApiFormat.ChatCompletions, Without("max_tokens")),
        new(null, "gpt-5*", ApiFormat.ChatCompletions, [new MemberRule("temperature", _ => One)]),
        new("chatgpt", "", ApiFormat.Responses,
        [
            new MemberRule("store", _ => False) { WhenAbsent = False, IsReported = false },
            new MemberRule("stream", _ => True) { WhenAbsent = True, IsReported = false },
            new MemberRule("input", AsList) { IsReported = false },
            new MemberRule("instructions", value => value) { WhenAbsent = "\"You are a helpful assistant.\""u8.ToArray() },
        ]),
    ];

    /// <summary>The rules for requests of <paramref name="format"/> to <paramref name="model"/>.</summary>
    public static IReadOnlyList<MemberRule> For(ProviderApi api, string model, ApiFormat format)
    {
        var rows = Rows.Where(row => row.Format == format && (row.Provider is null || row.Provider == api.Interface) && row.Matches(model)).ToArray();
        var common = format switch
        {
            ApiFormat.Messages => InMessages,
            ApiFormat.Responses => InResponses,
            _ => InChat,
        };
        return rows.Length == 0 ? common : [.. common, .. rows.SelectMany(row => row.Rules)];
    }

    /// <summary>Whether the provider answers requests of <paramref name="format"/> with streams alone.</summary>
    public static bool OnlyStreams(ProviderApi api, ApiFormat format) => api.Interface == "chatgpt" && format == ApiFormat.Responses;

    private static MemberRule[] Without(params ReadOnlySpan<string> names)
    {
        var rules = new MemberRule[names.Length];
        for (var i = 0; i < names.Length; i++)
            rules[i] = new MemberRule(names[i]);
        return rules;
    }

    // Without the type's name null would become an empty value.
    private static ReadOnlyMemory<byte>? KimiEffort(ReadOnlyMemory<byte> effort) => Encoding.UTF8.GetString(effort.Span) switch
    {
        "\"none\"" or "\"minimal\"" or "\"low\"" => "\"low\""u8.ToArray(),
        "\"medium\"" or "\"high\"" => "\"high\""u8.ToArray(),
        "\"max\"" => effort,
        _ => default(ReadOnlyMemory<byte>?),
    };

    // A text is a list of one message of the user's.
    private static ReadOnlyMemory<byte>? AsList(ReadOnlyMemory<byte> input) => input.Span[0] == '"'
        ? (byte[])[.. """[{"type":"message","role":"user","content":[{"type":"input_text","text":"""u8, .. input.Span, .. "}]}]"u8]
        : input;

    private static ReadOnlyMemory<byte>? WithoutRouterSettings(ReadOnlyMemory<byte> metadata)
    {
        if (metadata.Span.IndexOf("_preference_config\""u8) < 0)
            return metadata;
        try
        {
            if (JsonNode.Parse(metadata.Span) is not JsonObject members || !(members.Remove("plano_preference_config") | members.Remove("archgw_preference_config")))
                return metadata;
            return members.Count == 0 ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(members.ToJsonString());
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return metadata;
        }
    }

    /// <summary>One line of the table.</summary>
    /// <param name="Provider">Whose API it is; <see langword="null"/> for any.</param>
    /// <param name="Model">The model's id behind the last slash, a prefix of it with <c>*</c> at the end, or empty for any.</param>
    /// <param name="Format">The API.</param>
    /// <param name="Rules">What happens.</param>
    private sealed record Row(string? Provider, string Model, ApiFormat Format, MemberRule[] Rules)
    {
        public bool Matches(string model)
        {
            var id = model.AsSpan(model.LastIndexOf('/') + 1);
            return Model.Length == 0 || (Model[^1] == '*' ? id.StartsWith(Model.AsSpan(0, Model.Length - 1), StringComparison.Ordinal) : id.SequenceEqual(Model));
        }
    }
}
