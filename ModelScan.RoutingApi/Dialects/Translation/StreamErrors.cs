namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Errors inside a stream, in the words that clients of a format look for when they decide whether to try again.</summary>
internal static class StreamErrors
{
    /// <summary>The provider closed its stream before it was done.</summary>
    public static ClientError Cut { get; } = new(StatusCodes.Status502BadGateway, "the provider closed the stream before its end", "server_error");

    /// <summary>
    /// An error of a Messages provider for a Responses client, with the codes that Codex knows
    /// (https://platform.openai.com/docs/guides/error-codes).
    /// </summary>
    public static ClientError ForResponses(ClientError error) => error.Code switch
    {
        "overloaded_error" => error with { Code = "server_is_overloaded" },
        "rate_limit_error" => error with { Code = "rate_limit_exceeded" },
        "invalid_request_error" or "request_too_large" => error with { Code = "invalid_prompt" },
        "not_found_error" => error with { Code = "model_not_found" },
        "ProviderError" when error.Status is StatusCodes.Status503ServiceUnavailable or 529 => error with { Code = "server_is_overloaded" },
        "api_error" or "timeout_error" or "ProviderError" => error with { Code = "server_error" },
        _ => error,
    };

    /// <summary>
    /// An error inside of a response, which has no status: what it would have been follows from its code, and decides the error's type for
    /// clients of other formats.
    /// </summary>
    public static ClientError OfResponses(ClientError error) => error.Code switch
    {
        "error" or "ProviderError" => error with { Code = "server_error" },
        "server_is_overloaded" or "server_overloaded" or "slow_down" => error with { Status = 529 },
        "rate_limit_exceeded" or "insufficient_quota" => error with { Status = StatusCodes.Status429TooManyRequests },
        "invalid_prompt" or "context_length_exceeded" or "invalid_image" => error with { Status = StatusCodes.Status400BadRequest },
        "model_not_found" => error with { Status = StatusCodes.Status404NotFound },
        _ => error,
    };
}
