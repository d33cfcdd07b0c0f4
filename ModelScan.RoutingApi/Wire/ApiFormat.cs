namespace ModelScan.RoutingApi.Wire;

/// <summary>The API formats: those that clients speak (<see cref="ApiFormats.OfClients"/>) and those of providers alone.</summary>
public enum ApiFormat
{
    /// <summary>OpenAI Chat Completions.</summary>
    ChatCompletions,

    /// <summary>Anthropic Messages.</summary>
    Messages,

    /// <summary>OpenAI Responses.</summary>
    Responses,

    /// <summary>Amazon Bedrock's Converse. Providers speak it, no client of the gateway does.</summary>
    Converse,
}

/// <summary>Which format a path belongs to.</summary>
public static class ApiFormats
{
    /// <summary>The formats in which the gateway can be asked.</summary>
    public static IReadOnlyList<ApiFormat> OfClients { get; } = [ApiFormat.ChatCompletions, ApiFormat.Messages, ApiFormat.Responses];

    /// <summary>The last part of the paths of <paramref name="format"/>: <c>chat/completions</c>, <c>messages</c>, <c>responses</c>, <c>converse</c>.</summary>
    public static string Suffix(this ApiFormat format) => format switch
    {
        ApiFormat.Converse => "converse",
        ApiFormat.Messages => "messages",
        ApiFormat.Responses => "responses",
        _ => "chat/completions",
    };

    /// <summary>The same where the answer is to be a stream, for which one format has a path of its own.</summary>
    public static string StreamSuffix(this ApiFormat format) => format == ApiFormat.Converse ? "converse-stream" : format.Suffix();

    /// <summary>The format that configurations call <paramref name="name"/>: <c>chat</c>, <c>messages</c>, <c>responses</c>, <c>converse</c>; else <see langword="null"/>.</summary>
    public static ApiFormat? ByName(string name) => name switch
    {
        "chat" => ApiFormat.ChatCompletions,
        "messages" => ApiFormat.Messages,
        "responses" => ApiFormat.Responses,
        "converse" => ApiFormat.Converse,
        _ => null,
    };

    /// <summary>Whether a provider's count of input tokens leaves out those that were read from a cache or written to one.</summary>
    public static bool CountsCacheApart(this ApiFormat format) => format is ApiFormat.Messages or ApiFormat.Converse;

    /// <summary>The format that a client on <paramref name="path"/> most likely speaks; OpenAI's where nothing tells.</summary>
    public static ApiFormat Guess(PathString path)
    {
        var text = path.Value ?? "";
        if (text.Contains("/messages", StringComparison.OrdinalIgnoreCase))
            return ApiFormat.Messages;
        return text.Contains("/responses", StringComparison.OrdinalIgnoreCase) ? ApiFormat.Responses : ApiFormat.ChatCompletions;
    }
}
