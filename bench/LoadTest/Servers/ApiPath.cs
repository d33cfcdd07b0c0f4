namespace LoadTest.Servers;

/// <summary>The three API formats, by the last part of their paths.</summary>
internal enum ApiPath
{
    ChatCompletions,
    Messages,
    Responses,
}

/// <summary>Paths of the formats.</summary>
internal static class ApiPaths
{
    public static string Path(this ApiPath api) => api switch
    {
        ApiPath.Messages => "/v1/messages",
        ApiPath.Responses => "/v1/responses",
        _ => "/v1/chat/completions",
    };

    /// <summary>Which format a provider's path belongs to, whatever stands before the last part.</summary>
    public static ApiPath Of(ReadOnlySpan<byte> path) =>
        path.IndexOf("/messages"u8) >= 0 ? ApiPath.Messages
        : path.IndexOf("/responses"u8) >= 0 ? ApiPath.Responses
        : ApiPath.ChatCompletions;
}
