namespace ModelScan.RoutingApi.Dialects;

/// <summary>The API formats that clients speak.</summary>
public enum ApiFormat
{
    /// <summary>OpenAI Chat Completions.</summary>
    ChatCompletions,

    /// <summary>Anthropic Messages.</summary>
    Messages,

    /// <summary>OpenAI Responses.</summary>
    Responses,
}

/// <summary>Which format a path belongs to.</summary>
public static class ApiFormats
{
    /// <summary>The last part of the paths of <paramref name="format"/>: <c>chat/completions</c>, <c>messages</c>, <c>responses</c>.</summary>
    public static string Suffix(this ApiFormat format) => format switch
    {
        ApiFormat.Messages => "messages",
        ApiFormat.Responses => "responses",
        _ => "chat/completions",
    };

    /// <summary>The format that a client on <paramref name="path"/> most likely speaks; OpenAI's where nothing tells.</summary>
    public static ApiFormat Guess(PathString path)
    {
        var text = path.Value ?? "";
        if (text.Contains("/messages", StringComparison.OrdinalIgnoreCase))
            return ApiFormat.Messages;
        return text.Contains("/responses", StringComparison.OrdinalIgnoreCase) ? ApiFormat.Responses : ApiFormat.ChatCompletions;
    }
}
