namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Errors inside a stream of one format in the words of another. The names on both sides are those that clients look for when they
/// decide whether to try again.
/// </summary>
internal static class StreamErrors
{
    /// <summary>The provider closed its stream before it was done.</summary>
    public static ClientError Cut { get; } = new(StatusCodes.Status502BadGateway, "the provider closed the stream before its end", "server_error");

    /// <summary>An Anthropic <c>error.type</c> (https://docs.anthropic.com/en/api/errors) for a Responses client.</summary>
    public static ClientError FromMessages(string type, string message) => type switch
    {
        "overloaded_error" => new(529, message, "server_is_overloaded"),
        "rate_limit_error" => new(StatusCodes.Status429TooManyRequests, message, "rate_limit_exceeded"),
        "invalid_request_error" or "request_too_large" => new(StatusCodes.Status400BadRequest, message, "invalid_prompt"),
        "authentication_error" or "permission_error" => new(StatusCodes.Status401Unauthorized, message, type),
        "not_found_error" => new(StatusCodes.Status404NotFound, message, "model_not_found"),
        "timeout_error" => new(StatusCodes.Status504GatewayTimeout, message, "server_error"),
        _ => new(StatusCodes.Status502BadGateway, message, "server_error"),
    };

    /// <summary>The <c>code</c> of a Responses error (https://platform.openai.com/docs/guides/error-codes) for a Messages client.</summary>
    public static ClientError FromResponses(string code, string message) => code switch
    {
        "server_is_overloaded" or "slow_down" => new(529, message, code),
        "rate_limit_exceeded" or "rate_limit_error" or "insufficient_quota" => new(StatusCodes.Status429TooManyRequests, message, code),
        "invalid_prompt" or "invalid_request_error" or "context_length_exceeded" => new(StatusCodes.Status400BadRequest, message, code),
        "invalid_api_key" or "authentication_error" => new(StatusCodes.Status401Unauthorized, message, code),
        "model_not_found" => new(StatusCodes.Status404NotFound, message, code),
        _ => new(StatusCodes.Status502BadGateway, message, code.Length > 0 ? code : "server_error"),
    };
}
